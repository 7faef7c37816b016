//! Listening on either transport.

#[cfg(unix)]
mod ipc;
#[cfg(any(not(unix), test))]
mod no_ipc;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream, lookup_host};

use crate::connection::Address;
#[cfg(unix)]
use ipc::IpcListener;
#[cfg(not(unix))]
use no_ipc::IpcListener;

/// What the system keeps for a peer behind our own backlog. It takes more when a third of it is free, and only that tells how
/// fast a peer reads: with the megabytes that systems give by themselves, a slow line would seem to have stopped.
const SEND_BUFFER_BYTES: u32 = 128 << 10;

/// Peers that may have connected and not been accepted yet.
const WAITING_PEERS: u32 = 1024;

/// When the system asks a silent peer whether it is still there, how often again, and how many times without an answer: a
/// peer that has vanished without a word (its machine, or the line) has lost its place after a quarter of an hour. So long
/// Linux tries to deliver what is on its way, and so long a computer may sleep that comes back to its connection.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(5 * 60);
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(60);
const KEEPALIVE_PROBES: u32 = 10;

/// Either half of a connection, whatever its transport.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Waits for peers.
pub(super) enum Listener {
    Tcp(TcpListener),
    Ipc(IpcListener),
}

impl Listener {
    pub(super) async fn bind(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(host, port) => Ok(Self::Tcp(listen(host, *port).await?)),
            Address::Ipc(path) => Ok(Self::Ipc(IpcListener::bind(path)?)),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => Ok(Box::new(accept_tcp(listener).await?)),
            Self::Ipc(listener) => Ok(Box::new(listener.accept().await?)),
        }
    }
}

/// Listens on the first address of `host` that can be had.
async fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    let host = match host {
        "*" => "0.0.0.0",           // ZeroMQ's name for every interface
        "localhost" => "127.0.0.1", // ZeroMQ's clients look names up for IPv4 only, unless told otherwise
        host => host,
    };
    let mut refused = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in lookup_host((host, port)).await? {
        match listen_on(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

fn listen_on(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    #[cfg(unix)] // elsewhere it would let two kernels have one port
    socket.set_reuseaddr(true)?; // what an earlier kernel had is free again at once
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?; // peers' sockets are born with it
    socket.bind(address)?;
    socket.listen(WAITING_PEERS)
}

async fn accept_tcp(listener: &TcpListener) -> io::Result<TcpStream> {
    let (stream, _) = listener.accept().await?;
    // Messages are small and each is awaited: never hold one back to fill a packet.
    stream.set_nodelay(true)?;
    let keepalive = TcpKeepalive::new()
        .with_time(KEEPALIVE_IDLE)
        .with_interval(KEEPALIVE_INTERVAL)
        .with_retries(KEEPALIVE_PROBES);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[cfg(unix)] // Windows does not say what has been set
    #[tokio::test]
    async fn a_peer_that_vanishes_is_noticed_by_the_system() {
        let listener = listen("localhost", 0).await.unwrap();
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let accepted = accept_tcp(&listener).await.unwrap();
        let socket = SockRef::from(&accepted);
        assert!(socket.keepalive().unwrap());
        let patience = socket.tcp_keepalive_time().unwrap()
            + socket.tcp_keepalive_interval().unwrap() * socket.tcp_keepalive_retries().unwrap();
        assert_eq!(patience, Duration::from_secs(15 * 60));
    }

    #[tokio::test]
    async fn localhost_is_where_clients_of_zeromq_look_for_it() {
        let listener = Listener::bind(&Address::Tcp("localhost".into(), 0)).await.unwrap();
        let address = match listener {
            Listener::Tcp(listener) => listener.local_addr(),
            #[cfg(unix)]
            Listener::Ipc(_) => panic!("a port"),
        };
        assert_eq!(address.unwrap().ip(), Ipv4Addr::LOCALHOST);
    }

    #[tokio::test]
    async fn a_port_that_is_taken_or_a_name_that_is_none_is_refused() {
        let taken = listen("127.0.0.1", 0).await.unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_eq!(listen("127.0.0.1", port).await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
        assert!(listen("not a name", 0).await.is_err());
    }
}
