//! A gate in front of each channel: peers connect here, and only sound bytes go on to ZeroMQ.
//!
//! The library cannot be told to refuse a frame, a peer or a subscriber that has stopped reading, so
//! it listens where only the gate looks ([`inner`]), and the gate stands on the address that
//! Jupyter named. For each peer it opens one connection inwards and copies both ways ([`pump`]), judging what comes in
//! ([`guard`]), holding each message until it is whole ([`incoming`]), and cutting off whoever lets others wait for too long
//! ([`stall`]). It knows who is connected ([`crowd`]), and lets each in under an identity of its own
//! ([`identity`](crate::message::identity())).
//!
//! That costs one hop through a local socket each way, some 50 microseconds.
//!
//! It also tells when the last byte has left. ZeroMQ's sockets do not: after a drop they write on in
//! tasks of their own, and an XPUB never closes its peers' connections (0.7.0).

mod backlog;
mod brake;
mod command;
mod crowd;
mod framing;
mod guard;
mod incoming;
mod inner;
mod inwards;
mod known;
mod listener;
mod outwards;
mod pump;
mod stall;

use std::io;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::connection::{Address, Channel};
pub(crate) use crowd::Crowd;
use crowd::{MAX_PEERS, Place};
use guard::Guard;
use inner::InnerStream;
use listener::{Listener, Stream};

pub(crate) use inner::{Inlet, Inner};
pub(crate) use known::Known;

/// After an error of `accept` (as a rule too many open files): how long until the next try.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How far a gate is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Open,
    /// Nobody is let in; who is in stays until ZeroMQ closes the connection.
    Closing,
    /// Who is in leaves when all has been taken that ZeroMQ has written up to now.
    Draining,
}

/// One channel's gate.
pub(crate) struct Gate {
    channel: Channel,
    accepting: JoinHandle<JoinSet<()>>,
    crowd: Crowd,
    phase: watch::Sender<Phase>,
}

impl Gate {
    /// Listens on `address` of `channel` and passes peers on to ZeroMQ by `inlet`. The crowd is who comes.
    ///
    /// # Errors
    ///
    /// When the address cannot be bound.
    pub(crate) async fn open(
        channel: Channel,
        address: &Address,
        inlet: Inlet,
        crowd: Crowd,
    ) -> io::Result<Self> {
        let listener = Listener::bind(address).await?;
        let (phase, seen) = watch::channel(Phase::Open);
        let accepting = tokio::spawn(accept(channel, listener, inlet, crowd.clone(), seen));
        Ok(Self { channel, accepting, crowd, phase })
    }

    /// The channel.
    pub(crate) fn channel(&self) -> Channel {
        self.channel
    }

    /// Who is connected.
    pub(crate) fn crowd(&self) -> &Crowd {
        &self.crowd
    }

    /// Ends when nobody is let in and nobody is in: never before the gate is closed, but for a defect.
    pub(crate) fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let phase = self.phase.clone();
        async move { phase.closed().await } // all that serve peers look at it
    }

    /// Lets nobody in any more. Peers leave when ZeroMQ's socket is dropped and has written all.
    pub(crate) fn close(&self) {
        self.phase.send_replace(Phase::Closing);
    }

    /// The same for a socket that is known to have written all, and may never close.
    pub(crate) fn drain(&self) {
        self.phase.send_replace(Phase::Draining);
    }

    /// Waits until everybody has left a closed gate and has taken what was written to them.
    pub(crate) async fn wait_empty(self) {
        if let Ok(mut peers) = self.accepting.await {
            while peers.join_next().await.is_some() {}
        }
    }
}

async fn accept(
    channel: Channel,
    listener: Listener,
    inlet: Inlet,
    crowd: Crowd,
    mut phase: watch::Receiver<Phase>,
) -> JoinSet<()> {
    let mut peers = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = peers.join_next() => continue,
            _ = phase.wait_for(|phase| *phase != Phase::Open) => return peers,
        };
        match accepted {
            Ok(peer) => match crowd.enter() {
                Some(place) => {
                    let copying =
                        copy(Guard::new(channel), peer, inlet.connect(), phase.clone(), place.clone());
                    place.set_task(peers.spawn(copying));
                }
                None => tracing::warn!("a peer was refused: {MAX_PEERS} are connected"),
            },
            Err(error) => {
                tracing::error!("cannot accept a peer: {error}");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn copy(
    guard: Guard,
    peer: Box<dyn Stream>,
    connecting: impl Future<Output = io::Result<InnerStream>>,
    phase: watch::Receiver<Phase>,
    place: Place,
) {
    match connecting.await {
        Ok(inner) => pump::run(guard, peer, inner, phase, place).await,
        Err(error) => tracing::error!("the channel behind the gate is gone: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeromq::{RouterSocket, Socket as _};

    #[tokio::test]
    async fn a_gate_that_lets_nobody_in_is_noticed() {
        let mut socket = RouterSocket::new();
        let inlet = Inner::new().unwrap().bind(&mut socket, Channel::Shell).await.unwrap();
        let address = Address::Tcp("localhost".into(), 0);
        let crowd = Crowd::new(Known::default());
        let gate = Gate::open(Channel::Shell, &address, inlet, crowd).await.unwrap();
        let ended = tokio::spawn(gate.ended());
        tokio::task::yield_now().await;
        assert!(!ended.is_finished());
        gate.accepting.abort(); // as a panic would
        ended.await.unwrap();
    }
}
