//! Peer to ZeroMQ: judged, each message when it is whole, and without the commands, which are dealt with here.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, timeout_at};

use super::brake::Brake;
use super::crowd::Place;
use super::guard::{Guard, Violation, Whole};
use super::incoming::{Incoming, PATIENCE};
use super::outwards::Pongs;
use super::pump::{FIRST_CHUNK_BYTES, grow};

/// Peers that connect and do not complete the handshake until then hold a place for nothing.
pub(super) const HANDSHAKE: Duration = Duration::from_secs(10);

/// Why a peer's bytes end.
pub(super) enum End {
    Left,
    Violation(Violation),
    Handshake,
    Message,
}

impl From<Violation> for End {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// Copies until the peer has left or must be cut off.
pub(super) async fn copy(
    mut guard: Guard,
    mut peer: impl AsyncRead + Unpin,
    mut inner: impl AsyncWrite + Unpin,
    place: &Place,
    brake: &Brake,
    pongs: &Pongs,
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
        if let Err(end) = sort(&mut guard, &chunk[..count], &mut held, place, pongs).await {
            return end;
        }
        if !held.whole().is_empty() {
            if inner.write_all(held.whole()).await.is_err() {
                // ZeroMQ has closed. What it sent before may still be on its way: `outwards` ends this.
                std::future::pending::<()>().await;
            }
            held.pass_whole();
        }
        grow(&mut chunk, count);
    }
}

/// Holds what ZeroMQ is to see, and does what commands say.
async fn sort(
    guard: &mut Guard,
    mut bytes: &[u8],
    held: &mut Incoming<'_>,
    place: &Place,
    pongs: &Pongs,
) -> Result<(), End> {
    while !bytes.is_empty() {
        let (count, whole) = guard.take(bytes)?;
        let (piece, rest) = bytes.split_at(count);
        bytes = rest;
        match whole {
            Some(Whole::Ready(ready)) => {
                let identity = place.set_ready(ready.name.clone());
                hold(held, &ready.under(&identity)).await?;
                held.set_whole();
            }
            Some(Whole::Ping(pong)) => pongs.owe(pong),
            Some(Whole::Command) => {}
            Some(Whole::Greeting) => {
                hold(held, piece).await?;
                held.set_whole();
            }
            Some(Whole::Message) => {
                hold(held, piece).await?;
                held.set_whole();
            }
            Some(Whole::Frame) => hold(held, piece).await?,
            None if guard.is_in_command() => {} // the guard keeps it
            None => hold(held, piece).await?,
        }
    }
    Ok(())
}

async fn hold(held: &mut Incoming<'_>, bytes: &[u8]) -> Result<(), End> {
    let deadline = held.deadline().unwrap_or_else(|| Instant::now() + PATIENCE);
    timeout_at(deadline, held.push(bytes)).await.map_err(|_| End::Message)
}
