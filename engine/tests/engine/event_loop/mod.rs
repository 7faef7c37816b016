//! Tasks, timers, mailboxes, stalls.

mod cancelling;
mod day;
mod exits;
mod fairness;
mod joining;
mod mailboxes;
mod panics;
mod running;
mod stalls;
mod timers;
mod waits;
mod wakes;
mod zips;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// A day on the virtual clock takes less on the machine's; far less, so that no busy machine fails it.
const A_MINUTE: Duration = Duration::from_secs(60);

/// What happened, in order.
#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<String>>>);

impl Notes {
    fn add(&self, text: impl Into<String>) {
        self.0.borrow_mut().push(text.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut())
    }
}

/// Notes that it was dropped.
struct Tattle(Notes, &'static str);

impl Drop for Tattle {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}
