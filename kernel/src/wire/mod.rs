//! The wire thread: the five sockets, on a tokio runtime of one thread.
//!
//! Each channel has its tasks ([`channel`]) and a [`gate`] in front of it. What needs no script is
//! answered here ([`desk`]), at once; cells go to the engine thread by its mailbox, and all that
//! is published comes back by the [`queue`](crate::queue), which one task empties.

mod channel;
mod desk;
mod encode;
mod ending;
mod frames;
mod gate;
mod malformed;
mod open;
mod replay;
mod request;
mod service;
mod sign;
mod subshells;

use std::io;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use flowno_scripting::Interrupt;
use flowno_scripting::engine::event_loop::mailbox;
use thiserror::Error;
use tokio::runtime;
use tokio::sync::oneshot;

pub(crate) use ending::note_parent;

use crate::comm::{Registry, mark_wire_thread};
use crate::connection::Connection;
use crate::engine_thread::{AbortLine, Asked, Job};
use crate::history::History;
use crate::queue::Queue;
use crate::stdin::Stdin;

/// Sources of `is_complete_request` are parsed beside the wire's thread, a few at a time.
const PARSING_THREADS: usize = 2;

/// Why the sockets could not be opened.
#[derive(Debug, Error)]
pub enum WireError {
    /// No thread, no runtime or no directory.
    #[error("the system refuses a resource")]
    Resource(#[source] io::Error),
    /// One channel's address cannot be had.
    #[error("cannot listen for the {channel} channel")]
    Listen {
        /// The channel's name in the connection file.
        channel: &'static str,
        /// Why.
        source: io::Error,
    },
    /// ZeroMQ refuses its own listener.
    #[error("the {channel} channel cannot be opened: {reason}")]
    Open {
        /// The channel's name in the connection file.
        channel: &'static str,
        /// In ZeroMQ's words.
        reason: String,
    },
    /// A defect; the log has what it said.
    #[error("the wire thread ended by a panic")]
    Panic,
}

/// How the wire thread reaches the engine thread.
pub(crate) struct EngineHandle {
    pub(crate) jobs: mailbox::Sender<Job>,
    pub(crate) questions: mailbox::Sender<Asked>,
    pub(crate) interrupt: Interrupt,
    pub(crate) line: AbortLine,
    /// What front ends may open comms to.
    pub(crate) comms: Registry,
    /// What was typed before.
    pub(crate) history: History,
    pub(crate) stdin: Stdin,
    /// Resolves when the engine thread has left its event loop.
    pub(crate) ended: oneshot::Receiver<()>,
}

/// The running wire thread.
pub(crate) struct Wire(JoinHandle<Result<(), WireError>>);

impl Wire {
    /// Waits until the last message has left.
    ///
    /// # Errors
    ///
    /// When a defect ended the thread.
    pub(crate) fn join(self) -> Result<(), WireError> {
        self.0.join().unwrap_or(Err(WireError::Panic))
    }
}

/// Opens the sockets on a thread of their own. They are bound when this returns.
///
/// # Errors
///
/// When one of them cannot be opened.
pub(crate) fn start(connection: Connection, queue: Queue, engine: EngineHandle) -> Result<Wire, WireError> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(PARSING_THREADS)
        .build()
        .map_err(WireError::Resource)?;
    let (started_sender, started) = mpsc::channel();
    let thread = thread::Builder::new()
        .name("flowno-wire".to_owned())
        .spawn(move || {
            mark_wire_thread();
            let result = match runtime.block_on(service::Service::open(&connection, queue, engine)) {
                Ok(service) => {
                    let _ = started_sender.send(Ok(()));
                    runtime.block_on(service.run())
                }
                Err(error) => {
                    let _ = started_sender.send(Err(error));
                    Ok(())
                }
            };
            runtime.shutdown_background(); // a parse under way must not hold up the exit
            result
        })
        .map_err(WireError::Resource)?;
    started.recv().unwrap_or(Err(WireError::Panic))?;
    Ok(Wire(thread))
}
