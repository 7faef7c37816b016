//! Copies one peer's bytes, both ways.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::Phase;
use super::guard::{Guard, Violation};
use super::inner::{InnerReadHalf, InnerStream};
use super::listener::Stream;

/// A read at a time; ZeroMQ reads no more at once either.
const CHUNK_BYTES: usize = 64 << 10;

/// Peers that connect and do not complete the handshake until then hold a place for nothing.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A peer that takes no byte for so long has stopped, and all output waits behind it. It is cut
/// off; a ZeroMQ client connects again by itself when it goes on.
const STALL: Duration = Duration::from_secs(5);

/// Copies until either side is done.
pub(super) async fn run(peer: Box<dyn Stream>, inner: InnerStream, phase: watch::Receiver<Phase>) {
    let (from_peer, to_peer) = tokio::io::split(peer);
    let (from_inner, to_inner) = inner.into_split();
    tokio::select! {
        end = inwards(from_peer, to_inner) => match end {
            End::Violation(violation) => tracing::error!("a peer was cut off: {violation}"),
            End::Handshake => tracing::error!("a peer was cut off: no handshake in {HANDSHAKE:?}"),
            End::Left => tracing::debug!("a peer left"),
        },
        stalled = outwards(from_inner, to_peer, phase) => {
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
async fn outwards(
    mut inner: InnerReadHalf,
    mut peer: impl AsyncWrite + Unpin,
    mut phase: watch::Receiver<Phase>,
) -> bool {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = tokio::select! {
            read = inner.read(&mut chunk) => read,
            // What is there is all that there will be.
            _ = phase.wait_for(|phase| *phase == Phase::Draining) => inner.try_read(&mut chunk),
        };
        let Ok(count @ 1..) = read else { break };
        match write(&mut peer, &chunk[..count]).await {
            Write::Done => {}
            Write::Gone => return false,
            Write::Stalled => return true,
        }
    }
    // An orderly close delivers what was written.
    let _ = timeout(STALL, peer.shutdown()).await;
    false
}

enum Write {
    Done,
    Gone,
    Stalled,
}

/// Writes all, as long as some of it is taken every now and then.
async fn write(peer: &mut (impl AsyncWrite + Unpin), mut bytes: &[u8]) -> Write {
    while !bytes.is_empty() {
        match timeout(STALL, peer.write(bytes)).await {
            Ok(Ok(written @ 1..)) => bytes = &bytes[written..],
            Ok(_) => return Write::Gone,
            Err(_) => return Write::Stalled,
        }
    }
    Write::Done
}
