//! `flowno kernel`: starts both threads and waits for their end.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use flowno_scripting::engine::event_loop::LoopError;
use flowno_scripting::engine::event_loop::mailbox::mailbox;
use flowno_scripting::{DisplayMode, Gate, Interrupt, Limits};
use thiserror::Error;
use tokio::sync::oneshot;

use crate::additions::Additions;
use crate::comm::Registry;
use crate::connection::{Connection, ConnectionError};
use crate::descriptors;
use crate::engine_thread::{self, AbortLine, Given, Inbox, Shared};
use crate::history::{History, HistoryPlace};
use crate::queue::Queue;
use crate::stdin::Stdin;
use crate::wire::{self, EngineHandle, WireError};

/// What the command line says about the kernel.
#[derive(Debug)]
pub struct KernelOptions {
    /// The JSON file in which Jupyter names addresses and key.
    pub connection_file: PathBuf,
    /// Whether addresses that other machines reach are accepted.
    pub listen_anywhere: bool,
    /// Where the history is kept.
    pub history: HistoryPlace,
    /// What scripts may reach of the network and the disk.
    pub gate: Gate,
    /// How much scripts may take.
    pub limits: Limits,
}

/// Why the kernel did not start, or did not end as asked.
#[derive(Debug, Error)]
pub enum KernelError {
    /// The connection file is unusable.
    #[error(transparent)]
    Connection(#[from] ConnectionError),
    /// The sockets could not be opened, or not be served to the end.
    #[error("the kernel's sockets failed")]
    Wire(#[from] WireError),
    /// A defect of the engine; the log has what it said.
    #[error("the engine ended by a panic")]
    Engine,
    /// The event loop could not be made, or went no further.
    #[error(transparent)]
    EventLoop(LoopError),
}

/// Runs the kernel, with what a host has added to it, until a shutdown request, SIGTERM or the parent's death.
///
/// # Errors
///
/// When it cannot start, or the engine is defective.
pub fn run(options: &KernelOptions, additions: Additions) -> Result<(), KernelError> {
    let Additions { natives, comm_targets } = additions;
    descriptors::raise_limit();
    let connection = Connection::read(&options.connection_file, options.listen_anywhere)?;
    let (history, keeper) = History::start(options.history.clone()).map_err(WireError::Resource)?;
    let shared = Shared {
        queue: Queue::default(),
        interrupt: Interrupt::new(),
        line: AbortLine::default(),
        history,
        stdin: Stdin::default(),
    };
    let (jobs, jobs_inbox) = mailbox();
    let (questions, questions_inbox) = mailbox();
    let inbox = Inbox { jobs: jobs_inbox, questions: questions_inbox };
    let (ended_sender, ended) = oneshot::channel();
    let comms = Registry::new(comm_targets, shared.queue.clone());
    let Shared { interrupt, line, history, stdin, .. } = shared.clone();
    let engine = EngineHandle { jobs, questions, interrupt, line, comms, history, stdin, ended };
    let wire = wire::start(connection, shared.queue.clone(), engine)?;
    let forced = display_mode();
    let given = Given { forced, gate: options.gate, limits: options.limits, natives };
    let run = catch_unwind(AssertUnwindSafe(|| engine_thread::run(inbox, shared, given)));
    drop(ended_sender); // the wire thread drains and closes
    let closed = wire.join();
    keeper.join();
    run.map_err(|_| KernelError::Engine)?.map_err(KernelError::EventLoop)?;
    Ok(closed?)
}

/// What `FLOWNO_DISPLAY` says, for front ends that do not say which they are.
fn display_mode() -> Option<DisplayMode> {
    match env::var("FLOWNO_DISPLAY").ok()?.as_str() {
        "live" => Some(DisplayMode::Live),
        "headless" => Some(DisplayMode::Headless),
        "" => None,
        other => {
            tracing::error!("FLOWNO_DISPLAY={other} is neither live nor headless");
            None
        }
    }
}
