//! `socket()`: Flowno's sockets for scripts, by the engine's own.
//!
//! A script that waits for a socket waits alone. What opens a connection, listens or reads a file passes the
//! [gate](crate::gate) first.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `options.rs` | the map of options that `socket` and the `http::` calls take |
//! | `socket.rs` | the socket and its methods |
//! | `address.rs` | `[host, port]` and paths |
//! | `error.rs` | errors by the names that scripts know |

mod address;
mod error;
mod options;
mod socket;

use std::rc::Weak;
use std::time::Duration;

use rhai::Engine;

use crate::world::World;

pub(crate) use self::error::raise;
pub(crate) use self::options::{Options, client_context};

/// How long connecting, shaking hands and an HTTP answer may take unless an option says otherwise: what people wait for.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Adds the words to an engine.
pub(crate) fn register(engine: &mut Engine, world: &Weak<World>) {
    socket::register(engine, world);
}
