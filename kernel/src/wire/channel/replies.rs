//! Writing replies on shell and control, and questions on stdin.
//!
//! In a task of its own, since a peer that does not read its replies makes `send` wait; the others
//! wait behind it for a bounded time only.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::timeout;
use zeromq::{RouterSendHalf, SocketSend as _, ZmqMessage};

use crate::content::Content;
use crate::wire::encode::Encoder;
use crate::wire::request::Origin;

/// Long beside the second after which a gate cuts off a peer that takes nothing: only one that is alone gets here.
const SEND: Duration = Duration::from_secs(5);

/// A reply and who it is for.
pub(in crate::wire) struct Outgoing {
    origin: Arc<Origin>,
    content: Content,
    /// Its identity, if that matters to who sends it.
    msg_id: Option<String>,
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
        let _ = self.0.send(Outgoing { origin, content, msg_id: None }); // refused only when the channel is closed
    }

    /// The same under a given identity.
    pub(in crate::wire) fn send_as(&self, msg_id: String, origin: Arc<Origin>, content: Content) {
        let _ = self.0.send(Outgoing { origin, content, msg_id: Some(msg_id) });
    }
}

/// Writes replies until there are no more.
pub(in crate::wire) async fn write_replies(
    mut socket: RouterSendHalf,
    mut replies: UnboundedReceiver<Outgoing>,
    encoder: Arc<Encoder>,
) {
    while let Some(Outgoing { origin, content, msg_id }) = replies.recv().await {
        let frames = match msg_id {
            Some(id) => encoder.encode_as(id, &origin.identities, origin.header.clone(), &content),
            None => encoder.encode(&origin.identities, origin.header.clone(), &content),
        };
        let Ok(message) = ZmqMessage::try_from(frames) else { continue };
        match timeout(SEND, socket.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!("a {} found nobody: {error}", content.msg_type),
            Err(_) => tracing::error!("a {} was not taken in {SEND:?}", content.msg_type),
        }
    }
}
