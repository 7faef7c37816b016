//! The engine thread: takes jobs from the mailboxes and runs the cells of each shell one after another, and answers
//! questions meanwhile.
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
mod shells;

use std::rc::Rc;
use std::sync::Arc;

use flowno_scripting::engine::event_loop::mailbox::Receiver;
use flowno_scripting::engine::event_loop::{LoopError, spawn};
use flowno_scripting::{DisplayMode, Gate, Interrupt, Limits, NativeType, Session, SessionOptions, block_on};

pub(crate) use abort::{AbortLine, Ticket};
pub(crate) use catch::catch;
use counter::Counter;
use outbox::QueueOutbox;
use questions::answer_all;
pub(crate) use questions::{Asked, Question};
pub(crate) use shells::NewShell;
use shells::{Common, Shells};

use crate::content::execute::Execution;
use crate::history::History;
use crate::message::Origin;
use crate::queue::Queue;
use crate::stdin::Stdin;

/// What the wire thread asks of the engine thread.
#[derive(Debug)]
pub(crate) enum Job {
    /// Run a cell, or abort it.
    Execute { ticket: Ticket, origin: Arc<Origin>, execution: Execution },
    /// Take no more jobs; those before this one are done with first.
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
    /// Dealt with also while a job is done.
    pub(crate) questions: Receiver<Asked>,
}

/// What the engine thread is given to begin with.
pub(crate) struct Given {
    /// Overrides how displays are sent.
    pub(crate) forced: Option<DisplayMode>,
    /// What scripts may reach.
    pub(crate) gate: Gate,
    /// What scripts may take.
    pub(crate) limits: Limits,
    /// The host's node types.
    pub(crate) natives: Vec<NativeType>,
}

/// Runs jobs until [`Job::Stop`], or until nobody is left who could send one.
///
/// # Errors
///
/// If no event loop can be made, or it can go no further.
pub(crate) fn run(inbox: Inbox, shared: Shared, given: Given) -> Result<(), LoopError> {
    let Given { forced, gate, limits, natives } = given;
    block_on(async move {
        let outbox = Rc::new(QueueOutbox::new(&shared));
        let options =
            SessionOptions { outbox: outbox.clone(), interrupt: shared.interrupt.clone(), gate, limits };
        let session = Rc::new(Session::new(options));
        natives.into_iter().for_each(|native_type| session.add_native(native_type));
        let Inbox { jobs, questions } = inbox;
        let queue = shared.queue.clone();
        let counter = Counter::default();
        let common = Rc::new(Common { session: session.clone(), outbox, shared, counter, forced });
        let shells = Shells::new(common.clone());
        spawn(answer_all(questions, session.clone(), shells.clone(), queue));
        common.run(session, &common.shared.line, jobs).await;
        shells.join().await;
    })
}
