//! Copies one peer's bytes, both ways.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::time::{Instant, timeout, timeout_at};

use super::guard::{Guard, Violation};
use super::listener::Stream;

/// A read at a time; ZeroMQ reads no more at once either.
const CHUNK_BYTES: usize = 64 << 10;

/// Peers that connect and do not complete the handshake until then hold a place for nothing.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A peer that takes no byte for so long has stopped, and all output waits behind it. It is cut
/// off; a ZeroMQ client connects again by itself when it goes on.
const STALL: Duration = Duration::from_secs(5);

/// Copies until either side is done.
pub(super) async fn run(peer: Box<dyn Stream>, inner: UnixStream) {
    let (from_peer, to_peer) = tokio::io::split(peer);
    let (from_inner, to_inner) = inner.into_split();
    tokio::select! {
        end = inwards(from_peer, to_inner) => match end {
            End::Violation(violation) => tracing::error!("a peer was cut off: {violation}"),
            End::Handshake => tracing::error!("a peer was cut off: no handshake in {HANDSHAKE:?}"),
            End::Left => tracing::debug!("a peer left"),
        },
        stalled = outwards(from_inner, to_peer) => {
            if stalled {
                tracing::error!("a peer was cut off: it took nothing for {STALL:?}");
            }
        }
    }
}

/// Why a peer's bytes end.
enum End {
    Left,
    Violation(Violation),
    Handshake,
}

/// Peer to ZeroMQ, judged.
async fn inwards(mut peer: impl AsyncRead + Unpin, mut inner: impl AsyncWrite + Unpin) -> End {
    let deadline = Instant::now() + HANDSHAKE;
    let mut guard = Guard::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = if guard.is_ready() {
            peer.read(&mut chunk).await
        } else {
            let Ok(read) = timeout_at(deadline, peer.read(&mut chunk)).await else { return End::Handshake };
            read
        };
        let Ok(count @ 1..) = read else { return End::Left };
        if let Err(violation) = guard.check(&chunk[..count]) {
            return End::Violation(violation);
        }
        if inner.write_all(&chunk[..count]).await.is_err() {
            // ZeroMQ has closed. What it sent before may still be on its way: `outwards` ends this.
            std::future::pending::<()>().await;
        }
    }
}

/// ZeroMQ to peer. `true` if the peer stopped reading.
async fn outwards(mut inner: impl AsyncRead + Unpin, mut peer: impl AsyncWrite + Unpin) -> bool {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let Ok(count @ 1..) = inner.read(&mut chunk).await else {
            // Nothing more will come; an orderly close delivers what was written.
            let _ = timeout(STALL, peer.shutdown()).await;
            return false;
        };
        let mut rest = &chunk[..count];
        while !rest.is_empty() {
            match timeout(STALL, peer.write(rest)).await {
                Ok(Ok(written @ 1..)) => rest = &rest[written..],
                Ok(_) => return false,
                Err(_) => return true,
            }
        }
    }
}
