//! Flowno's `Condition`: tasks that hold a lock wait until another says that something has changed.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use super::event::Event;
use super::lock::{Lock, NotLocked};

/// A condition variable over a [`Lock`]. A clone is the same condition.
#[derive(Clone, Default)]
pub struct Condition {
    lock: Lock,
    /// One event a task that waits, first in, first out.
    waiting: Rc<RefCell<VecDeque<Event>>>,
}

impl Condition {
    /// A condition with a lock of its own.
    pub fn new() -> Self {
        Self::default()
    }

    /// A condition over a lock that may serve others too.
    pub fn with_lock(lock: Lock) -> Self {
        Self { lock, waiting: Rc::default() }
    }

    /// The lock.
    pub fn lock(&self) -> &Lock {
        &self.lock
    }

    /// Releases the lock, waits to be notified, and takes the lock again.
    ///
    /// Dropped while it waits, the future does not take the lock again, and a notification that it had been given
    /// passes to the next.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if nobody holds the lock.
    pub async fn wait(&self) -> Result<(), NotLocked> {
        self.lock.release()?;
        let mut turn = Turn { condition: self, event: Event::new(), done: false };
        self.waiting.borrow_mut().push_back(turn.event.clone());
        turn.event.wait_as(&"a Condition to be notified").await;
        self.lock.acquire().await;
        turn.done = true;
        Ok(())
    }

    /// Wakes the `count` tasks that wait longest, or all if fewer do.
    pub fn notify(&self, count: usize) {
        let mut waiting = self.waiting.borrow_mut();
        let count = count.min(waiting.len());
        waiting.drain(..count).for_each(|event| event.set());
    }

    /// Wakes all tasks that wait.
    pub fn notify_all(&self) {
        self.notify(usize::MAX);
    }
}

/// One who waits to be notified.
struct Turn<'a> {
    condition: &'a Condition,
    event: Event,
    done: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        if self.event.is_set() {
            self.condition.notify(1);
        } else {
            self.condition.waiting.borrow_mut().retain(|event| !event.is(&self.event));
        }
    }
}
