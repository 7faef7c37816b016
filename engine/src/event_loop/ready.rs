//! The ready queue: tasks whose waker was called, first in, first out.
//!
//! A waker may be called from any thread, but almost always is called on the loop's own. So there are
//! two lanes: a plain deque that only the loop's thread touches, and a locked one for the others. A
//! thread knows that it is the loop's by [`enter`], which the loop calls while it runs. Waking twice costs
//! one run: each task's header has a `queued` bit.

use std::cell::{Cell, UnsafeCell};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use super::task::TaskId;

thread_local! {
    /// The queue of the loop that runs on this thread, or null.
    static CURRENT: Cell<*const ReadyQueue> = const { Cell::new(std::ptr::null()) };
}

pub(crate) struct ReadyQueue {
    /// # Invariant
    ///
    /// Touched only by the thread whose `CURRENT` is this queue, and never across a call that could
    /// reach it again.
    local: UnsafeCell<VecDeque<TaskId>>,
    remote: Mutex<VecDeque<TaskId>>,
    has_remote: AtomicBool,
    poller: mio::Waker,
}

// SAFETY: `local` is the only field that is not `Sync`; `push` and `pop` reach it only after checking
// that this thread is the one that runs the loop, and one loop runs on one thread at a time.
unsafe impl Sync for ReadyQueue {}
// SAFETY: all fields are `Send`.
unsafe impl Send for ReadyQueue {}

impl ReadyQueue {
    pub(crate) fn new(poller: mio::Waker) -> Self {
        Self {
            local: UnsafeCell::default(),
            remote: Mutex::default(),
            has_remote: AtomicBool::new(false),
            poller,
        }
    }

    fn is_current(&self) -> bool {
        CURRENT.with(|current| std::ptr::eq(current.get(), self))
    }

    pub(crate) fn push(&self, task: TaskId) {
        if self.is_current() {
            // SAFETY: this thread runs the loop (checked above) and the borrow ends in this line.
            unsafe { (*self.local.get()).push_back(task) };
            return;
        }
        self.remote.lock().unwrap_or_else(PoisonError::into_inner).push_back(task);
        if !self.has_remote.swap(true, Ordering::AcqRel) {
            // A failed wake-up means that the poller is gone, and with it the loop.
            let _ = self.poller.wake();
        }
    }

    /// Moves what other threads woke behind what is queued here, and tells how many tasks wait.
    pub(crate) fn collect(&self) -> usize {
        debug_assert!(self.is_current());
        // SAFETY: only the running loop calls this, on its own thread; no other borrow is alive.
        let local = unsafe { &mut *self.local.get() };
        if self.has_remote.swap(false, Ordering::AcqRel) {
            local.append(&mut self.remote.lock().unwrap_or_else(PoisonError::into_inner));
        }
        local.len()
    }

    pub(crate) fn pop(&self) -> Option<TaskId> {
        debug_assert!(self.is_current());
        // SAFETY: as in `collect`.
        unsafe { (*self.local.get()).pop_front() }
    }
}

/// Marks this thread as the one that runs `queue`'s loop until the guard is dropped.
pub(crate) fn enter(queue: &Arc<ReadyQueue>) -> Entered {
    Entered(CURRENT.replace(Arc::as_ptr(queue)))
}

pub(crate) struct Entered(*const ReadyQueue);

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

/// What a task's waker points to.
pub(crate) struct TaskHeader {
    pub(crate) id: TaskId,
    /// Whether the task stands in the queue.
    pub(crate) queued: AtomicBool,
    pub(crate) queue: Arc<ReadyQueue>,
}

impl Wake for TaskHeader {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.queue.push(self.id);
        }
    }
}
