//! Waiting in line: who came first is served first.

use std::collections::VecDeque;
use std::task::Waker;

/// Tasks in line, each with the number it drew. A task keeps its number as a ticket and its place with it: numbers grow
/// along the line.
///
/// A waker may poll at once, and what is dropped with one may do anything: so wakers are given out, to be called or dropped
/// with nothing borrowed.
#[derive(Default)]
pub(super) struct Line {
    next_number: u64,
    waiting: VecDeque<(u64, Waker)>,
}

impl Line {
    pub(super) fn stand(&mut self, ticket: &mut Option<u64>, waker: &Waker) {
        let number = *ticket.get_or_insert_with(|| {
            self.next_number += 1;
            self.next_number
        });
        match self.place_of(number) {
            Ok(place) => self.waiting[place].1.clone_from(waker),
            // Who was woken in vain stands where it stood.
            Err(place) => self.waiting.insert(place, (number, waker.clone())),
        }
    }

    #[must_use = "to be dropped with nothing borrowed"]
    pub(super) fn leave(&mut self, ticket: u64) -> Option<Waker> {
        let place = self.place_of(ticket).ok()?;
        self.waiting.remove(place).map(|(_, waker)| waker)
    }

    /// Whether somebody with a lower number stands in line.
    pub(super) fn is_behind(&self, ticket: Option<u64>) -> bool {
        match (self.waiting.front(), ticket) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(first), Some(number)) => first.0 < number,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// To be woken, if only one is.
    pub(super) fn first(&self) -> Option<Waker> {
        self.waiting.front().map(|(_, waker)| waker.clone())
    }

    /// To be woken, if all are.
    pub(super) fn all(&self) -> impl Iterator<Item = Waker> {
        self.waiting.iter().map(|(_, waker)| waker.clone())
    }

    /// Where who drew a number stands, or else would.
    fn place_of(&self, number: u64) -> Result<usize, usize> {
        self.waiting.binary_search_by_key(&number, |entry| entry.0)
    }
}
