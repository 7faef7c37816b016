//! How fast live cells may publish.
//!
//! Jupyter Server forwards 1,000 messages of iopub a second and 1 MB of stream text, both over three seconds, and drops
//! the rest silently. So what live cells cause, updates of displays, prints and all else, has one budget: a bucket of
//! tokens that fills with time. What needs no leave (statuses, replies) takes its token too, and the others make up for it.

use std::time::{Duration, Instant};

/// How many messages may come at once, and how many a second after that: in any second no more than 750. That is far
/// enough below 1,000 for the statuses and inputs of a hundred cells, and 50 cells a second make three each.
const BURST: f64 = 100.0;
const MESSAGES_A_SECOND: f64 = 650.0;

/// How many bytes of stream text, likewise: in any second no more than 750 KB and one message.
const BURST_BYTES: f64 = 150_000.0;
const BYTES_A_SECOND: f64 = 600_000.0;

/// Scripts wait when what is queued takes longer than this to leave: so long an interrupted cell still speaks, and so
/// long a cell without a word to say waits behind one that never stops.
const BACKLOG_S: f64 = 0.1;

/// The budget.
pub(super) struct Pace {
    messages: f64,
    bytes: f64,
    at: Option<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { messages: BURST, bytes: BURST_BYTES, at: None }
    }
}

impl Pace {
    /// How long until a message may leave; nothing if it may now.
    pub(super) fn wait(&mut self, now: Instant) -> Duration {
        let passed = self.at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        self.at = Some(now);
        self.messages = (self.messages + passed * MESSAGES_A_SECOND).min(BURST);
        self.bytes = (self.bytes + passed * BYTES_A_SECOND).min(BURST_BYTES);
        let for_messages = (1.0 - self.messages).max(0.0) / MESSAGES_A_SECOND;
        let for_bytes = (1.0 - self.bytes).max(0.0) / BYTES_A_SECOND;
        Duration::from_secs_f64(for_messages.max(for_bytes))
    }

    /// A message with so many bytes of stream text leaves. Debts do not grow without end: who was never paced, a headless
    /// cell, holds a live one up no longer than this.
    pub(super) fn take(&mut self, stream_bytes: usize) {
        self.messages = (self.messages - 1.0).max(-BURST);
        self.bytes = (self.bytes - stream_bytes as f64).max(-BYTES_A_SECOND);
    }
}

/// What is queued of messages that have to keep to the budget.
#[derive(Default)]
pub(super) struct Backlog {
    messages: usize,
    bytes: usize,
}

impl Backlog {
    pub(super) fn add(&mut self, messages: usize, stream_bytes: usize) {
        self.messages += messages;
        self.bytes += stream_bytes;
    }

    pub(super) fn remove(&mut self, messages: usize, stream_bytes: usize) {
        self.messages = self.messages.saturating_sub(messages);
        self.bytes = self.bytes.saturating_sub(stream_bytes);
    }

    /// Whether it takes so long to leave that scripts wait.
    pub(super) fn is_long(&self) -> bool {
        let seconds = (self.messages as f64 / MESSAGES_A_SECOND).max(self.bytes as f64 / BYTES_A_SECOND);
        seconds >= BACKLOG_S
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many messages of so many bytes leave in each of some seconds, from somebody who always has one.
    fn sent(bytes: usize) -> Vec<usize> {
        let (mut pace, begun) = (Pace::default(), Instant::now());
        let (mut now, mut counts) = (begun, vec![0; 4]);
        loop {
            let wait = pace.wait(now);
            let second = now.saturating_duration_since(begun).as_secs() as usize;
            if second >= counts.len() {
                return counts;
            }
            if wait.is_zero() {
                pace.take(bytes);
                counts[second] += 1;
            } else {
                now += wait + Duration::from_micros(1);
            }
        }
    }

    #[test]
    fn messages_are_bounded_in_any_second() {
        let counts = sent(0);
        assert!(counts.iter().all(|count| (640..=760).contains(count)), "{counts:?}");
    }

    #[test]
    fn stream_text_is_bounded_in_any_second() {
        let counts = sent(30_000);
        assert!(counts.iter().all(|count| (19..=26).contains(count)), "{counts:?}");
    }

    #[test]
    fn what_asks_for_no_leave_is_made_up_for() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        (0..10_000).for_each(|_| pace.take(0));
        let wait = pace.wait(now).as_secs_f64();
        assert!((0.1..0.2).contains(&wait), "{wait}");
    }
}
