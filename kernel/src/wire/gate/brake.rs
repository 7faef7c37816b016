//! Holds back what comes from a peer that does not take what goes to it.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Set by who writes to the peer, heeded by who reads from it.
#[derive(Default)]
pub(super) struct Brake {
    on: AtomicBool,
    released: Notify,
}

impl Brake {
    pub(super) fn set(&self, on: bool) {
        if self.on.swap(on, Ordering::Relaxed) && !on {
            self.released.notify_one(); // kept if nobody waits yet
        }
    }

    pub(super) async fn wait(&self) {
        while self.on.load(Ordering::Relaxed) {
            self.released.notified().await;
        }
    }
}
