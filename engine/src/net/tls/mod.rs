//! TLS by rustls, with ring's cryptography.
//!
//! A [`TlsContext`] says whom to trust, or who one is; a `Session` is one connection's state between a handle and its
//! transport. It never waits: where the transport would block it says for which direction, and is called again.

mod context;
mod error;
mod session;

pub use self::context::{ClientBuilder, TlsContext};
pub use self::error::TlsError;
pub(super) use self::session::Session;
