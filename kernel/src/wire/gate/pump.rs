//! Copies one peer's bytes, both ways.
//!
//! What goes out and is not taken at once is kept, up to a bound, so that a peer that stops for a while stops nobody
//! else. Beyond the bound all wait for it, and so do scripts: that is how a slow reader holds back a fast script and
//! loses nothing. Only a peer that takes next to nothing while others want more is cut off. Nothing is read from a peer
//! that is waited for: what it asks for meanwhile would only make the answers more that it does not take.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::Phase;
use super::crowd::{Backlog, Place};
use super::guard::{Guard, Violation, Whole};
use super::incoming::{Incoming, PATIENCE};
use super::inner::{InnerReadHalf, InnerStream};
use super::listener::Stream;

/// The first reads take so much; a peer that sends or gets more gets more. A thousand idle peers cost little.
const FIRST_CHUNK_BYTES: usize = 4 << 10;

/// A read at a time; ZeroMQ reads no more at once either.
pub(super) const CHUNK_BYTES: usize = 64 << 10;

/// Peers that connect and do not complete the handshake until then hold a place for nothing.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A peer that has taken next to nothing for so long, and whose backlog is full, has stopped. It is cut off if there are
/// others; a ZeroMQ client connects again by itself when it goes on. A peer that is alone stalls nobody, and is waited for.
const STALL: Duration = Duration::from_secs(1);

/// What is next to nothing: who takes a little now and then would else hold the others to its own speed.
const STALL_BYTES: usize = 256 << 10;

/// How long a peer may take to read what was written before its channel closed.
const CLOSE: Duration = Duration::from_secs(5);

/// Copies until either side is done.
pub(super) async fn run(
    guard: Guard,
    peer: Box<dyn Stream>,
    inner: InnerStream,
    phase: watch::Receiver<Phase>,
    place: Place,
) {
    let (from_peer, to_peer) = tokio::io::split(peer);
    let (from_inner, to_inner) = inner.into_split();
    let brake = Brake::default();
    tokio::select! {
        end = inwards(guard, from_peer, to_inner, &place, &brake) => match end {
            End::Violation(violation) => tracing::warn!("a peer was cut off: {violation}"),
            End::Handshake => tracing::warn!("a peer was cut off: no handshake in {HANDSHAKE:?}"),
            End::Message => tracing::warn!("a peer was cut off: no whole message in {PATIENCE:?}"),
            End::Left => tracing::debug!("a peer left"),
        },
        stalled = outwards(from_inner, to_peer, phase, &place, &brake) => {
            if stalled {
                tracing::warn!("a peer was cut off: it took next to nothing for {STALL:?} and others wait");
            }
        }
    }
}

/// Holds back what comes from a peer that does not take what goes to it.
#[derive(Default)]
struct Brake {
    on: AtomicBool,
    released: Notify,
}

impl Brake {
    fn set(&self, on: bool) {
        if self.on.swap(on, Ordering::Relaxed) && !on {
            self.released.notify_one(); // kept if nobody waits yet
        }
    }

    async fn wait(&self) {
        while self.on.load(Ordering::Relaxed) {
            self.released.notified().await;
        }
    }
}

/// Why a peer's bytes end.
enum End {
    Left,
    Violation(Violation),
    Handshake,
    Message,
}

/// Peer to ZeroMQ, judged, each message when it is whole.
async fn inwards(
    mut guard: Guard,
    mut peer: impl AsyncRead + Unpin,
    mut inner: impl AsyncWrite + Unpin,
    place: &Place,
    brake: &Brake,
) -> End {
    let handshake = Instant::now() + HANDSHAKE;
    let mut chunk = vec![0; FIRST_CHUNK_BYTES];
    let mut held = Incoming::new(place);
    loop {
        brake.wait().await;
        let deadline = if guard.is_ready() { held.deadline() } else { Some(handshake) };
        let reading = peer.read(&mut chunk);
        let read = match deadline {
            None => reading.await,
            Some(deadline) => match timeout_at(deadline, reading).await {
                Ok(read) => read,
                Err(_) if guard.is_ready() => return End::Message,
                Err(_) => return End::Handshake,
            },
        };
        let Ok(count @ 1..) = read else { return End::Left };
        let bytes = &chunk[..count];
        let whole = match judge(&mut guard, bytes, place) {
            Ok(whole) => whole,
            Err(violation) => return End::Violation(violation),
        };
        if whole > 0 {
            let passing = async {
                inner.write_all(held.bytes()).await?;
                inner.write_all(&bytes[..whole]).await
            };
            if passing.await.is_err() {
                // ZeroMQ has closed. What it sent before may still be on its way: `outwards` ends this.
                std::future::pending::<()>().await;
            }
            held.clear();
        }
        let deadline = held.deadline().unwrap_or_else(|| Instant::now() + PATIENCE);
        if timeout_at(deadline, held.push(&bytes[whole..])).await.is_err() {
            return End::Message;
        }
        grow(&mut chunk, count);
    }
}

/// How many of these bytes end what is whole.
fn judge(guard: &mut Guard, bytes: &[u8], place: &Place) -> Result<usize, Violation> {
    let (mut used, mut whole) = (0, 0);
    while used < bytes.len() {
        let (count, ended) = guard.take(&bytes[used..])?;
        used += count;
        if ended.is_some() && !guard.is_in_message() {
            whole = used;
        }
        if guard.is_ready() {
            place.set_ready();
        }
        if ended == Some(Whole::Message) {
            place.set_spoken();
        }
    }
    Ok(whole)
}

/// ZeroMQ to peer. `true` if the peer stopped reading.
async fn outwards(
    mut inner: InnerReadHalf,
    mut peer: impl AsyncWrite + Unpin,
    mut phase: watch::Receiver<Phase>,
    place: &Place,
    brake: &Brake,
) -> bool {
    let mut chunk = vec![0; FIRST_CHUNK_BYTES];
    let mut backlog = Backlog::new(place);
    let mut ended = false;
    // Since when, how much the peer has taken since, and whether it was waited for meanwhile.
    let (mut since, mut taken, mut was_full) = (Instant::now(), 0, false);
    while !(ended && backlog.is_empty()) {
        let stalling = !backlog.is_empty();
        brake.set(!backlog.has_room());
        was_full |= !backlog.has_room();
        tokio::select! {
            read = read(&mut inner, &mut chunk, &mut phase), if !ended && backlog.has_room() => {
                let Ok(count @ 1..) = read else {
                    ended = true;
                    continue;
                };
                if backlog.is_empty() {
                    (since, taken, was_full) = (Instant::now(), 0, false);
                }
                backlog.push(&chunk[..count]);
                grow(&mut chunk, count);
            }
            written = peer.write(backlog.bytes()), if stalling => {
                let Ok(count @ 1..) = written else { return false };
                backlog.take(count);
                taken += count;
            }
            () = sleep_until(since + STALL), if stalling => {
                if was_full && taken < STALL_BYTES && place.has_company() {
                    return true;
                }
                (since, taken, was_full) = (Instant::now(), 0, false); // look again
            }
        }
    }
    // An orderly close delivers what was written.
    let _ = timeout(CLOSE, peer.shutdown()).await;
    false
}

/// The next bytes of ZeroMQ; an error when there are none left.
async fn read(
    inner: &mut InnerReadHalf,
    chunk: &mut [u8],
    phase: &mut watch::Receiver<Phase>,
) -> std::io::Result<usize> {
    tokio::select! {
        read = inner.read(chunk) => return read,
        _ = phase.wait_for(|phase| *phase == Phase::Draining) => {}
    }
    inner.try_read(chunk) // what is there is all that there will be
}

/// More room, if all of it was used.
fn grow(chunk: &mut Vec<u8>, used: usize) {
    if used == chunk.len() && used < CHUNK_BYTES {
        chunk.resize((2 * used).min(CHUNK_BYTES), 0);
    }
}
