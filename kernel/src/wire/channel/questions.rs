//! Writing questions to the user on stdin, and looking after them: one whose front end has gone is closed.
//!
//! It goes to the socket on stdin that has the name of the one on shell that sent the cell.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::replies::Outlet;
use crate::content::Content;
use crate::message::Origin;
use crate::stdin::Stdin;
use crate::wire::encode::Encoder;
use crate::wire::gate::Crowd;

/// Who has been asked and leaves may come back until then: a ZeroMQ client whose connection broke does so in a tenth of a
/// second.
const GRACE: Duration = Duration::from_secs(2);

/// A question and who it is for.
pub(in crate::wire) struct Asking {
    pub(in crate::wire) origin: Arc<Origin>,
    pub(in crate::wire) msg_id: String,
    pub(in crate::wire) content: Content,
}

/// Where questions go. The task ends when the last handle is dropped.
pub(in crate::wire) struct Questions(UnboundedSender<Asking>);

impl Questions {
    /// Questions and what their task reads.
    pub(in crate::wire) fn new() -> (Self, UnboundedReceiver<Asking>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Asks who sent the request.
    pub(in crate::wire) fn send(&self, asking: Asking) {
        let _ = self.0.send(asking); // refused only when the channel is closed
    }
}

/// Writes questions until there are no more.
pub(in crate::wire) async fn write_questions(
    mut outlet: Outlet,
    mut questions: UnboundedReceiver<Asking>,
    encoder: Arc<Encoder>,
    stdin: Stdin,
) {
    while let Some(Asking { origin, msg_id, content }) = questions.recv().await {
        let Some(peer) = origin.identities.first().cloned() else { continue };
        let frames = encoder.encode_as(msg_id.clone(), &origin.identities, origin.header.clone(), &content);
        if outlet.send(frames).await {
            tokio::spawn(look_after(msg_id, peer, outlet.crowd.clone(), stdin.clone()));
        } else {
            tracing::debug!("a question found nobody");
            stdin.give_up(&msg_id);
        }
    }
}

/// Closes a question when who was asked has gone for good. Ends when it is closed.
async fn look_after(msg_id: String, peer: Bytes, crowd: Crowd, stdin: Stdin) {
    tokio::select! {
        () = stdin.closed(&msg_id) => {}
        () = crowd.stays_away(&peer, GRACE) => stdin.give_up(&msg_id),
    }
}
