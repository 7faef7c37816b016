//! ZeroMQ to peer: kept as long as the peer does not take it.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::Phase;
use super::backlog::Backlog;
use super::brake::Brake;
use super::crowd::Place;
use super::framing::{Framing, Part};
use super::inner::InnerReadHalf;
use super::pump::{FIRST_CHUNK_BYTES, grow};
use super::stall::Stall;

/// How long a peer may take to read what was written before ZeroMQ closed.
const CLOSE: Duration = Duration::from_secs(5);

/// The answer to a peer's latest ping, until it goes out.
#[derive(Default)]
pub(super) struct Pongs {
    owed: Mutex<Option<Bytes>>,
    told: Notify,
}

impl Pongs {
    pub(super) fn owe(&self, pong: Bytes) {
        *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = Some(pong);
        self.told.notify_one();
    }

    fn take(&self) -> Option<Bytes> {
        self.owed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Copies until ZeroMQ has closed and all is taken, or time for it is over, or the peer has left. `true` if others have waited for it too long.
pub(super) async fn copy(
    inner: InnerReadHalf,
    mut peer: impl AsyncWrite + Unpin,
    mut phase: watch::Receiver<Phase>,
    place: &Place,
    brake: &Brake,
    pongs: &Pongs,
) -> bool {
    let mut chunk = vec![0; FIRST_CHUNK_BYTES];
    let mut backlog = Backlog::new(place);
    let mut gaps = Gaps::default();
    let mut stall = Stall::default();
    loop {
        let has_room = backlog.has_room();
        brake.set(!has_room);
        if has_room {
            stall.set(false, Instant::now());
        }
        let judgement = stall.deadline();
        tokio::select! {
            read = read(&inner, &mut chunk, &mut phase), if has_room => {
                let Ok(count @ 1..) = read else { break };
                push(&mut backlog, &mut gaps, &chunk[..count], pongs);
                grow(&mut chunk, count);
            }
            _ = inner.readable(), if !has_room && judgement.is_none() => {
                stall.set(true, Instant::now());
            }
            // Behind what is not taken yet it would come no sooner, and be one of many.
            () = pongs.told.notified(), if gaps.is_at_one && backlog.is_empty() => {
                push(&mut backlog, &mut gaps, &[], pongs);
            }
            written = peer.write(backlog.bytes()), if !backlog.is_empty() => {
                let Ok(count @ 1..) = written else { return false };
                backlog.take(count);
                stall.take(count);
                if backlog.is_empty() {
                    stall.forget();
                }
            }
            () = sleep_until(judgement.unwrap_or_else(Instant::now)), if judgement.is_some() => {
                if !place.has_company() {
                    stall.forget();
                } else if stall.judge(Instant::now()) {
                    return true;
                }
            }
        }
    }
    // An orderly close delivers what was written.
    let _ = timeout(CLOSE, async {
        peer.write_all(backlog.bytes()).await?;
        peer.shutdown().await
    })
    .await;
    false
}

/// Pushes what ZeroMQ has sent, and a pong that is owed where there is a gap for it.
fn push(backlog: &mut Backlog, gaps: &mut Gaps, mut bytes: &[u8], pongs: &Pongs) {
    loop {
        let (piece, rest) = bytes.split_at(gaps.take(bytes));
        backlog.push(piece);
        bytes = rest;
        if gaps.is_at_one
            && let Some(pong) = pongs.take()
        {
            backlog.push(&pong);
        }
        if bytes.is_empty() {
            return;
        }
    }
}

/// Where a command may go between what ZeroMQ sends: behind the handshake, and between two messages.
#[derive(Default)]
struct Gaps {
    framing: Framing,
    is_at_one: bool,
}

impl Gaps {
    /// Takes bytes up to the next gap; gives how many they are.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut used = 0;
        while !bytes.is_empty() {
            // What the library sends is sound.
            let Ok((count, part)) = self.framing.take(&bytes[used..]) else { return bytes.len() };
            used += count;
            self.is_at_one = matches!(part, Some(Part::Command(_) | Part::Frame { is_last: true, .. }));
            if self.is_at_one || part.is_none() {
                break;
            }
        }
        used
    }
}

/// The next bytes of ZeroMQ; an error when there are none left.
async fn read(
    inner: &InnerReadHalf,
    chunk: &mut [u8],
    phase: &mut watch::Receiver<Phase>,
) -> io::Result<usize> {
    loop {
        tokio::select! {
            ready = inner.readable() => ready?,
            // What is there is all that there will be.
            _ = phase.wait_for(|phase| *phase == Phase::Draining) => return inner.try_read(chunk),
        }
        match inner.try_read(chunk) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::gate::framing::{COMMAND, GREETING_BYTES, GREETING_FIRST, GREETING_TENTH, MORE, TENTH};

    fn greeting() -> Vec<u8> {
        let mut greeting = vec![0; GREETING_BYTES];
        (greeting[0], greeting[TENTH]) = (GREETING_FIRST, GREETING_TENTH);
        greeting
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn who_pings_and_does_not_read_is_owed_the_latest_pong() {
        use crate::wire::gate::crowd::Crowd;
        use crate::wire::gate::known::Known;
        use std::sync::atomic::Ordering;
        use tokio::io::AsyncReadExt as _;

        let place = Crowd::new(Known::default()).enter().unwrap();
        let (inner, mut zeromq) = tokio::net::UnixStream::pair().unwrap();
        let handshake = [&greeting()[..], &[COMMAND, 2, 1, b'R']].concat();
        zeromq.write_all(&handshake).await.unwrap();
        let (mut peer, to_peer) = tokio::io::duplex(handshake.len());
        let (_phase, seen) = watch::channel(Phase::Open);
        let (brake, pongs) = (Brake::default(), Pongs::default());
        let copying = copy(inner.into_split().0, to_peer, seen, &place, &brake, &pongs);
        let pinging = async {
            for number in 0..1000_u32 {
                pongs.owe(Bytes::copy_from_slice(&number.to_be_bytes()));
                tokio::task::yield_now().await;
            }
            assert!(place.backlog_bytes().load(Ordering::Relaxed) <= size_of::<u32>());
            let mut heard = Vec::new();
            while !heard.ends_with(&999_u32.to_be_bytes()) {
                heard.push(peer.read_u8().await.unwrap());
            }
            drop(zeromq);
        };
        tokio::join!(copying, pinging);
    }

    #[test]
    fn commands_go_between_messages() {
        let greeting = greeting();
        let parts: [&[u8]; 5] = [
            &greeting,
            &[COMMAND, 2, 1, b'R'],
            &[MORE, 1, b'x', 0, 2, b'y', b'z'],
            &[0, 0],
            &[MORE, 0, 0, 1],
        ];
        let stream = parts.concat();
        for piece in [1, 3, stream.len()] {
            let (mut gaps, mut at, mut found) = (Gaps::default(), 0, Vec::new());
            for mut bytes in stream.chunks(piece) {
                while !bytes.is_empty() {
                    let count = gaps.take(bytes);
                    (at, bytes) = (at + count, &bytes[count..]);
                    found.extend(gaps.is_at_one.then_some(at));
                }
            }
            assert_eq!(found, [68, 75, 77], "in pieces of {piece}");
        }
    }
}
