//! Timers: a binary heap keyed by deadline and, for equal deadlines, by the order of creation.
//!
//! A sleep that is dropped only marks its entry dead. Dead entries leave when their time comes, or all
//! at once when they outnumber the living, so that a loop which makes and drops long timeouts stays small.

use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;
use std::time::Duration;

/// Below this many entries, dead ones are not worth a sweep.
const SWEEP_FLOOR: usize = 64;

/// Shared by a sleep and its entry: the waker while both live.
pub(crate) struct TimerSlot {
    pub(crate) waker: RefCell<Option<Waker>>,
    pub(crate) fired: Cell<bool>,
}

struct Entry {
    deadline: Duration,
    number: u64,
    slot: Rc<TimerSlot>,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    /// Reversed: `BinaryHeap` is a max-heap, and the earliest must be on top.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.deadline, other.number).cmp(&(self.deadline, self.number))
    }
}

#[derive(Default)]
pub(crate) struct Timers {
    heap: BinaryHeap<Entry>,
    next_number: u64,
    dead: usize,
}

impl Timers {
    pub(crate) fn insert(&mut self, deadline: Duration, slot: Rc<TimerSlot>) {
        self.heap.push(Entry { deadline, number: self.next_number, slot });
        self.next_number += 1;
    }

    /// Notes that a sleep was dropped before its time.
    pub(crate) fn note_dead(&mut self) {
        self.dead += 1;
        if self.heap.len() > SWEEP_FLOOR && self.dead > self.heap.len() / 2 {
            self.heap.retain(|entry| entry.slot.waker.borrow().is_some());
            self.dead = 0;
        }
    }

    /// Whether there is no timer, dead or alive.
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The earliest deadline of a living timer.
    pub(crate) fn next_deadline(&mut self) -> Option<Duration> {
        while let Some(top) = self.heap.peek() {
            if top.slot.waker.borrow().is_some() {
                return Some(top.deadline);
            }
            self.heap.pop();
            self.dead = self.dead.saturating_sub(1);
        }
        None
    }

    /// Takes the waker of one timer that is due; the caller wakes it with nothing borrowed.
    pub(crate) fn pop_due(&mut self, now: Duration) -> Option<Waker> {
        if self.next_deadline()? > now {
            return None;
        }
        let entry = self.heap.pop()?;
        entry.slot.fired.set(true);
        entry.slot.waker.take()
    }
}
