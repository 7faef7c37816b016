//! Copies one peer's bytes, both ways.
//!
//! What goes out and is not taken at once is kept, up to a bound, so that a peer that stops for a while stops nobody
//! else. Beyond the bound all wait for it, and so do scripts: that is how a slow reader holds back a fast script and
//! loses nothing. Only a peer for which others wait too long ([`super::stall`]) is cut off. Nothing is read from a peer
//! that is waited for: what it asks for meanwhile would only make the answers more that it does not take.

use tokio::sync::watch;

use super::Phase;
use super::brake::Brake;
use super::crowd::Place;
use super::guard::Guard;
use super::incoming::PATIENCE;
use super::inner::InnerStream;
use super::inwards::{self, End, HANDSHAKE};
use super::listener::Stream;
use super::outwards::{self, Pongs};

/// The first reads take so much; a peer that sends or gets more gets more. A thousand idle peers cost little.
pub(super) const FIRST_CHUNK_BYTES: usize = 4 << 10;

/// A read at a time; ZeroMQ reads no more at once either.
pub(super) const CHUNK_BYTES: usize = 64 << 10;

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
    let (brake, pongs) = (Brake::default(), Pongs::default());
    tokio::select! {
        end = inwards::copy(guard, from_peer, to_inner, &place, &brake, &pongs) => match end {
            End::Violation(violation) => tracing::warn!("a peer was cut off: {violation}"),
            End::Handshake => tracing::warn!("a peer was cut off: no handshake in {HANDSHAKE:?}"),
            End::Message => tracing::warn!("a peer was cut off: no whole message in {PATIENCE:?}"),
            End::Left => tracing::debug!("a peer left"),
        },
        stalled = outwards::copy(from_inner, to_peer, phase, &place, &brake, &pongs) => {
            if stalled {
                tracing::warn!("a peer was cut off: others have waited long enough for it to take what it gets");
            }
        }
    }
}

/// More room, if all of it was used.
pub(super) fn grow(chunk: &mut Vec<u8>, used: usize) {
    if used == chunk.len() && used < CHUNK_BYTES {
        chunk.resize((2 * used).min(CHUNK_BYTES), 0);
    }
}
