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

mod error;
mod exit;
mod io;
pub mod mailbox;
mod outside;
mod place;
mod ready;
mod run;
mod sleep;
mod stall;
mod task;
mod timers;
mod told;
mod turn;
mod waits;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::Context;
use std::time::{Duration, Instant};

use self::exit::Exit;
use self::io::Driver;
use self::ready::ReadyQueue;
use self::stall::StallWaiters;
use self::task::{Slab, TaskCell};
use self::timers::Timers;
use self::waits::Polling;
use crate::clock::{Clock, RealClock};
use crate::instrument::watches_loops;

pub use self::error::LoopError;
pub use self::exit::{exit, exit_with_error};
pub(crate) use self::io::{Direction, Readiness, Wait};
pub(crate) use self::outside::Counted;
pub use self::outside::from_outside;
pub(crate) use self::place::{Home, Place};
pub use self::run::RunUntil;
pub use self::sleep::{now, set_clock, sleep, try_at, try_now, yield_now};
pub use self::stall::stalled;
pub(crate) use self::task::{Task, TaskId, panic_message};
pub use self::task::{TaskError, TaskHandle};
pub(crate) use self::told::time;
pub(crate) use self::waits::{Reason, list as list_waits, note, note_of, polled_task};
pub use self::waits::{TaskWait, Waits, waits};

pub(crate) struct Inner {
    tasks: RefCell<Slab>,
    ready: ReadyQueue,
    timers: RefCell<Timers>,
    clock: RefCell<Rc<dyn Clock>>,
    /// The operating system: sockets, and other threads' wake-ups.
    driver: Rc<Driver>,
    /// Who is told when nothing can run.
    stall_waiters: StallWaiters,
    /// Receivers of mailboxes that wait: while there is one, another thread may send something.
    outside: Cell<usize>,
    /// Waits that another thread is sure to end: while there is one, nothing is stalled.
    promised: Cell<usize>,
    /// Polls of tasks since the operating system was last asked for news, and when that was.
    polled_since_look: Cell<usize>,
    last_look: Cell<Instant>,
    /// The longest wait in which nothing happens.
    max_wait: Cell<Option<Duration>>,
    /// Whether a task has called `exit`; then with what, and which task that was.
    exits: Cell<bool>,
    exit: RefCell<Option<(Exit, Option<TaskId>)>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Inner>>> = const { RefCell::new(None) };
}

fn current() -> Rc<Inner> {
    try_current().expect("no event loop runs on this thread: call this inside EventLoop::run_until_complete")
}

/// Does something with the loop of this thread, without counting a reference.
fn with_current<T>(act: impl FnOnce(&Rc<Inner>) -> T) -> T {
    CURRENT.with(|current| match &*current.borrow() {
        Some(inner) => act(inner),
        None => panic!("no event loop runs on this thread: call this inside EventLoop::run_until_complete"),
    })
}

fn try_current() -> Option<Rc<Inner>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// A single-threaded event loop. Dropping it cancels all its tasks.
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
        let (driver, waker) = Driver::new()?;
        Ok(Self {
            inner: Rc::new(Inner {
                tasks: RefCell::default(),
                ready: ReadyQueue::new(waker),
                timers: RefCell::default(),
                clock: RefCell::new(clock),
                driver: Rc::new(driver),
                stall_waiters: StallWaiters::default(),
                outside: Cell::new(0),
                promised: Cell::new(0),
                polled_since_look: Cell::new(0),
                last_look: Cell::new(Instant::now()),
                max_wait: Cell::new(None),
                exits: Cell::new(false),
                exit: RefCell::new(None),
            }),
        })
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        // A destructor may spawn; repeat until none is left.
        loop {
            let tasks = self.inner.tasks.borrow().ids();
            if tasks.is_empty() {
                break;
            }
            tasks.into_iter().for_each(|id| self.inner.cancel(id));
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
    fn spawn_named<T: 'static>(
        self: &Rc<Self>,
        name: Option<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> TaskHandle<T> {
        let id = self.reserve();
        self.ready.push(id.place);
        self.spawn_at(id, name, future)
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

    /// Ends a task where it waits, if it has not ended. Its destructors run: nothing may be borrowed here.
    fn cancel(&self, id: TaskId) {
        let cancel = || {
            if let Some(task) = self.remove(id) {
                task.cancel();
            }
        };
        if watches_loops() {
            self.cancel_told(id, cancel);
        } else {
            cancel();
        }
    }

    /// Makes a task in a reserved place; it runs when it is woken.
    fn spawn_at<T: 'static>(
        self: &Rc<Self>,
        id: TaskId,
        name: Option<Rc<str>>,
        future: impl Future<Output = T> + 'static,
    ) -> TaskHandle<T> {
        let task = TaskCell::new(future);
        self.tasks.borrow_mut().fill(id, name, task.clone());
        TaskHandle { id, inner: Rc::downgrade(self), task }
    }

    fn run_task(&self, place: u32) {
        let Some((id, task)) = self.tasks.borrow().at(place) else { return };
        if watches_loops() {
            return self.run_task_told(id, &task);
        }
        let polling = Polling::new(id);
        if task.run(&mut Context::from_waker(&self.ready.waker(place))) {
            drop(self.remove(id));
        } else {
            self.tasks.borrow().keep_note(id, polling.note());
        }
    }
}

/// Starts a task on the current loop; it first runs after the caller suspends.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> TaskHandle<T> {
    current().spawn_named(None, future)
}

/// [`spawn`], with a name by which errors and [`waits`] call the task.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn spawn_named<T: 'static>(
    name: impl Into<Rc<str>>,
    future: impl Future<Output = T> + 'static,
) -> TaskHandle<T> {
    current().spawn_named(Some(name.into()), future)
}
