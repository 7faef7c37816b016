//! Subshells: each has a task of its own, which runs its cells one after another beside those of the others.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use flowno_scripting::engine::event_loop::mailbox::Receiver;
use flowno_scripting::engine::event_loop::{TaskHandle, spawn};
use flowno_scripting::{DisplayMode, Session, Shell};

use super::cells::Cells;
use super::counter::Counter;
use super::outbox::QueueOutbox;
use super::{AbortLine, Job, Shared};

/// A subshell that a front end has made. It ends when nobody is left who could send jobs.
pub(crate) struct NewShell {
    pub(crate) id: String,
    pub(crate) jobs: Receiver<Job>,
    /// Which of its cells are aborted.
    pub(crate) line: AbortLine,
}

/// The subshells there are, by identity. Clones are handles to the same ones.
#[derive(Clone, Default)]
pub(super) struct Shells(Rc<RefCell<HashMap<String, Rc<Shell>>>>);

/// What the cells of all shells share.
pub(super) struct Common {
    pub(super) session: Rc<Session>,
    pub(super) outbox: Rc<QueueOutbox>,
    pub(super) shared: Shared,
    pub(super) counter: Counter,
    pub(super) forced: Option<DisplayMode>,
}

impl Common {
    /// Runs the cells of one shell until it is told to stop, or nobody is left who could send one.
    pub(super) async fn run<R: super::cells::Runner>(
        &self,
        runner: R,
        line: &AbortLine,
        mut jobs: Receiver<Job>,
    ) {
        let shared = Shared { line: line.clone(), ..self.shared.clone() };
        let mut cells = Cells::new(runner, self.outbox.clone(), &shared, self.counter.clone(), self.forced);
        while let Some(job) = jobs.recv().await {
            match job {
                Job::Execute { ticket, origin, execution } => cells.take(&ticket, &origin, execution).await,
                Job::Stop => break,
            }
        }
    }
}

impl Shells {
    /// Opens subshells as they are made, until nobody is left who could make one; gives their tasks.
    pub(super) async fn open_all(
        self,
        mut made: Receiver<NewShell>,
        common: Rc<Common>,
        tasks: Rc<RefCell<Vec<TaskHandle<()>>>>,
    ) {
        while let Some(new) = made.recv().await {
            let shell = Rc::new(Shell::new(&common.session));
            // Before its task begins: a question about it may come right behind it.
            self.0.borrow_mut().insert(new.id.clone(), shell.clone());
            let task = spawn(self.clone().serve(new, shell, common.clone()));
            let mut tasks = tasks.borrow_mut();
            tasks.retain(|task| !task.is_done());
            tasks.push(task);
        }
    }

    async fn serve(self, new: NewShell, shell: Rc<Shell>, common: Rc<Common>) {
        let NewShell { id, jobs, line } = new;
        common.run(shell, &line, jobs).await;
        let gone = self.0.borrow_mut().remove(&id);
        drop(gone); // its values are let go of while nothing is borrowed
    }

    /// One of them.
    pub(super) fn get(&self, id: &str) -> Option<Rc<Shell>> {
        self.0.borrow().get(id).cloned()
    }
}
