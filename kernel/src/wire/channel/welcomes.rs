//! Who is to be welcomed on iopub, and when (JEP 65).
//!
//! A welcome is published, and so it reaches all who have subscribed to its topic, and all who have subscribed to everything: a
//! Jupyter server among them, which drops outputs when too much comes. Anybody can subscribe, again and again. So welcomes
//! leave one by one at a pace of their own, and one does for all who have come meanwhile.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, sleep_until};

/// Between two welcomes: twenty a second are little beside the thousand messages that a Jupyter server takes. The first
/// one leaves at once.
const INTERVAL: Duration = Duration::from_millis(50);

/// Topics that may wait. There are some twenty message types; what is beyond is no client's.
const MAX_TOPICS: usize = 64;

/// The topics that wait for their welcome.
pub(super) struct Welcomes {
    topics: VecDeque<Bytes>,
    next: Instant,
}

impl Welcomes {
    pub(super) fn new() -> Self {
        Self { topics: VecDeque::new(), next: Instant::now() }
    }

    /// Somebody has subscribed to `topic`.
    pub(super) fn add(&mut self, topic: &[u8]) {
        if self.topics.iter().any(|waiting| waiting == topic) {
            return;
        }
        match topic {
            // What clients subscribe to. It waits for no stranger's.
            [] => self.topics.push_front(Bytes::new()),
            _ if self.topics.len() < MAX_TOPICS => self.topics.push_back(Bytes::copy_from_slice(topic)),
            _ => tracing::debug!("a subscription gets no welcome: {MAX_TOPICS} topics wait for theirs"),
        }
    }

    /// The next topic, when its time has come; never if none waits. What is not taken is not lost.
    pub(super) async fn next(&mut self) -> Bytes {
        sleep_until(self.next).await;
        let Some(topic) = self.topics.pop_front() else { return std::future::pending().await };
        self.next = Instant::now() + INTERVAL;
        topic
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_welcome_does_for_all_and_everything_comes_first() {
        let mut welcomes = Welcomes::new();
        for _ in 0..10 {
            [&b"status"[..], b"stream", b""].iter().for_each(|topic| welcomes.add(topic));
        }
        for topic in ["", "status", "stream"] {
            assert_eq!(welcomes.next().await, topic);
        }
        assert!(welcomes.topics.is_empty());
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut welcomes = Welcomes::new();
        (0..1_000).for_each(|number: u32| welcomes.add(&number.to_be_bytes()));
        assert_eq!(welcomes.topics.len(), MAX_TOPICS);
        welcomes.add(b"");
        assert_eq!(welcomes.topics.front().map(Bytes::len), Some(0));
    }
}
