//! The engine thread: takes jobs from the mailbox and runs one cell after another.
//!
//! The future in [`run`] is the root of the engine's event loop, so nodes and timers go on between
//! cells and while one waits.

mod abort;
mod catch;
mod cells;
mod counter;
mod outbox;
mod questions;
mod runs;

use std::rc::Rc;
use std::sync::Arc;

use flowno_scripting::engine::event_loop::mailbox::Receiver;
use flowno_scripting::engine::event_loop::{LoopError, spawn};
use flowno_scripting::{DisplayMode, Gate, Interrupt, Limits, Session, SessionOptions, block_on};

pub(crate) use abort::{AbortLine, Ticket};
pub(crate) use catch::catch;
use cells::Cells;
use outbox::QueueOutbox;
use questions::answer_all;
pub(crate) use questions::{Asked, Question};

use crate::content::execute::Execution;
use crate::history::History;
use crate::stdin::Stdin;
use crate::wire::{Origin, Queue};

/// What the wire thread asks of the engine thread.
#[derive(Debug)]
pub(crate) enum Job {
    /// Run a cell, or abort it.
    Execute { ticket: Ticket, origin: Arc<Origin>, execution: Execution },
    /// Leave the event loop; jobs before this one are done with first.
    Stop,
}

/// What both threads hold of each other.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) queue: Queue,
    pub(crate) interrupt: Interrupt,
    pub(crate) line: AbortLine,
    pub(crate) history: History,
    pub(crate) stdin: Stdin,
}

/// What the wire thread sends.
pub(crate) struct Inbox {
    pub(crate) jobs: Receiver<Job>,
    /// Answered also while a job is done.
    pub(crate) questions: Receiver<Asked>,
}

/// Runs jobs until [`Job::Stop`], or until nobody is left who could send one. `forced` overrides
/// how displays are sent, `gate` says what scripts may reach.
///
/// # Errors
///
/// If no event loop can be made, or it can go no further.
pub(crate) fn run(
    inbox: Inbox,
    shared: Shared,
    forced: Option<DisplayMode>,
    gate: Gate,
    limits: Limits,
) -> Result<(), LoopError> {
    block_on(async move {
        let outbox = Rc::new(QueueOutbox::new(&shared));
        let options =
            SessionOptions { outbox: outbox.clone(), interrupt: shared.interrupt.clone(), gate, limits };
        let session = Rc::new(Session::new(options));
        let Inbox { mut jobs, questions } = inbox;
        spawn(answer_all(questions, session.clone(), shared.queue.clone()));
        let mut cells = Cells::new(session, outbox, &shared, forced);
        while let Some(job) = jobs.recv().await {
            match job {
                Job::Execute { ticket, origin, execution } => cells.take(&ticket, &origin, execution).await,
                Job::Stop => break,
            }
        }
    })
}
