//! How long the others are to wait for a peer that does not take what goes to it.
//!
//! While a peer's backlog is full and ZeroMQ has more for it, whoever else listens gets no more than it takes. A line of
//! half a megabit, or a page that is busy for a moment, is worth some patience: who is cut off loses outputs, though a ZeroMQ client
//! connects again by itself. One that has stopped is not, nor one that takes a little now and then. So the time is
//! counted in which others wait, and what the peer takes in it:
//!
//! * less than 16 KiB a second for 2 s: it has stopped, and is cut off;
//! * less than 256 KiB a second for 10 s in all, since it last had taken everything: it is cut off;
//! * more: others wait for it as long as need be.
//!
//! A peer that is alone makes nobody wait.

use std::time::Duration;

use tokio::time::Instant;

/// The peer is judged each time others have waited so long for it.
const WINDOW: Duration = Duration::from_secs(2);

/// Who takes less in a window has stopped.
const STOPPED_BYTES: usize = 32 << 10;

/// Who takes less in a window is slow.
const SLOW_BYTES: usize = 512 << 10;

/// Windows in which a peer may be slow until it has taken everything.
const SLOW_WINDOWS: u32 = 5;

/// What is known of one peer.
#[derive(Default)]
pub(super) struct Stall {
    /// Since when others wait, if they do.
    since: Option<Instant>,
    /// How long they have waited before in this window.
    waited: Duration,
    /// What the peer has taken meanwhile.
    taken: usize,
    slow_windows: u32,
}

impl Stall {
    /// Others wait for the peer from now on, or do not.
    pub(super) fn set(&mut self, others_wait: bool, now: Instant) {
        match (self.since, others_wait) {
            (None, true) => self.since = Some(now),
            (Some(since), false) => {
                self.waited += now.saturating_duration_since(since);
                self.since = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// The peer has taken so much.
    pub(super) fn take(&mut self, bytes: usize) {
        if self.since.is_some() {
            self.taken += bytes;
        }
    }

    /// The peer has taken everything.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// When to judge next, if nothing happens before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.since.map(|since| since + WINDOW.saturating_sub(self.waited))
    }

    /// At the deadline: whether the others have waited enough.
    pub(super) fn judge(&mut self, now: Instant) -> bool {
        let slow_windows = self.slow_windows + u32::from(self.taken < SLOW_BYTES);
        let is_over = self.taken < STOPPED_BYTES || slow_windows == SLOW_WINDOWS;
        *self = Self { since: Some(now), slow_windows, ..Self::default() };
        is_over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many windows a peer lasts that takes so much in each of them, of a hundred.
    fn lasts(bytes: usize) -> usize {
        let (mut stall, mut now) = (Stall::default(), Instant::now());
        (0..100)
            .take_while(|_| {
                // Others wait half of the time.
                for _ in 0..4 {
                    stall.set(true, now);
                    stall.take(bytes / 4);
                    assert!(stall.deadline().is_some_and(|deadline| deadline > now));
                    now += WINDOW / 4;
                    stall.set(false, now);
                    assert_eq!(stall.deadline(), None);
                    now += WINDOW / 4;
                }
                stall.set(true, now);
                assert_eq!(stall.deadline(), Some(now));
                !stall.judge(now)
            })
            .count()
    }

    #[test]
    fn patience_depends_on_what_is_taken() {
        assert_eq!(lasts(0), 0);
        assert_eq!(lasts(STOPPED_BYTES / 2), 0);
        assert_eq!(lasts(STOPPED_BYTES), 4);
        assert_eq!(lasts(SLOW_BYTES / 2), 4);
        assert_eq!(lasts(SLOW_BYTES), 100);
    }

    #[test]
    fn who_catches_up_may_be_slow_again() {
        let (mut stall, now) = (Stall::default(), Instant::now());
        for _ in 0..10 {
            for _ in 1..SLOW_WINDOWS {
                stall.set(true, now);
                stall.take(STOPPED_BYTES);
                assert!(!stall.judge(now));
            }
            stall.forget();
        }
    }

    #[test]
    fn what_is_taken_while_nobody_waits_does_not_count() {
        let (mut stall, now) = (Stall::default(), Instant::now());
        stall.take(SLOW_BYTES);
        stall.set(true, now);
        assert!(stall.judge(now));
    }
}
