//! ZeroMQ listens on 127.0.0.1, on ports that the system chooses.
//!
//! What that costs beside a socket file that only its owner can reach: any process of the machine, of any user, may find the
//! port and connect there, past the gate. So the gate's limits (sizes, handshake, number of peers, readers that have
//! stopped) bind only who keeps to the front door, and a process of the machine can make the kernel run out of memory.
//! It cannot make it run anything: messages must be signed all the same, for that is judged behind
//! ZeroMQ. What iopub publishes it can read, as it can at the front door.
//!
//! It is built for tests everywhere, so that it does not rot.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use tokio::net::TcpStream;
use zeromq::{Socket, ZmqResult};

use crate::connection::Channel;

/// The gate's side of a connection to ZeroMQ.
pub(crate) type InnerStream = TcpStream;

/// What ZeroMQ sends.
#[cfg_attr(unix, expect(dead_code, reason = "the socket files' is used here"))]
pub(crate) type InnerReadHalf = tokio::net::tcp::OwnedReadHalf;

/// Binds ZeroMQ's sockets; nothing needs to be kept for it.
pub(crate) struct Inner;

impl Inner {
    /// Never fails; it may where files are needed.
    #[expect(clippy::unnecessary_wraps, reason = "the other platforms' signature")]
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Lets `socket` listen on a port that was free.
    ///
    /// # Errors
    ///
    /// When no port can be had.
    pub(crate) async fn bind<S: Socket>(&self, socket: &mut S, _channel: Channel) -> ZmqResult<Inlet> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        socket.bind_listener(listener).await?;
        Ok(Inlet(address))
    }
}

/// The way to one of ZeroMQ's listeners.
pub(crate) struct Inlet(SocketAddr);

impl Inlet {
    /// Connects. The future borrows nothing.
    pub(crate) fn connect(&self) -> impl Future<Output = io::Result<InnerStream>> + Send + use<> {
        let address = self.0;
        async move {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?; // for the same reason as at the front door
            Ok(stream)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;
    use zeromq::RouterSocket;

    #[tokio::test]
    async fn zeromq_greets_who_comes_by_an_inlet() {
        let inner = Inner::new().unwrap();
        let (mut shell, mut control) = (RouterSocket::new(), RouterSocket::new());
        let shell_inlet = inner.bind(&mut shell, Channel::Shell).await.unwrap();
        let control_inlet = inner.bind(&mut control, Channel::Control).await.unwrap();
        assert_ne!(shell_inlet.0, control_inlet.0);
        for inlet in [shell_inlet, control_inlet] {
            assert!(inlet.0.ip().is_loopback());
            let mut stream = inlet.connect().await.unwrap();
            assert_eq!(stream.read_u8().await.unwrap(), 0xff, "the first byte of ZMTP's greeting");
        }
    }
}
