//! Writing questions to the user on stdin, and looking after them: one whose front end has gone is closed.
//!
//! It goes to the socket on stdin that has the name of the one on shell that sent the cell.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{sleep, timeout};

use super::replies::Outlet;
use crate::content::Content;
use crate::message::Origin;
use crate::stdin::Stdin;
use crate::wire::encode::Encoder;
use crate::wire::gate::Crowd;

/// Who is asked may be away so long: a ZeroMQ client whose connection broke connects again in a tenth of a second.
const GRACE: Duration = Duration::from_secs(2);

/// How soon a question is sent again that met nobody though somebody was there: who has shaken hands is known to the
/// library a moment later.
const AGAIN: Duration = Duration::from_millis(20);

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
        // There is one open question at a time: no other waits for this one.
        let is_delivered = tokio::select! {
            delivered = timeout(GRACE, deliver(&mut outlet, &peer, &frames)) => delivered.is_ok(),
            () = stdin.closed(&msg_id) => continue,
        };
        if is_delivered {
            tokio::spawn(look_after(msg_id, peer, outlet.crowd.clone(), stdin.clone()));
        } else {
            tracing::debug!("a question found nobody");
            stdin.give_up(&msg_id);
        }
    }
}

/// Sends a question as soon as somebody is there who takes it.
async fn deliver(outlet: &mut Outlet, peer: &[u8], frames: &[Bytes]) {
    loop {
        outlet.crowd.comes(peer).await;
        if outlet.send(frames.to_vec()).await {
            return;
        }
        sleep(AGAIN).await;
    }
}

/// Closes a question when who was asked has gone for good. Ends when it is closed.
async fn look_after(msg_id: String, peer: Bytes, crowd: Crowd, stdin: Stdin) {
    tokio::select! {
        () = stdin.closed(&msg_id) => {}
        () = crowd.stays_away(&peer, GRACE) => stdin.give_up(&msg_id),
    }
}
