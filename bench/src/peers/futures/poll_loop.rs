//! The slab, the ring and the clock.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// A task's place in the slab.
pub(super) type Task = u32;

/// What tasks may ask of the loop that polls them.
#[derive(Default)]
pub(super) struct Shared {
    ready: RefCell<VecDeque<Task>>,
    sleeping: RefCell<BinaryHeap<Reverse<(Instant, Task)>>>,
    current: Cell<Task>,
}

impl Shared {
    /// The task that is being polled.
    pub(super) fn current(&self) -> Task {
        self.current.get()
    }

    /// Has a task polled again.
    pub(super) fn wake(&self, task: Task) {
        self.ready.borrow_mut().push_back(task);
    }

    /// Goes to the end of the ring.
    pub(super) async fn yield_now(&self) {
        self.suspend(|task| self.wake(task)).await;
    }

    /// Lets others run until then.
    pub(super) async fn sleep(&self, duration: Duration) {
        let end = Instant::now() + duration;
        self.suspend(|task| self.sleeping.borrow_mut().push(Reverse((end, task)))).await;
    }

    /// Suspends once; `note` arranges that someone wakes the task.
    async fn suspend(&self, note: impl Fn(Task)) {
        let mut noted = false;
        poll_fn(|_| {
            if noted {
                return Poll::Ready(());
            }
            noted = true;
            note(self.current());
            Poll::Pending
        })
        .await;
    }
}

/// Polls its tasks until all have ended.
#[derive(Default)]
pub(super) struct PollLoop {
    shared: Rc<Shared>,
    slab: Vec<Option<Pin<Box<dyn Future<Output = ()>>>>>,
}

impl PollLoop {
    /// For the tasks.
    pub(super) fn shared(&self) -> Rc<Shared> {
        self.shared.clone()
    }

    /// Adds a task.
    pub(super) fn spawn(&mut self, future: impl Future<Output = ()> + 'static) {
        self.shared.wake(self.slab.len() as Task);
        self.slab.push(Some(Box::pin(future)));
    }

    /// Polls until nothing is ready and nobody sleeps.
    pub(super) fn run(&mut self) {
        while self.poll_ready() || self.wait_for_sleepers() {}
        assert!(self.slab.iter().all(Option::is_none), "a task waits for ever");
    }

    fn poll_ready(&mut self) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        let mut any = false;
        while let Some(task) = { self.shared.ready.borrow_mut().pop_front() } {
            any = true;
            self.shared.current.set(task);
            let slot = &mut self.slab[task as usize];
            if let Some(future) = slot
                && future.as_mut().poll(&mut context).is_ready()
            {
                *slot = None;
            }
        }
        any
    }

    fn wait_for_sleepers(&mut self) -> bool {
        let mut sleeping = self.shared.sleeping.borrow_mut();
        let Some(Reverse((first, _))) = sleeping.peek() else { return false };
        thread::sleep(first.saturating_duration_since(Instant::now()));
        let now = Instant::now();
        while sleeping.peek().is_some_and(|Reverse((end, _))| *end <= now) {
            let Some(Reverse((_, task))) = sleeping.pop() else { break };
            self.shared.wake(task);
        }
        true
    }
}
