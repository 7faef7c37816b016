//! The event loop: futures on one thread, timers, and wake-ups from other threads.
//!
//! A turn fires the timers that are due, then polls the tasks that stood in the ready queue when the turn
//! began, at most a fixed number of them: what they wake waits for the next turn, so timers and
//! sockets never starve behind a busy pair of tasks. When nothing is ready the loop sleeps in mio's
//! `poll` until the next timer, a socket, or a wake-up from another thread.
//!
//! When nothing is ready, no timer runs and no socket is watched, only another thread could help. Whoever
//! waits in [`stalled`] is told so; if nobody does and no [`mailbox`] is being received from, the
//! loop ends with [`LoopError::Stalled`] instead of hanging.
//!
//! Free functions ([`spawn`], [`sleep`], ...) act on the loop that runs on this thread, as in Flowno.

pub mod mailbox;
mod ready;
mod stall;
mod task;
mod timers;

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use self::ready::ReadyQueue;
use self::stall::StallWaiters;
use self::task::{Slab, Task, TaskCell, TaskId};
use self::timers::{TimerSlot, Timers};
use crate::clock::{Clock, RealClock};

pub use self::stall::stalled;
pub(crate) use self::task::panic_message;
pub use self::task::{TaskError, TaskHandle};

/// Tasks polled in one turn before timers and sockets are looked at again.
const TURN_BUDGET: usize = 256;

/// Events taken from the operating system at once.
const EVENT_CAPACITY: usize = 256;

/// The token of the cross-thread waker.
const WAKER_TOKEN: mio::Token = mio::Token(usize::MAX);

/// A sleep longer than this is taken for "for ever": about 136 years, far from overflow.
const LONGEST_SLEEP: Duration = Duration::from_secs(u32::MAX as u64);

/// Why [`EventLoop::run_until_complete`] gave no value.
#[derive(Debug, thiserror::Error)]
pub enum LoopError {
    /// The root cannot end: nothing is ready, no timer runs, and no other thread can send anything.
    #[error("the event loop has nothing left to run, but {waiting} task(s) still wait")]
    Stalled {
        /// How many tasks wait, the root included.
        waiting: usize,
    },
    /// The root task was cancelled or panicked.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The operating system refused to poll.
    #[error("the event loop cannot poll: {0}")]
    Io(#[from] std::io::Error),
}

pub(crate) struct Inner {
    tasks: RefCell<Slab>,
    ready: ReadyQueue,
    timers: RefCell<Timers>,
    clock: RefCell<Rc<dyn Clock>>,
    poll: RefCell<mio::Poll>,
    /// Who is told when nothing can run.
    stall_waiters: StallWaiters,
    /// Receivers of mailboxes that wait: while there is one, another thread may send something.
    outside: Cell<usize>,
    /// Waits that another thread is sure to end: while there is one, nothing is stalled.
    promised: Cell<usize>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Inner>>> = const { RefCell::new(None) };
}

fn current() -> Rc<Inner> {
    try_current().expect("no event loop runs on this thread: call this inside EventLoop::run_until_complete")
}

fn try_current() -> Option<Rc<Inner>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// A single-threaded event loop. Dropping it drops all its tasks.
pub struct EventLoop {
    inner: Rc<Inner>,
}

impl EventLoop {
    /// A loop on the machine's clock.
    ///
    /// # Errors
    ///
    /// If the operating system gives no poller (out of file descriptors).
    pub fn new() -> std::io::Result<Self> {
        Self::with_clock(Rc::new(RealClock::new()))
    }

    /// A loop on a clock of the caller's choice.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_clock(clock: Rc<dyn Clock>) -> std::io::Result<Self> {
        let poll = mio::Poll::new()?;
        let waker = mio::Waker::new(poll.registry(), WAKER_TOKEN)?;
        Ok(Self {
            inner: Rc::new(Inner {
                tasks: RefCell::default(),
                ready: ReadyQueue::new(waker),
                timers: RefCell::default(),
                clock: RefCell::new(clock),
                poll: RefCell::new(poll),
                stall_waiters: StallWaiters::default(),
                outside: Cell::new(0),
                promised: Cell::new(0),
            }),
        })
    }

    /// Runs `root` to its end, and with it every task that is spawned meanwhile. Tasks that outlive the
    /// root stay where they are until the next call, or until the loop is dropped.
    ///
    /// # Errors
    ///
    /// [`LoopError::Stalled`] when the root can never end, [`LoopError::Task`] if it panicked,
    /// [`LoopError::Io`] if polling failed.
    pub fn run_until_complete<T: 'static>(
        &self,
        root: impl Future<Output = T> + 'static,
    ) -> Result<T, LoopError> {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        let handle = self.inner.spawn(root);
        while !handle.is_done() {
            self.inner.turn()?;
        }
        let mut join = std::pin::pin!(handle.join());
        match join.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Ok(result?),
            Poll::Pending => unreachable!("the root is done"),
        }
    }

    /// Runs until every spawned task has ended.
    ///
    /// # Errors
    ///
    /// As [`run_until_complete`](Self::run_until_complete).
    pub fn run_until_idle(&self) -> Result<(), LoopError> {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        while self.has_living_tasks() {
            self.inner.turn()?;
        }
        Ok(())
    }

    /// Whether any task has not ended.
    pub fn has_living_tasks(&self) -> bool {
        self.inner.tasks.borrow().living() > 0
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        // A destructor may spawn; repeat until none is left.
        loop {
            let tasks = self.inner.tasks.borrow_mut().drain();
            if tasks.is_empty() {
                break;
            }
            // A handle may keep the task, but not what its future holds.
            tasks.iter().for_each(|task| task.drop_future());
        }
    }
}

/// Makes a loop the current one of this thread until dropped.
struct Current(Option<Rc<Inner>>);

impl Current {
    fn enter(inner: &Rc<Inner>) -> Self {
        Self(CURRENT.replace(Some(inner.clone())))
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

impl Inner {
    fn spawn<T: 'static>(self: &Rc<Self>, future: impl Future<Output = T> + 'static) -> TaskHandle<T> {
        let id = self.reserve();
        self.ready.push(id.place);
        self.spawn_at(id, future)
    }

    fn reserve(&self) -> TaskId {
        let id = self.tasks.borrow_mut().reserve();
        self.ready.admit(id.place);
        id
    }

    /// Takes a task out; the caller drops it with nothing borrowed.
    fn remove(&self, id: TaskId) -> Option<Rc<dyn Task>> {
        let task = self.tasks.borrow_mut().remove(id);
        if task.is_some() {
            self.ready.retire(id.place);
        }
        task
    }

    /// Makes a task in a reserved place; it runs when it is woken.
    fn spawn_at<T: 'static>(
        self: &Rc<Self>,
        id: TaskId,
        future: impl Future<Output = T> + 'static,
    ) -> TaskHandle<T> {
        let task = TaskCell::new(future);
        self.tasks.borrow_mut().fill(id, task.clone());
        TaskHandle { id, inner: Rc::downgrade(self), task }
    }

    fn turn(self: &Rc<Self>) -> Result<(), LoopError> {
        self.fire_timers();
        let ready = self.ready.collect();
        if ready == 0 {
            return self.wait();
        }
        for _ in 0..ready.min(TURN_BUDGET) {
            if let Some(place) = self.ready.pop() {
                self.run_task(place);
            }
        }
        Ok(())
    }

    fn run_task(&self, place: u32) {
        let Some((id, task)) = self.tasks.borrow().at(place) else { return };
        if task.run(&mut Context::from_waker(&self.ready.waker(place))) {
            drop(self.remove(id));
        }
    }

    fn fire_timers(&self) {
        if self.timers.borrow_mut().next_deadline().is_none() {
            return;
        }
        let now = self.clock.borrow().now();
        loop {
            let due = self.timers.borrow_mut().pop_due(now);
            match due {
                Some(waker) => waker.wake(),
                None => return,
            }
        }
    }

    /// Nothing is ready: jump to the next timer, sleep, or report a stall.
    fn wait(&self) -> Result<(), LoopError> {
        let deadline = self.timers.borrow_mut().next_deadline();
        let timeout = match deadline {
            Some(deadline) => {
                if self.clock.borrow().skip_to(deadline) {
                    return Ok(());
                }
                Some(deadline.saturating_sub(self.clock.borrow().now()))
            }
            None => {
                let promised = self.promised.get() > 0;
                if !promised && self.stall_waiters.tell() {
                    return Ok(());
                }
                if !promised && self.outside.get() == 0 {
                    return Err(LoopError::Stalled { waiting: self.tasks.borrow().living() });
                }
                None
            }
        };
        let mut events = mio::Events::with_capacity(EVENT_CAPACITY);
        match self.poll.borrow_mut().poll(&mut events, timeout) {
            Err(error) if error.kind() != std::io::ErrorKind::Interrupted => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// A task to be: its place is taken, so that its future can be polled under its waker before there is a task. Most
/// evaluations end at that poll and never become one.
pub(crate) struct Reserved {
    inner: Rc<Inner>,
    id: TaskId,
    taken: bool,
}

impl Reserved {
    /// Takes a place on the current loop.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub(crate) fn new() -> Self {
        let inner = current();
        let id = inner.reserve();
        Self { inner, id, taken: false }
    }

    pub(crate) fn waker(&self) -> Waker {
        self.inner.ready.waker(self.id.place)
    }

    /// Makes the task; it runs when its waker is called, or was.
    pub(crate) fn spawn<T: 'static>(mut self, future: impl Future<Output = T> + 'static) -> TaskHandle<T> {
        self.taken = true;
        self.inner.spawn_at(self.id, future)
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if !self.taken {
            self.inner.ready.retire(self.id.place);
            self.inner.tasks.borrow_mut().release(self.id.place);
        }
    }
}

/// Starts a task on the current loop; it first runs after the caller suspends.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> TaskHandle<T> {
    current().spawn(future)
}

/// The current loop's time.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn now() -> Duration {
    current().clock.borrow().now()
}

/// Suspends the task for at least `duration` and returns the time really slept.
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn sleep(duration: Duration) -> Duration {
    let inner = current();
    let start = inner.clock.borrow().now();
    let deadline = start + duration.min(LONGEST_SLEEP);
    Sleep { deadline, slot: None, inner: inner.clone() }.await;
    let end = inner.clock.borrow().now();
    end - start
}

struct Sleep {
    deadline: Duration,
    slot: Option<Rc<TimerSlot>>,
    inner: Rc<Inner>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(slot) = &self.slot {
            if slot.fired.get() {
                return Poll::Ready(());
            }
            slot.waker.borrow_mut().clone_from(&Some(cx.waker().clone()));
            return Poll::Pending;
        }
        let slot =
            Rc::new(TimerSlot { waker: RefCell::new(Some(cx.waker().clone())), fired: Cell::new(false) });
        self.inner.timers.borrow_mut().insert(self.deadline, slot.clone());
        self.slot = Some(slot);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(slot) = &self.slot else { return };
        if slot.waker.take().is_some() {
            self.inner.timers.borrow_mut().note_dead();
        }
    }
}

/// Lets every task that is ready now run once before the caller goes on.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Awaits what another thread is sure to bring, so that waiting for it is no stall: room in an outgoing queue,
/// an answer of the user.
pub async fn from_outside<F: Future>(future: F) -> F::Output {
    let _counted = Counted::new(|inner| &inner.promised);
    future.await
}

/// Counts a wait in one of the current loop's counters as long as it lasts.
pub(crate) struct Counted {
    inner: Option<Rc<Inner>>,
    counter: fn(&Inner) -> &Cell<usize>,
}

impl Counted {
    fn new(counter: fn(&Inner) -> &Cell<usize>) -> Self {
        let inner = try_current();
        if let Some(inner) = &inner {
            let count = counter(inner);
            count.set(count.get() + 1);
        }
        Self { inner, counter }
    }

    /// A receiver that another thread may wake.
    pub(crate) fn receiver() -> Self {
        Self::new(|inner| &inner.outside)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            let count = (self.counter)(inner);
            count.set(count.get() - 1);
        }
    }
}
