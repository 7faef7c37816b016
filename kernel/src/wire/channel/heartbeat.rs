//! The heartbeat: whatever comes goes back, frame by frame.
//!
//! On a ROUTER, not a REP: the envelope is echoed with the rest, so nothing needs to be understood.
//! The library queues what a peer does not take, so its gate reads no more from it meanwhile.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#heartbeat-for-kernels>

use zeromq::{RouterSocket, SocketRecv as _, SocketSend as _};

/// Echoes. Never ends by itself.
pub(in crate::wire) async fn echo(mut socket: RouterSocket) {
    loop {
        let result = match socket.recv().await {
            Ok(message) => socket.send(message).await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            tracing::debug!("heartbeat: {error}");
            tokio::task::yield_now().await;
        }
    }
}
