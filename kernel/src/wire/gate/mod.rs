//! A gate in front of each channel: peers connect here, and only sound bytes go on to ZeroMQ.
//!
//! The library cannot be told to refuse a frame, a peer or a subscriber that has stopped reading, so
//! it listens on a socket file in a directory of our own, and the gate stands on the address that
//! Jupyter named. For each peer it opens one connection inwards and copies both ways, judging what
//! comes in ([`guard`]) and cutting off whoever does not take what goes out ([`pump`]).
//!
//! That costs one hop through a local socket each way, some 50 microseconds.

mod guard;
mod inner;
mod listener;
mod pump;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::connection::Address;
use listener::Listener;

pub(crate) use inner::InnerDirectory;

/// Peers of one channel at a time. A Jupyter server connects once for each open page and console.
const MAX_PEERS: usize = 256;

/// After an error of `accept` (as a rule too many open files): how long until the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// One channel's gate. Dropped, it lets nobody in; the peers that are in stay until ZeroMQ lets
/// go of them.
pub(crate) struct Gate {
    accepting: JoinHandle<JoinSet<()>>,
    close: Arc<Semaphore>,
}

impl Gate {
    /// Listens on `address` and passes peers on to `inner`, the file on which ZeroMQ listens.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub(crate) async fn open(address: &Address, inner: PathBuf) -> io::Result<Self> {
        let listener = Listener::bind(address).await?;
        let close = Arc::new(Semaphore::new(0));
        let accepting = tokio::spawn(accept(listener, inner, close.clone()));
        Ok(Self { accepting, close })
    }

    /// Lets nobody in any more.
    pub(crate) fn close(&self) {
        self.close.add_permits(1);
    }

    /// Waits until everybody has left a closed gate, which happens when ZeroMQ's socket is dropped
    /// and what it sent has been taken.
    pub(crate) async fn wait_empty(self) {
        if let Ok(mut peers) = self.accepting.await {
            while peers.join_next().await.is_some() {}
        }
    }
}

async fn accept(listener: Listener, inner: PathBuf, close: Arc<Semaphore>) -> JoinSet<()> {
    let mut peers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = peers.join_next() => continue,
            _ = close.acquire() => return peers,
        };
        match accepted {
            Ok(_) if peers.len() >= MAX_PEERS => {
                tracing::error!("a peer was refused: {MAX_PEERS} are connected")
            }
            Ok(peer) => {
                let inner = inner.clone();
                peers.spawn(async move {
                    match UnixStream::connect(&inner).await {
                        Ok(inner) => pump::run(peer, inner).await,
                        Err(error) => tracing::error!("the channel behind the gate is gone: {error}"),
                    }
                });
            }
            Err(error) => {
                tracing::error!("cannot accept a peer: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
