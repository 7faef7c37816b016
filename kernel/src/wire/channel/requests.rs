//! Reading shell, control and stdin.

use std::sync::Arc;

use zeromq::{RouterRecvHalf, SocketRecv as _};

use crate::connection::Channel;
use crate::wire::desk::Desk;
use crate::wire::gate::Crowd;

/// Hands each message to the desk. Never ends by itself.
pub(in crate::wire) async fn read_requests(
    mut socket: RouterRecvHalf,
    channel: Channel,
    desk: Arc<Desk>,
    crowd: Crowd,
) {
    loop {
        match socket.recv().await {
            Ok(message) => {
                let frames = message.into_vec();
                let peer = frames.first().cloned();
                if desk.take(channel, frames)
                    && let Some(peer) = peer
                {
                    crowd.trust(&peer);
                }
            }
            Err(error) => {
                // One peer's trouble; the socket serves the others.
                tracing::debug!("receiving on {}: {error}", channel.name());
                tokio::task::yield_now().await;
            }
        }
    }
}
