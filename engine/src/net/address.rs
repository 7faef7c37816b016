//! Where a socket is, or shall be.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// An address: Flowno's `(host, port)` or path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host's name, or an IP address as text, and a port. The empty name is any IPv4 address of this machine; any
    /// IPv6 one for a socket of that family, or if there is no IPv4.
    Host(String, u16),
    /// An IP address and a port.
    Ip(SocketAddr),
    /// The path of a Unix socket; empty if the socket has no name.
    Path(PathBuf),
}

impl Address {
    /// The port, if it has one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Host(_, port) => Some(*port),
            Self::Ip(address) => Some(address.port()),
            Self::Path(_) => None,
        }
    }

    /// What a certificate must be for, unless the options say otherwise.
    pub(super) fn host(&self) -> Option<String> {
        match self {
            Self::Host(host, _) => Some(host.clone()),
            Self::Ip(address) => Some(address.ip().to_string()),
            Self::Path(_) => None,
        }
    }

    pub(super) fn of(address: &socket2::SockAddr) -> Self {
        if let Some(address) = address.as_socket() {
            return Self::Ip(address);
        }
        #[cfg(unix)]
        if let Some(path) = address.as_pathname() {
            return Self::Path(path.to_owned());
        }
        Self::Path(PathBuf::new())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host, port) if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Host(host, port) => write!(f, "{host}:{port}"),
            Self::Ip(address) => write!(f, "{address}"),
            Self::Path(path) if path.as_os_str().is_empty() => f.write_str("a Unix socket without a name"),
            Self::Path(path) => write!(f, "{}", path.display()),
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        Self::Ip(address)
    }
}

impl From<(&str, u16)> for Address {
    fn from((host, port): (&str, u16)) -> Self {
        Self::Host(host.to_owned(), port)
    }
}

impl From<(String, u16)> for Address {
    fn from((host, port): (String, u16)) -> Self {
        Self::Host(host, port)
    }
}

impl From<(IpAddr, u16)> for Address {
    fn from(address: (IpAddr, u16)) -> Self {
        Self::Ip(address.into())
    }
}

impl From<(Ipv4Addr, u16)> for Address {
    fn from(address: (Ipv4Addr, u16)) -> Self {
        Self::Ip(address.into())
    }
}

impl From<(Ipv6Addr, u16)> for Address {
    fn from(address: (Ipv6Addr, u16)) -> Self {
        Self::Ip(address.into())
    }
}

impl From<&Path> for Address {
    fn from(path: &Path) -> Self {
        Self::Path(path.to_owned())
    }
}

impl From<PathBuf> for Address {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}
