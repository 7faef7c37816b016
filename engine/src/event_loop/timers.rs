//! Timers: a binary heap keyed by deadline and, for equal deadlines, by the order of creation.
//!
//! A sleep has a place here for its waker; its entry in the heap says which. A sleep that is dropped leaves its
//! place, and its entry is dead: it leaves when its time comes, or with all other dead ones when they outnumber the
//! living, so that a loop which makes and drops long timeouts stays small.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::task::Waker;
use std::time::Duration;

/// Below this many entries, dead ones are not worth a sweep.
const SWEEP_FLOOR: usize = 64;

/// A timer: its place, and the number of the place's tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerId {
    place: u32,
    tenant: u32,
}

enum State {
    Free,
    Waiting(Waker),
    Fired,
}

struct TimerPlace {
    tenant: u32,
    state: State,
}

struct Entry {
    /// In nanoseconds, which last for 584 years.
    deadline: u64,
    number: u64,
    timer: TimerId,
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
    places: Vec<TimerPlace>,
    free: Vec<u32>,
    next_number: u64,
    dead: usize,
}

impl Timers {
    pub(crate) fn insert(&mut self, deadline: Duration, waker: Waker) -> TimerId {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(TimerPlace { tenant: 0, state: State::Free });
            (self.places.len() - 1) as u32
        });
        let found = &mut self.places[place as usize];
        found.state = State::Waiting(waker);
        let timer = TimerId { place, tenant: found.tenant };
        self.heap.push(Entry { deadline: nanoseconds(deadline), number: self.next_number, timer });
        self.next_number += 1;
        timer
    }

    /// Gives a timer another waker; the old one is for the caller to drop. `None` if it has fired.
    pub(crate) fn set_waker(&mut self, timer: TimerId, waker: Waker) -> Option<Waker> {
        match &mut self.places[timer.place as usize].state {
            State::Waiting(old) => Some(std::mem::replace(old, waker)),
            State::Free | State::Fired => None,
        }
    }

    /// Gives the place of a timer back; its waker, if it has not fired, is for the caller to drop.
    pub(crate) fn remove(&mut self, timer: TimerId) -> Option<Waker> {
        let place = &mut self.places[timer.place as usize];
        place.tenant = place.tenant.wrapping_add(1);
        self.free.push(timer.place);
        let State::Waiting(waker) = std::mem::replace(&mut place.state, State::Free) else { return None };
        self.dead += 1;
        if self.heap.len() > SWEEP_FLOOR && self.dead > self.heap.len() / 2 {
            let places = &self.places;
            self.heap.retain(|entry| places[entry.timer.place as usize].tenant == entry.timer.tenant);
            self.dead = 0;
        }
        Some(waker)
    }

    /// Whether there is no timer, dead or alive.
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The earliest deadline of a living timer.
    pub(crate) fn next_deadline(&mut self) -> Option<Duration> {
        self.first().map(Duration::from_nanos)
    }

    fn first(&mut self) -> Option<u64> {
        while let Some(top) = self.heap.peek() {
            if self.places[top.timer.place as usize].tenant == top.timer.tenant {
                return Some(top.deadline);
            }
            self.heap.pop();
            self.dead = self.dead.saturating_sub(1);
        }
        None
    }

    /// Takes the waker of one timer that is due; the caller wakes it with nothing borrowed.
    pub(crate) fn pop_due(&mut self, now: Duration) -> Option<Waker> {
        if self.first()? > nanoseconds(now) {
            return None;
        }
        let entry = self.heap.pop()?;
        match std::mem::replace(&mut self.places[entry.timer.place as usize].state, State::Fired) {
            State::Waiting(waker) => Some(waker),
            State::Free | State::Fired => None,
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
