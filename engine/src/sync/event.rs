//! Flowno's `Event`: a flag that tasks wait for.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use super::line::Line;
use crate::event_loop::{Reason, note};

#[derive(Default)]
struct State {
    set: bool,
    line: Line,
}

/// A flag that is raised once and stays so. A clone is the same event.
#[derive(Clone, Default)]
pub struct Event(Rc<RefCell<State>>);

impl Event {
    /// An event that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets it, and wakes all who wait. Setting it again does nothing.
    pub fn set(&self) {
        let line = {
            let mut state = self.0.borrow_mut();
            state.set = true;
            std::mem::take(&mut state.line) // nobody waits any more
        };
        line.all().for_each(Waker::wake);
    }

    /// Whether it is set.
    pub fn is_set(&self) -> bool {
        self.0.borrow().set
    }

    /// Waits until it is set; at once if it is.
    pub async fn wait(&self) {
        self.wait_as(&"an Event to be set").await;
    }

    /// Waits, and says what for if asked.
    pub(super) async fn wait_as(&self, what: Reason) {
        let mut turn = Turn { event: self, ticket: None };
        poll_fn(|cx| {
            let mut state = turn.event.0.borrow_mut();
            if state.set {
                return Poll::Ready(());
            }
            state.line.stand(&mut turn.ticket, cx.waker());
            note(what);
            Poll::Pending
        })
        .await;
    }
}

/// One who waits; leaves the line when dropped.
struct Turn<'a> {
    event: &'a Event,
    ticket: Option<u64>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let left = self.event.0.borrow_mut().line.leave(ticket);
            drop(left); // with nothing borrowed
        }
    }
}
