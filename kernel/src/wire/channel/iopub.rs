//! iopub: the one task that publishes, and that sends what the queue holds in its order.
//!
//! The socket is an XPUB: it waits for slow subscribers where a PUB would lose silently, and it
//! shows subscriptions, which are greeted (JEP 65).

use std::sync::Arc;

use bytes::Bytes;
use zeromq::{SocketRecv as _, SocketSend as _, XPubSocket, ZmqMessage};

use super::Replies;
use crate::connection::Channel;
use crate::content::{Content, welcome};
use crate::wire::encode::{Encoder, NO_PARENT};
use crate::wire::queue::{Post, Queue};

/// The first byte of a subscription, before its topic.
const SUBSCRIBE: u8 = 1;

/// Empties the queue. Never ends by itself. `shell` takes the replies that the queue carries.
pub(in crate::wire) async fn publish(
    mut socket: XPubSocket,
    queue: Queue,
    encoder: Arc<Encoder>,
    shell: Replies,
) {
    loop {
        // The library registers a subscription only while `recv` is polled.
        tokio::select! {
            received = socket.recv() => match received {
                Ok(message) => greet(&mut socket, &encoder, &message).await,
                Err(error) => {
                    tracing::debug!("receiving on iopub: {error}");
                    tokio::task::yield_now().await;
                }
            },
            post = queue.next() => match post {
                Post::Publish { parent, content } => send(&mut socket, &encoder, parent, &content).await,
                Post::Reply { channel: Channel::Shell, origin, content } => shell.send(origin, content),
                Post::Reply { channel, .. } => tracing::error!("a reply on {} came by the queue", channel.name()),
                // `send` returns when the bytes are with the system, so all before this has left.
                Post::Wait { time, passed } => {
                    tokio::spawn(async move {
                        tokio::time::sleep(time).await;
                        let _ = passed.send(()); // refused when the engine thread has ended
                    });
                }
                Post::Flush(done) => { let _ = done.send(()); }
            },
        }
    }
}

async fn greet(socket: &mut XPubSocket, encoder: &Encoder, message: &ZmqMessage) {
    if let Some([SUBSCRIBE, topic @ ..]) = message.get(0).map(|frame| &frame[..]) {
        send_as(socket, encoder, Bytes::copy_from_slice(topic), NO_PARENT, &welcome::welcome(topic)).await;
    }
}

async fn send(socket: &mut XPubSocket, encoder: &Encoder, parent: Bytes, content: &Content) {
    send_as(socket, encoder, Bytes::from_static(content.msg_type.as_bytes()), parent, content).await;
}

/// Clients subscribe to everything; the topic serves whoever wants one message type.
async fn send_as(socket: &mut XPubSocket, encoder: &Encoder, topic: Bytes, parent: Bytes, content: &Content) {
    let Ok(message) = ZmqMessage::try_from(encoder.encode(&[topic], parent, content)) else { return };
    if let Err(error) = socket.send(message).await {
        tracing::debug!("publishing: {error}");
    }
}
