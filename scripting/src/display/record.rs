//! What a node has done: what it cost, and its last values.
//!
//! Every evaluation of every node passes here, and most take less time than a look at the clock. So of a node that never
//! waits, only the first evaluations are timed, and later one in so many: the sum is scaled up.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rhai::Dynamic;

use crate::datum::{Datum, is_scalar};
use crate::engine::event_loop;
use crate::engine::flow::{Generation, Outputs};

/// How many values of a node are kept.
const HISTORY_KEPT: usize = 100;

/// How many bytes of them, so that ten thousand nodes keep no more than a picture or two each.
const HISTORY_BYTES: usize = 16 << 10;

/// How many evaluations of a node are timed before only some are.
const TIMED_FIRST: u64 = 64;

/// Of the later ones, one in so many.
const TIMED_EVERY: u64 = 16;

/// What evaluations have cost.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Costs {
    /// How many have begun.
    pub(crate) runs: u64,
    /// Values and chunks that they gave.
    pub(crate) items: u64,
    /// In which bodies ran, in seconds on the machine's clock.
    pub(crate) busy_s: f64,
    /// In which they were suspended, in seconds on the flow's clock.
    pub(crate) waiting_s: f64,
}

impl Costs {
    /// Adds those of another node.
    pub(crate) fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.items += other.items;
        self.busy_s += other.busy_s;
        self.waiting_s += other.waiting_s;
    }

    /// Items in each second of an evaluation, be it busy or suspended.
    pub(crate) fn items_a_second(&self) -> f64 {
        let seconds = self.busy_s + self.waiting_s;
        if seconds > 0.0 { self.items as f64 / seconds } else { 0.0 }
    }
}

/// As they are kept: most nodes give one number, and a list of one takes several times as long to copy and to forget.
enum Values {
    Scalar(Dynamic),
    /// With their weight in bytes.
    Outputs(Box<(Outputs<Datum>, usize)>),
}

impl Values {
    /// `None` if they are too large to be kept.
    fn of(outputs: &Outputs<Datum>) -> Option<Self> {
        if let [Datum(value)] = &outputs[..]
            && is_scalar(value)
        {
            return Some(Self::Scalar(value.clone()));
        }
        let mut left = HISTORY_BYTES;
        let are_light = outputs.iter().all(|output| is_light(&output.0, &mut left));
        are_light.then(|| Self::Outputs(Box::new((outputs.clone(), HISTORY_BYTES - left))))
    }

    fn outputs(&self) -> Outputs<Datum> {
        match self {
            Self::Scalar(value) => Outputs::from_buf([Datum(value.clone())]),
            Self::Outputs(kept) => kept.0.clone(),
        }
    }

    fn weight(&self) -> usize {
        match self {
            Self::Scalar(_) => size_of::<Dynamic>(),
            Self::Outputs(kept) => kept.1,
        }
    }
}

/// A value of a node's past.
pub(crate) type Past = (Generation, Outputs<Datum>);

/// All that is kept of a node.
#[derive(Default)]
pub(crate) struct Record {
    /// Since the last look of the live displays, and since the cell began.
    pub(crate) changed: bool,
    pub(crate) touched: bool,
    /// The number of the last evaluation.
    evaluation: u64,
    runs: u64,
    timed: u64,
    items: u64,
    /// Of the evaluations that were timed.
    busy: Duration,
    waiting: Duration,
    /// Whether the evaluation under way is timed, and whether the last one waited.
    is_timed: bool,
    waits: bool,
    resumed: Option<Instant>,
    suspended: Option<Duration>,
    past: VecDeque<(Generation, Values)>,
    past_bytes: usize,
}

impl Record {
    /// The body of this evaluation goes on, or begins.
    pub(crate) fn resumes(&mut self, evaluation: u64) {
        if evaluation != self.evaluation {
            self.evaluation = evaluation;
            self.begins();
        }
        if self.is_timed {
            self.goes_on();
        }
    }

    fn begins(&mut self) {
        self.is_timed = self.runs < TIMED_FIRST || self.waits || self.runs.is_multiple_of(TIMED_EVERY);
        self.runs += 1;
        self.timed += u64::from(self.is_timed);
        self.waits = false;
        self.suspended = None;
    }

    fn goes_on(&mut self) {
        let now = Instant::now();
        if let (Some(since), Some(time)) = (self.suspended.take(), event_loop::try_at(now)) {
            self.waiting += time.saturating_sub(since);
            self.waits = true;
        }
        self.resumed = Some(now);
    }

    pub(crate) fn pauses(&mut self) {
        if let Some(since) = self.resumed.take() {
            let now = Instant::now();
            self.busy += now.saturating_duration_since(since);
            self.suspended = event_loop::try_at(now);
        }
    }

    /// Keeps a value, unless it is too large.
    pub(crate) fn gave(&mut self, generation: Generation, outputs: &Outputs<Datum>) {
        // The value that a stream comes to is no item of its own.
        let total = generation.chunk.is_none()
            && self.past.back().is_some_and(|(last, _)| last.chunk.is_some() && last.run == generation.run);
        self.items += u64::from(!total);
        let Some(values) = Values::of(outputs) else { return };
        if self.past.len() == HISTORY_KEPT {
            self.forget_oldest();
        }
        if self.past.len() == self.past.capacity() && self.past.len() >= HISTORY_KEPT / 2 {
            // With no place to spare, the newest comes where the oldest was: half as much memory is touched.
            self.past.reserve_exact(HISTORY_KEPT - self.past.len());
        }
        self.past_bytes += values.weight();
        self.past.push_back((generation, values));
        while self.past_bytes > HISTORY_BYTES {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        self.past_bytes -= self.past.pop_front().map_or(0, |(_, values)| values.weight());
    }

    pub(crate) fn costs(&self) -> Costs {
        let scale = if self.timed > 0 { self.runs as f64 / self.timed as f64 } else { 0.0 };
        Costs {
            runs: self.runs,
            items: self.items,
            busy_s: self.busy.as_secs_f64() * scale,
            waiting_s: self.waiting.as_secs_f64() * scale,
        }
    }

    /// The last values, oldest first.
    pub(crate) fn past(&self) -> impl DoubleEndedIterator<Item = Past> {
        self.past.iter().map(|(generation, values)| (*generation, values.outputs()))
    }

    pub(crate) fn forget_past(&mut self) {
        self.past.clear();
        self.past_bytes = 0;
    }
}

/// Takes a value's weight from what is left; `false` as soon as that is too much, however large the value is, or if it
/// nests deeper than what is left.
fn is_light(value: &Dynamic, left: &mut usize) -> bool {
    let text = value.as_immutable_string_ref().map_or(0, |text| text.len());
    let own = size_of::<Dynamic>() + text + value.as_blob_ref().map_or(0, |blob| blob.len());
    let Some(rest) = left.checked_sub(own) else { return false };
    *left = rest;
    let fits = |count: usize, left: usize| count.saturating_mul(size_of::<Dynamic>()) <= left;
    if let Ok(items) = value.as_array_ref() {
        return fits(items.len(), *left) && items.iter().all(|item| is_light(item, left));
    }
    if let Ok(fields) = value.as_map_ref() {
        return fits(fields.len(), *left) && fields.values().all(|field| is_light(field, left));
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use rhai::Array;
    use smallvec::smallvec;

    fn outputs(value: impl Into<Dynamic>) -> Outputs<Datum> {
        smallvec![Datum(value.into())]
    }

    #[test]
    fn the_past_is_bounded_in_number_and_bytes() {
        let mut record = Record::default();
        (0..500).for_each(|run| record.gave(Generation::run(run), &outputs(run as i64)));
        assert_eq!(record.past().count(), HISTORY_KEPT);
        assert_eq!(record.past().next().map(|past| past.0), Some(Generation::run(400)));
        (0..50).for_each(|run| record.gave(Generation::run(run), &outputs("x".repeat(HISTORY_BYTES / 4))));
        assert!(record.past().count() <= 4 && record.past_bytes <= HISTORY_BYTES);
        record.gave(Generation::run(9), &outputs("x".repeat(HISTORY_BYTES)));
        let deep = (0..1_000_000).map(Dynamic::from).collect::<Array>();
        record.gave(Generation::run(9), &outputs(deep));
        assert_eq!(record.past().last().map(|past| past.0), Some(Generation::run(49)), "too large to keep");
        assert_eq!(record.costs().items, 552);
    }

    #[test]
    fn what_is_not_timed_is_scaled_up() {
        let mut record = Record::default();
        for evaluation in 1..=1_000 {
            record.resumes(evaluation);
            record.pauses();
        }
        assert!(record.timed < 130 && record.runs == 1_000, "{}", record.timed);
        let measured = record.busy.as_secs_f64();
        assert!(record.costs().busy_s > measured * 7.0);
    }
}
