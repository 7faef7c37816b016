//! Flowno's `Condition`: tasks that hold a lock wait until another says that something has changed.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::event::Event;
use super::lock::{Lock, NotLocked};

/// A condition variable over a [`Lock`]. A clone is the same condition.
#[derive(Clone, Default)]
pub struct Condition {
    lock: Lock,
    waiting: Rc<RefCell<Waiting>>,
}

/// The tasks that wait, by the numbers that they drew.
#[derive(Default)]
struct Waiting {
    next_number: u64,
    events: BTreeMap<u64, Event>,
}

impl Waiting {
    fn stand(&mut self, event: Event) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        self.events.insert(number, event);
        number
    }

    /// Takes out who waits longest, of those who drew a number below `end`.
    fn next(&mut self, end: u64) -> Option<Event> {
        let first = self.events.first_entry().filter(|first| *first.key() < end)?;
        Some(first.remove())
    }
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
        let event = Event::new();
        let number = self.waiting.borrow_mut().stand(event.clone());
        let mut turn = Turn { condition: self, number, event, done: false };
        turn.event.wait_as(&"a Condition to be notified").await;
        self.lock.acquire().await;
        turn.done = true;
        Ok(())
    }

    /// Wakes the `count` tasks that wait longest, or all if fewer do.
    pub fn notify(&self, count: usize) {
        // Nothing is borrowed while one is woken: who begins to wait then, waits.
        let end = self.waiting.borrow().next_number;
        for _ in 0..count {
            let Some(event) = self.next(end) else { break };
            event.set();
        }
    }

    fn next(&self, end: u64) -> Option<Event> {
        self.waiting.borrow_mut().next(end)
    }

    /// Wakes all tasks that wait.
    pub fn notify_all(&self) {
        self.notify(usize::MAX);
    }
}

/// One who waits to be notified.
struct Turn<'a> {
    condition: &'a Condition,
    number: u64,
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
            self.condition.waiting.borrow_mut().events.remove(&self.number);
        }
    }
}
