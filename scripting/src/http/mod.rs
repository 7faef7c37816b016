//! `http::get` and the like: an HTTP/1.1 client.
//!
//! hyper speaks HTTP over the engine's own sockets, polled by the script that waits for it: no runtime is involved, and
//! a script that is ended takes its connection with it. Each request has a connection of its own.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `words.rs` | the functions, with their options |
//! | `request.rs` | what is asked, and following redirects |
//! | `exchange.rs` | one connection: a request out, the answer's head and body in |
//! | `io.rs` | the engine's socket as hyper reads and writes it |
//! | `response.rs` | an answer, as scripts hold it |
//! | `events.rs`, `event_parser.rs` | server-sent events: iterating, and the format |
//! | `json.rs` | JSON to values |

mod event_parser;
mod events;
mod exchange;
mod io;
mod json;
mod request;
mod response;
mod words;

pub(crate) use self::words::register;
