//! What a socket is made of.

use std::fmt;
#[cfg(unix)]
use std::os::fd::OwnedFd;

use super::tls::TlsContext;
use super::{SocketError, SocketHandle};

/// The kind of addresses (Python's `AF_...`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// IPv4.
    Inet,
    /// IPv6.
    Inet6,
    /// Paths on this machine. Not on Windows.
    Unix,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inet => "IPv4",
            Self::Inet6 => "IPv6",
            Self::Unix => "Unix",
        })
    }
}

/// What a socket carries (Python's `SOCK_...`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A stream of bytes: TCP, or a Unix stream socket.
    #[default]
    Stream,
    /// Messages of limited size that may get lost: UDP, or a Unix datagram socket.
    Datagram,
}

/// The parameters of Flowno's `socket`, with its names and defaults; `kind` is its `type`.
#[derive(Debug, Default)]
pub struct SocketOptions {
    /// `None`: that of the address it is bound or connected to; a name of several families is tried with each in turn.
    pub family: Option<Family>,
    /// A stream unless said otherwise.
    pub kind: Kind,
    /// The protocol's number; `None` for the usual one of the family and kind.
    pub proto: Option<i32>,
    /// A socket that exists already, bound, listening or connected, which the handle then owns. Family and kind are its own.
    /// macOS does not tell that it listens: call `listen` again there.
    #[cfg(unix)]
    pub fileno: Option<OwnedFd>,
    /// Whether to speak TLS. A client shakes hands as it connects, a server as it first reads or sends.
    pub use_tls: bool,
    /// With `use_tls`: whom to trust as a client, or a server's certificate. `None`: a client that trusts what the system trusts.
    pub ssl_context: Option<TlsContext>,
    /// With `use_tls`: the DNS name or IP address that a server's certificate must be for. `None`: the host that is connected to.
    pub server_hostname: Option<String>,
}

/// Makes a socket. It is opened when it is bound or connected.
///
/// # Errors
///
/// If the platform has no such family, `fileno` is no socket, or the system's certificates cannot be loaded.
pub fn socket(options: SocketOptions) -> Result<SocketHandle, SocketError> {
    SocketHandle::new(options)
}
