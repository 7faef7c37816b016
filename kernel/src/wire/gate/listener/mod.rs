//! Listening on either transport.

#[cfg(unix)]
mod ipc;
#[cfg(any(not(unix), test))]
mod no_ipc;

use std::io;
use std::net::Ipv4Addr;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

use crate::connection::Address;
#[cfg(unix)]
use ipc::IpcListener;
#[cfg(not(unix))]
use no_ipc::IpcListener;

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
            // "*" is ZeroMQ's name for every interface.
            Address::Tcp(host, port) if host == "*" => {
                Ok(Self::Tcp(TcpListener::bind(("0.0.0.0", *port)).await?))
            }
            // ZeroMQ's clients look names up for IPv4 only, unless told otherwise.
            Address::Tcp(host, port) if host == "localhost" => {
                Ok(Self::Tcp(TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).await?))
            }
            Address::Tcp(host, port) => Ok(Self::Tcp(TcpListener::bind((host.as_str(), *port)).await?)),
            Address::Ipc(path) => Ok(Self::Ipc(IpcListener::bind(path)?)),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // Messages are small and each is awaited: never hold one back to fill a packet.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Self::Ipc(listener) => Ok(Box::new(listener.accept().await?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
