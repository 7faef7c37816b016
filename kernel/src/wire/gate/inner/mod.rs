//! The inner link: where ZeroMQ's sockets listen, and the gate's way to them.
//!
//! It is a socket file where there are such, else a port of the loopback interface. Either module has the same
//! names: [`Inner`] binds ZeroMQ's sockets, an [`Inlet`] leads to one of them, and what flows there is an
//! [`InnerStream`].

#[cfg(any(not(unix), test))]
mod loopback;
#[cfg(unix)]
mod socket_files;

#[cfg(not(unix))]
pub(crate) use loopback::{Inlet, Inner, InnerReadHalf, InnerStream};
#[cfg(unix)]
pub(crate) use socket_files::{Inlet, Inner, InnerReadHalf, InnerStream};
