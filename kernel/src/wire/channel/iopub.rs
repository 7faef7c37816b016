//! iopub: the one task that publishes, and that sends what the queue holds in its order.
//!
//! The socket is an XPUB: it waits for slow subscribers where a PUB would lose silently, and it
//! shows subscriptions, which are greeted (JEP 65).

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::timeout;
use zeromq::{SocketRecv as _, SocketSend as _, XPubSocket, ZmqMessage};

use super::welcomes::Welcomes;
use super::{Asking, Questions, Replies};
use crate::content::{Content, welcome};
use crate::queue::{Post, Queue};
use crate::wire::encode::{Encoder, NO_PARENT};

/// The first byte of a subscription, before its topic.
const SUBSCRIBE: u8 = 1;

/// Replies wait for the outputs before them, but not for a subscriber that has stopped reading: who
/// waits for a reply before reading outputs would wait for ever.
const REPLY_PATIENCE: Duration = Duration::from_secs(1);

/// Empties the queue. Never ends by itself. `shell` and `stdin` take the replies and questions that the queue
/// carries.
pub(in crate::wire) async fn publish(
    socket: XPubSocket,
    queue: Queue,
    encoder: Arc<Encoder>,
    shell: Replies,
    stdin: Questions,
) {
    let mut publisher = Publisher { socket, queue, encoder, shell, stdin, welcomes: Welcomes::new() };
    loop {
        // The library registers a subscription only while `recv` is polled.
        tokio::select! {
            received = publisher.socket.recv() => match received {
                Ok(message) => publisher.note_subscription(&message),
                Err(error) => {
                    tracing::debug!("receiving on iopub: {error}");
                    tokio::task::yield_now().await;
                }
            },
            post = publisher.queue.next() => publisher.take(post).await,
            topic = publisher.welcomes.next() => publisher.welcome(topic).await,
        }
    }
}

struct Publisher {
    socket: XPubSocket,
    queue: Queue,
    encoder: Arc<Encoder>,
    shell: Replies,
    stdin: Questions,
    welcomes: Welcomes,
}

impl Publisher {
    async fn take(&mut self, post: Post) {
        match post {
            // Clients subscribe to everything; the topic serves whoever wants one message type.
            Post::Publish { parent, content } => self.publish(parent, &content, &[]).await,
            Post::Comm { parent, content, buffers } => self.publish(parent, &content, &buffers).await,
            // `send` returns when the bytes are with the system, so all before this has left.
            Post::Flush(done) => {
                let _ = done.send(()); // refused when nobody waits any more
            }
            post => pass_on(&self.shell, &self.stdin, post),
        }
    }

    fn note_subscription(&mut self, message: &ZmqMessage) {
        if let Some([SUBSCRIBE, topic @ ..]) = message.get(0).map(|frame| &frame[..]) {
            self.welcomes.add(topic);
        }
    }

    async fn welcome(&mut self, topic: Bytes) {
        self.queue.note_published(); // live cells make up for it
        let content = welcome::welcome(&topic);
        let frames = self.encoder.encode(&[topic], NO_PARENT, &content);
        self.send(frames).await;
    }

    async fn publish(&mut self, parent: Bytes, content: &Content, buffers: &[Bytes]) {
        let topic = Bytes::from_static(content.msg_type.as_bytes());
        self.send(self.encoder.encode_with_buffers(&[topic], parent, content, buffers)).await;
    }

    async fn send(&mut self, frames: Vec<Bytes>) {
        let Ok(message) = ZmqMessage::try_from(frames) else { return };
        let mut sending = self.socket.send(message);
        let result = loop {
            match timeout(REPLY_PATIENCE, &mut sending).await {
                Ok(result) => break result,
                Err(_) => {
                    self.queue.overtake().into_iter().for_each(|post| pass_on(&self.shell, &self.stdin, post))
                }
            }
        };
        if let Err(error) = result {
            tracing::debug!("publishing: {error}");
        }
    }
}

/// Deals with what no subscriber sees.
fn pass_on(shell: &Replies, stdin: &Questions, post: Post) {
    match post {
        Post::Reply { origin, content } => shell.send(origin, content),
        Post::Ask { origin, msg_id, content } => stdin.send(Asking { origin, msg_id, content }),
        Post::Wait { time, passed } => {
            tokio::spawn(async move {
                tokio::time::sleep(time).await;
                let _ = passed.send(()); // refused when the engine thread has ended
            });
        }
        Post::Publish { .. } | Post::Comm { .. } | Post::Flush(_) => {
            tracing::error!("a post went astray");
        }
    }
}
