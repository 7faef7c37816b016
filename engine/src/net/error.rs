//! Why a socket did not do what it was asked to.

use crate::event_loop::Reason;
use std::fmt;
use std::io;

use super::Address;
use super::tls::TlsError;

/// Why an operation on a socket failed. Each message says what was tried, with whom, why not, and what to do where that helps.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SocketError {
    /// The operating system refused.
    #[error("cannot {}: {source}{}", Attempt(.operation, .address.as_ref()), hint(.source))]
    Os {
        /// What was tried.
        operation: Operation,
        /// With whom, if that is known.
        address: Option<Address>,
        /// What the system says; its `kind` tells a refused connection from a used address.
        source: io::Error,
    },
    /// The socket is closed, or was while the operation waited.
    #[error("cannot {0}: the socket is closed")]
    Closed(Operation),
    /// The socket is not in a state for this.
    #[error("cannot {operation}: the socket {state}")]
    State {
        /// What was tried.
        operation: Operation,
        /// What the socket is or lacks.
        state: &'static str,
    },
    /// No address was found for a name.
    #[error("cannot look up {host}: {source}")]
    Resolve {
        /// The name.
        host: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// The address is of another family than the socket.
    #[error("cannot {}: the socket's family is {family}", Attempt(.operation, Some(.address)))]
    Family {
        /// What was tried.
        operation: Operation,
        /// The address.
        address: Address,
        /// The socket's family.
        family: super::Family,
    },
    /// TLS failed.
    #[error("cannot {}: {source}", Attempt(.operation, .address.as_ref()))]
    Tls {
        /// What was tried.
        operation: Operation,
        /// With whom, if that is known.
        address: Option<Address>,
        /// Why.
        source: TlsError,
    },
    /// This platform, or this kind of socket, has no such thing.
    #[error("{0} are not supported on this platform")]
    Unsupported(&'static str),
}

impl SocketError {
    /// The operating system's kind of error, if it was the system that refused.
    pub fn kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::Os { source, .. } | Self::Resolve { source, .. } => Some(source.kind()),
            _ => None,
        }
    }

    /// The TLS error, if it is one.
    pub fn tls(&self) -> Option<&TlsError> {
        match self {
            Self::Tls { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// What was asked of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is the method of its name
#[non_exhaustive]
pub enum Operation {
    Open,
    Connect,
    Bind,
    Listen,
    Accept,
    Recv,
    Send,
    Handshake,
    Shutdown,
    Close,
    Inspect,
    SetOption,
}

impl Operation {
    /// What a task waits for that has asked for it.
    pub(super) fn waits_for(self) -> Reason {
        match self {
            Self::Connect => &"a socket to connect",
            Self::Accept => &"a connection to a listening socket",
            Self::Recv => &"bytes from a socket",
            Self::Send => &"room in a socket",
            _ => &"a socket",
        }
    }

    /// As it stands after "cannot", and what links it to an address.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("open a socket", "for"),
            Self::Connect => ("connect", "to"),
            Self::Bind => ("bind", "to"),
            Self::Listen => ("listen", "on"),
            Self::Accept => ("accept", "on"),
            Self::Recv => ("receive", "from"),
            Self::Send => ("send", "to"),
            Self::Handshake => ("shake hands", "with"),
            Self::Shutdown => ("end sending", "to"),
            Self::Close => ("close the connection", "with"),
            Self::Inspect => ("tell the address", "of"),
            Self::SetOption => ("set an option of the connection", "with"),
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().0)
    }
}

/// "connect to 127.0.0.1:80", or only "connect".
struct Attempt<'a>(&'a Operation, Option<&'a Address>);

impl fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verb, link) = self.0.words();
        match self.1 {
            Some(address) => write!(f, "{verb} {link} {address}"),
            None => f.write_str(verb),
        }
    }
}

fn hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "; nobody listens there",
        io::ErrorKind::AddrInUse => "; choose another port, or 0 for any that is free",
        io::ErrorKind::PermissionDenied => "; ports below 1024 and some paths are reserved",
        io::ErrorKind::NotFound => "; no socket of that path",
        _ => "",
    }
}
