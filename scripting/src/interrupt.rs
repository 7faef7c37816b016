//! The interrupt flag: the one thing besides the mailbox that crosses threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Waker;

/// Raised from any thread, read by running scripts, and sticky until the cell has ended
/// (a comparator inside `sort` may swallow one report of it).
#[derive(Clone, Default)]
pub struct Interrupt(Arc<Shared>);

#[derive(Default)]
struct Shared {
    raised: AtomicBool,
    /// The cell that runs, so that a raise also reaches it in a sleep.
    waiting: Mutex<Option<Waker>>,
}

impl Interrupt {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Raises the flag and wakes the running cell, wherever it waits.
    pub fn raise(&self) {
        self.0.raised.store(true, Ordering::Release);
        let waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }

    /// Whether the flag is up.
    pub fn is_raised(&self) -> bool {
        self.0.raised.load(Ordering::Acquire)
    }

    /// Lowers the flag; called before a cell starts.
    pub fn clear(&self) {
        self.0.raised.store(false, Ordering::Release);
    }

    /// Registers who is to be woken by the next [`raise`](Self::raise).
    pub fn register(&self, waker: &Waker) {
        *self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(waker.clone());
    }
}
