//! Flowno's `Lock`: one task at a time, in the order in which they came.
//!
//! A task that releases passes the lock on to the first in line at once, so that a task which releases and acquires
//! again in a loop cannot keep the others out.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::line::Line;
use crate::event_loop::{TaskId, note_of, polled_task};

/// [`Lock::release`] of a lock that nobody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lock is not held")]
pub struct NotLocked;

#[derive(Default)]
struct State {
    held: bool,
    /// The task that took it last, for messages.
    holder: Option<TaskId>,
    line: Line,
}

/// Mutual exclusion between tasks. A clone is the same lock.
#[derive(Clone, Default)]
pub struct Lock(Rc<RefCell<State>>);

impl Lock {
    /// A lock that nobody holds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Waits until the lock is free and takes it; it is released when the guard is dropped.
    pub async fn lock(&self) -> LockGuard {
        self.acquire().await;
        LockGuard(self.clone())
    }

    /// Waits until the lock is free and takes it, to be given back by [`release`](Self::release).
    ///
    /// Dropped while it waits, the future leaves the line.
    pub async fn acquire(&self) {
        let mut turn = Turn { lock: self, ticket: None, done: false };
        poll_fn(|cx| turn.poll(cx)).await;
    }

    /// Gives the lock back, whoever took it.
    ///
    /// # Errors
    ///
    /// [`NotLocked`] if nobody holds it.
    pub fn release(&self) -> Result<(), NotLocked> {
        let first = {
            let mut state = self.0.borrow_mut();
            if !std::mem::replace(&mut state.held, false) {
                return Err(NotLocked);
            }
            state.line.first()
        };
        first.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Whether somebody holds it.
    pub fn is_locked(&self) -> bool {
        self.0.borrow().held
    }
}

/// Holds a [`Lock`] until it is dropped.
pub struct LockGuard(Lock);

impl Drop for LockGuard {
    fn drop(&mut self) {
        // It may have been released by hand meanwhile.
        let _ = self.0.release();
    }
}

/// One task's attempt; leaves the line when dropped, and passes on a wake-up that it did not use.
struct Turn<'a> {
    lock: &'a Lock,
    ticket: Option<u64>,
    done: bool,
}

impl Turn<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock.0.borrow_mut();
        if state.held || state.line.is_behind(self.ticket) {
            state.line.stand(&mut self.ticket, cx.waker());
            note_of(&"a Lock that {} has", state.holder);
            return Poll::Pending;
        }
        state.held = true;
        state.holder = polled_task();
        self.done = true;
        Poll::Ready(())
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = self.lock.0.borrow_mut();
        let left = self.ticket.and_then(|ticket| state.line.leave(ticket));
        let first = if !self.done && !state.held { state.line.first() } else { None };
        drop(state);
        drop(left);
        first.into_iter().for_each(Waker::wake);
    }
}
