//! Who is busy: how many evaluations can go on by themselves, and which of them the driver is to poll.
//!
//! When the flow has nothing ready and nobody is busy, it is quiet, and whatever is still suspended is a stream that
//! nobody reads.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::task::Waker;

use super::activity::Activity;
use super::value::Value;

/// How many chunks may be made on the spot in one poll of a body by the driver or the loop: others wait meanwhile.
const PULLS_A_POLL: u32 = 64;

/// How deep such polls may nest: a pipeline as long as this runs as one call.
const NESTING: u32 = 16;

/// How many evaluations can go on by themselves, which of them the driver is to poll, and how to call the driver.
pub(crate) struct Busy<V: Value> {
    count: Cell<usize>,
    /// Weak, for each knows this. What is dropped stays in it, dead.
    line: RefCell<VecDeque<Weak<Activity<V>>>>,
    driver: RefCell<Option<Waker>>,
    /// Whether the driver is being polled, so that it need not be called.
    driving: Cell<bool>,
    /// How many chunks may still be made on the spot, and how deep the polls for them are nested.
    pulls: Cell<u32>,
    depth: Cell<u32>,
    /// Whether a run is under way that has not come to its end: else evaluations stand still.
    pub(super) runs: Cell<bool>,
    /// Whether streams are held, pulled or not: the run winds down, or has.
    pub(super) holds: Cell<bool>,
    /// Whether instruments are to be told; see `told.rs`.
    pub(super) told: Cell<bool>,
    pub(super) told_all: Cell<bool>,
}

impl<V: Value> Default for Busy<V> {
    fn default() -> Self {
        Self {
            count: Cell::new(0),
            line: RefCell::default(),
            driver: RefCell::default(),
            driving: Cell::new(false),
            pulls: Cell::new(0),
            depth: Cell::new(0),
            runs: Cell::new(false),
            holds: Cell::new(false),
            told: Cell::new(false),
            told_all: Cell::new(false),
        }
    }
}

impl<V: Value> Busy<V> {
    pub(crate) fn is_idle(&self) -> bool {
        self.count.get() == 0
    }

    /// The driver is polled as long as the answer lives.
    pub(crate) fn drive(&self, waker: &Waker) -> Driving<'_, V> {
        self.driver.borrow_mut().get_or_insert_with(|| waker.clone()).clone_from(waker);
        self.driving.set(true);
        Driving(self)
    }

    pub(crate) fn forget_driver(&self) {
        *self.driver.borrow_mut() = None;
    }

    pub(crate) fn wake_driver(&self) {
        if self.driving.get() {
            return; // it looks again before it goes
        }
        if let Some(waker) = &*self.driver.borrow() {
            waker.wake_by_ref();
        }
    }

    /// How many are in the line, the first of whom lives.
    pub(crate) fn waiting(&self) -> usize {
        let mut line = self.line.borrow_mut();
        while line.front().is_some_and(|first| first.strong_count() == 0) {
            line.pop_front(); // its evaluation has ended meanwhile
        }
        line.len()
    }

    /// Who is to be polled next; somebody is unless nobody [waits](Self::waiting).
    pub(crate) fn next(&self) -> Option<Rc<Activity<V>>> {
        self.waiting();
        let next = self.line.borrow_mut().pop_front()?.upgrade()?;
        next.leave_line();
        Some(next)
    }

    /// Puts an evaluation in the line; each stands there once.
    pub(super) fn line_up(&self, activity: &Rc<Activity<V>>) {
        self.line.borrow_mut().push_back(Rc::downgrade(activity));
        self.wake_driver();
    }

    /// A body is polled: chunks may be made on the spot for it.
    pub(super) fn begin_poll(&self) {
        self.pulls.set(PULLS_A_POLL);
    }

    /// A chunk is made on the spot as long as the answer lives; `None` if others must be let in first.
    pub(super) fn begin_pull(&self) -> Option<Pulling<'_, V>> {
        let (pulls, depth) = (self.pulls.get(), self.depth.get());
        if pulls == 0 || depth == NESTING {
            return None;
        }
        self.pulls.set(pulls - 1);
        self.depth.set(depth + 1);
        Some(Pulling(self))
    }

    /// An evaluation can go on by itself.
    pub(super) fn add(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// It cannot any more.
    pub(super) fn sub(&self) {
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.wake_driver();
        }
    }
}

/// See [`Busy::drive`].
pub(crate) struct Driving<'a, V: Value>(&'a Busy<V>);

impl<V: Value> Drop for Driving<'_, V> {
    fn drop(&mut self) {
        self.0.driving.set(false);
    }
}

/// See [`Busy::begin_pull`].
pub(super) struct Pulling<'a, V: Value>(&'a Busy<V>);

impl<V: Value> Drop for Pulling<'_, V> {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get() - 1);
    }
}
