//! When a producer that has stored a chunk and waits goes on.
//!
//! It does when its stream is *pulled*: a reader has read everything and waits, the final value is needed (`drain`), or
//! a producer that reads it is to go on in its turn. Besides, news of a stream that it reads lets it go on once, pulled
//! or not.
//!
//! Back-pressure: while a reader still has an unread chunk and is able to read it, the pull
//! waits for that reader. A reader is not able to when its own evaluation is *parked*, that is, waits for another
//! stream or for somebody to pull it in turn; waiting for such a one could deadlock, so it reads
//! later from what is kept.
//!
//! None of its own streams may be *stale* then (rule A5), that is, have made no more chunks than it has itself, read or
//! not: those are brought on by one chunk first, and their news lets it go on.

use std::rc::Rc;
use std::task::Waker;

use smallvec::SmallVec;

use super::{ReaderState, State, StreamRun};
use crate::flow::activity::{Activity, Waiter};
use crate::flow::value::Value;

impl<V: Value> StreamRun<V> {
    /// Demands the final value.
    pub(crate) fn set_drain(&self) {
        if !self.drain.replace(true) {
            self.grant();
        }
    }

    /// Takes that demand back.
    pub(crate) fn unset_drain(&self) {
        self.drain.set(false);
    }

    /// Whether the producer waits to go on.
    pub(crate) fn is_held(&self) -> bool {
        self.held.get()
    }

    /// Whether the producer waits for nothing but to be pulled, on whatever loop.
    pub(crate) fn is_suspended(&self) -> bool {
        self.held.get() && self.producer.is_suspended(self.state.borrow().producer.as_ref())
    }

    /// Lets the producer go on if it waits and its stream is pulled.
    pub(crate) fn grant(&self) {
        if self.held.get() && self.is_pulled() {
            self.go_on();
        }
    }

    /// Lets the producer go on once, pulled or not, for there is news of a stream that it reads: now if it waits, or when
    /// it comes to wait and has not read the news.
    pub(crate) fn tell_news(&self, of: &Self) {
        if !self.held.get() {
            self.missed_news.set(!self.producer.is_parked() && self.producer.is_reading(of));
        } else if !self.producer.busy.holds.get() {
            self.go_on();
        }
    }

    /// Lets the producer, which has come to wait, go on once for the news that it has missed.
    pub(super) fn catch_up(&self) {
        let missed = self.missed_news.replace(false) && self.producer.has_unread_inputs();
        if missed && self.held.get() && !self.producer.busy.holds.get() {
            self.go_on();
        }
    }

    /// Whether the producer need not wait.
    pub(super) fn is_free(&self) -> bool {
        self.is_pulled() && (self.cancelled.get() || !self.producer.has_stale_inputs(self.len()))
    }

    /// Whether somebody wants more of it, and no reader that can read has chunks to read.
    fn is_pulled(&self) -> bool {
        if self.cancelled.get() {
            return true;
        }
        (self.waiting.get() > 0 || self.drain.get() || self.brought_on.get())
            && !self.producer.busy.holds.get()
            // What is borrowed is changed just now, by whoever then grants.
            && self.state.try_borrow().is_ok_and(|state| state.nobody_lags())
    }

    /// Lets the producer, which waits, go on, or brings on what it reads and is stale.
    fn go_on(&self) {
        let mut stale = SmallVec::new();
        self.go_on_or_note(&mut stale);
        // Not by recursion: a pipeline may be long.
        while let Some(stream) = stale.pop() {
            if !stream.brought_on.replace(true) && stream.held.get() && stream.is_pulled() {
                stream.go_on_or_note(&mut stale);
            }
        }
    }

    fn go_on_or_note(&self, stale: &mut SmallVec<[Rc<Self>; 2]>) {
        let noted = stale.len();
        if !self.cancelled.get() {
            self.producer.each_stale_input(self.len(), |stream| stale.push(stream));
        }
        if stale.len() == noted {
            self.resume();
        }
    }

    fn resume(&self) {
        let waiter = self.state.borrow_mut().producer.take();
        self.go();
        if let Some(waiter) = waiter {
            self.producer.wake(waiter);
        }
    }

    /// The producer does not wait any more.
    pub(super) fn go(&self) {
        if self.held.replace(false) {
            self.producer.unpark();
        }
    }

    /// Whether it has made no more chunks than `made`, will make more, and this reader still reads it.
    pub(crate) fn is_stale(&self, reader: usize, made: u64) -> bool {
        if self.is_over() || self.producer.is_over() {
            return false;
        }
        let state = self.state.borrow();
        state.len() <= made && state.readers[reader].is_some()
    }

    /// Whether a reader has not read all that there is, the end included.
    pub(crate) fn is_unread(&self, reader: usize) -> bool {
        let state = self.state.borrow();
        state.readers[reader].as_ref().is_some_and(|reader| reader.next < state.len() || self.is_over())
    }

    /// Lets a reader who wants a chunk poll the producer on the spot; whether it has.
    pub(super) fn pull_for(&self, reader: &Activity<V>, waker: &Waker) -> bool {
        self.held.get() && reader.may_pull(waker) && self.make_on_the_spot()
    }

    /// Polls the producer, which waits, after those of the streams that are stale for it; whether it has.
    pub(crate) fn make_on_the_spot(&self) -> bool {
        let made = self.len();
        if !self.held.get() || self.cancelled.get() || self.producer.busy.holds.get() {
            return false;
        }
        {
            let state = self.state.borrow();
            // A part with a waker of its own is not polled before that is called.
            if !state.nobody_lags() || matches!(state.producer, Some(Waiter::Part(_))) {
                return false;
            }
        }
        let Some((shared, _pull)) = self.producer.begin_pull() else { return false };
        self.held.set(false);
        let fresh = self.producer.freshen_inputs(made);
        let may = fresh && self.producer.busy.runs.get(); // what came may have ended the run
        if may {
            self.producer.be_pulled(&shared);
        } else {
            self.held.set(true);
            self.grant(); // it may have been cancelled meanwhile, or goes on in the next run
        }
        may
    }
}

impl<V: Value> State<V> {
    /// Whether no reader that can read has chunks to read. It is asked whenever one of them has read: so it begins with
    /// the reader it has found last, who is the next to read as a rule.
    fn nobody_lags(&self) -> bool {
        let end = self.len();
        let lags = |reader: &Option<ReaderState<V>>| reader.as_ref().is_some_and(|reader| reader.lags(end));
        let last = self.lagging.get();
        if let Some(further) = self.readers.iter().skip(last).position(lags) {
            if further > 0 {
                self.lagging.set(last + further);
            }
            return false;
        }
        last == 0 || {
            self.lagging.set(0);
            !self.readers.iter().take(last).any(lags)
        }
    }
}

impl<V: Value> ReaderState<V> {
    /// Whether it can read, and has chunks to read.
    fn lags(&self, end: u64) -> bool {
        self.next < end && !self.activity.is_parked()
    }
}
