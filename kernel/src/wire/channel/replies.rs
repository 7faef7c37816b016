//! Writing replies on shell and control.
//!
//! The library queues what a peer does not take, up to 100,000 messages, and then `send` waits. A gate reads no more
//! requests from such a peer, so only one that had asked for so much before gets there; the others wait for it for a
//! bounded time.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;
use zeromq::{RouterSendHalf, SocketSend as _, ZmqMessage};

use crate::content::Content;
use crate::message::Origin;
use crate::wire::encode::Encoder;
use crate::wire::gate::Crowd;

/// How long the others wait for a peer whose queue is full.
const SEND: Duration = Duration::from_secs(5);

/// A reply and who it is for.
pub(in crate::wire) struct Outgoing {
    origin: Arc<Origin>,
    content: Content,
}

/// Where replies of one channel go. The task ends when the last handle is dropped.
#[derive(Clone)]
pub(in crate::wire) struct Replies(UnboundedSender<Outgoing>);

impl Replies {
    /// A channel's replies and what its task reads.
    pub(in crate::wire) fn new() -> (Self, UnboundedReceiver<Outgoing>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Sends a reply to who asked.
    pub(in crate::wire) fn send(&self, origin: Arc<Origin>, content: Content) {
        let _ = self.0.send(Outgoing { origin, content }); // refused only when the channel is closed
    }
}

/// The writing half of a ROUTER, and who can be written to.
pub(in crate::wire) struct Outlet {
    pub(in crate::wire) socket: RouterSendHalf,
    pub(in crate::wire) crowd: Crowd,
}

impl Outlet {
    /// Sends a message whose first frame says to whom. `false` if it reaches nobody.
    pub(super) async fn send(&mut self, mut frames: Vec<Bytes>) -> bool {
        let mut is_sent = false;
        let Some(peer) = frames.first().cloned() else { return false };
        for identity in self.crowd.reach(&peer) {
            frames[0] = identity;
            let Ok(message) = ZmqMessage::try_from(frames.clone()) else { return false };
            match timeout(SEND, self.socket.send(message)).await {
                Ok(Ok(())) => is_sent = true,
                Ok(Err(error)) => tracing::debug!("a peer has just left: {error}"),
                Err(_) => tracing::error!("a message was not taken in {SEND:?}"),
            }
        }
        is_sent
    }
}

/// Writes replies until there are no more.
pub(in crate::wire) async fn write_replies(
    mut outlet: Outlet,
    mut replies: UnboundedReceiver<Outgoing>,
    encoder: Arc<Encoder>,
) {
    while let Some(Outgoing { origin, content }) = replies.recv().await {
        let frames = encoder.encode(&origin.identities, origin.header.clone(), &content);
        if !outlet.send(frames).await {
            tracing::debug!("a {} found nobody", content.msg_type);
        }
    }
}
