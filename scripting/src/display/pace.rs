//! How often displays are updated.
//!
//! Jupyter Server forwards 1,000 messages a second and 1 MB of stream text, over three seconds, and drops the rest silently. Updates
//! of displays take their share of that and leave the rest to what scripts print.

use std::time::Duration;

/// How many updates may come at once, and how many a second after that: in any second no more than 290.
const BURST: f64 = 50.0;
const UPDATES_A_SECOND: f64 = 240.0;

/// How many bytes, likewise: in any second no more than 500 KB, unless a single one has more.
const BURST_BYTES: f64 = 100_000.0;
const BYTES_A_SECOND: f64 = 400_000.0;

/// How many updates a second where nobody seems to look.
const IDLE_UPDATES_A_SECOND: f64 = 1.0;

/// What may be sent just now.
pub(super) struct Allowance {
    updates: f64,
    bytes: f64,
    at: Duration,
    idle: bool,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { updates: BURST, bytes: BURST_BYTES, at: Duration::ZERO, idle: false }
    }
}

impl Allowance {
    /// Lets time pass. `idle`: nobody seems to look.
    pub(super) fn advance(&mut self, now: Duration, idle: bool) {
        let passed = now.saturating_sub(self.at).as_secs_f64();
        let (burst, rate) = if idle { (1.0, IDLE_UPDATES_A_SECOND) } else { (BURST, UPDATES_A_SECOND) };
        if self.idle && !idle {
            self.updates = burst;
        }
        self.updates = (self.updates + passed * rate).min(burst);
        self.bytes = (self.bytes + passed * BYTES_A_SECOND).min(BURST_BYTES);
        (self.at, self.idle) = (now, idle);
    }

    /// Whether an update may be sent now.
    fn allows(&self) -> bool {
        self.updates >= 1.0 && self.bytes > 0.0
    }

    /// An update of so many bytes is sent.
    pub(super) fn take(&mut self, bytes: usize) {
        self.updates -= 1.0;
        self.bytes -= bytes as f64;
    }

    /// How long until one may be sent; `None` if one may be sent now.
    pub(super) fn wait_if_any(&self) -> Option<Duration> {
        (!self.allows()).then(|| self.wait())
    }

    /// How long until one may be sent.
    fn wait(&self) -> Duration {
        let rate = if self.idle { IDLE_UPDATES_A_SECOND } else { UPDATES_A_SECOND };
        let for_updates = (1.0 - self.updates).max(0.0) / rate;
        let for_bytes = (1.0 - self.bytes).max(0.0) / BYTES_A_SECOND;
        Duration::from_secs_f64(for_updates.max(for_bytes)) + Duration::from_millis(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many updates of so many bytes leave in each of some seconds, from somebody who always wants to.
    fn sent(bytes: usize, idle: bool) -> Vec<u32> {
        let mut allowance = Allowance::default();
        let mut now = Duration::from_secs(60);
        let mut counts = vec![0; 4];
        loop {
            allowance.advance(now, idle);
            let second = (now.as_secs() - 60) as usize;
            if second == counts.len() {
                return counts;
            }
            if allowance.allows() {
                allowance.take(bytes);
                counts[second] += 1;
            } else {
                now += allowance.wait();
            }
        }
    }

    #[test]
    fn updates_and_bytes_are_bounded() {
        assert!(sent(100, false).iter().all(|count| (200..300).contains(count)), "{:?}", sent(100, false));
        assert!(
            sent(10_000, false).iter().all(|count| (30..=50).contains(count)),
            "{:?}",
            sent(10_000, false)
        );
        assert!(sent(1_000_000, false).iter().sum::<u32>() <= 2, "a large one waits for its bytes");
    }

    #[test]
    fn without_anybody_looking_one_a_second() {
        assert_eq!(sent(100, true), [1, 1, 1, 1]);
    }
}
