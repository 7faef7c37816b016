//! A Jupyter kernel for flowno.
//!
//! Two threads do the work. The *engine thread* (`engine_thread`, the main thread) owns the session and runs
//! the cells of each shell one after another, those of different shells beside each other. The
//! *wire thread* (`wire`) owns the five sockets: it checks and decodes what comes, encodes and signs
//! what goes, answers by itself whatever needs no script, and raises the interrupt flag. Nothing on
//! the wire thread waits for a script.
//!
//! Between them stand mailboxes (wire to engine: each shell's jobs; questions and new subshells, in one order), the
//! queue of messages to send (engine to wire, bounded by bytes, `queue`), two flags
//! (interrupt, and each shell's line up to which queued cells are aborted), and what both look at:
//! the open question to the user (`stdin`) and the way to the history.
//!
//! Others help them: one that reads and writes the history (`history`), and up to two that parse sources which a console
//! asks about (`is_complete_request`). Threads of a host may send by its comms (`comm`), whose handlers the wire thread calls.
//!
//! The protocol is Jupyter's messaging protocol 5.4:
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html>.

mod additions;
pub mod cli;
pub mod comm;
pub mod connection;
mod content;
mod descriptors;
mod embedding;
mod engine_thread;
pub mod history;
pub mod install;
pub mod kernel;
mod message;
pub mod notebook;
mod panics;
mod queue;
pub mod run;
mod stdin;
mod wire;

pub use additions::Additions;
pub use bytes::Bytes;
pub use embedding::{BuildError, Builder, Kernel};
pub use flowno_scripting::CountingAllocator;
