//! Sockets: Flowno's `socket` and `SocketHandle`, over TCP, UDP and Unix sockets, plain or with TLS.
//!
//! Nothing here blocks the event loop, connecting and looking up names included. Every operation tries the system call first and
//! waits for the socket only when that would block. A future that is dropped half-way leaves the socket as it was,
//! but for `connect`, which leaves it as new. One task may read while another writes; of two that read at once each gets a part.
//!
//! ```
//! use flowno_engine::event_loop::{EventLoop, spawn};
//! use flowno_engine::net::{SocketOptions, socket};
//!
//! let answer = EventLoop::new()?.run_until_complete(async {
//!     let listener = socket(SocketOptions::default())?;
//!     listener.bind(("127.0.0.1", 0)).await?;
//!     listener.listen(None)?;
//!     let address = listener.local_addr()?;
//!     spawn(async move {
//!         let (peer, _) = listener.accept().await?;
//!         let question = peer.recv(1024).await?;
//!         peer.send_all(&question.to_ascii_uppercase()).await
//!     });
//!     let client = socket(SocketOptions::default())?;
//!     client.connect(address).await?;
//!     client.send_all(b"ping").await?;
//!     client.recv(1024).await
//! })??;
//! assert_eq!(answer, b"PING");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what it is for |
//! | --- | --- |
//! | `options.rs` | `socket()` and its parameters |
//! | `handle.rs`, `transfer.rs` | `SocketHandle`, what tasks call: begin and end, send and receive |
//! | `socket.rs` | the state behind the handles, and trying until it does not block |
//! | `connect.rs`, `resolve.rs` | from an address to a connection |
//! | `transport.rs` | the operating system's socket |
//! | `address.rs`, `error.rs` | where to, and why not |
//! | `tls/` | TLS between a handle and its transport |

mod address;
mod connect;
mod error;
mod handle;
mod options;
mod resolve;
mod socket;
pub mod tls;
mod told;
mod transfer;
mod transport;

/// The target of the log lines of all of it but TLS, so that one tag shows them.
const TAG: &str = "flowno_engine::net::socket";

pub use self::address::Address;
pub use self::error::{Operation, SocketError};
pub use self::handle::SocketHandle;
pub use self::options::{Family, Kind, SocketOptions, socket};
