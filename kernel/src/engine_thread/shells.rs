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

/// The subshells there are.
pub(super) struct Shells {
    common: Rc<Common>,
    /// By identity.
    open: RefCell<HashMap<String, Rc<Shell>>>,
    /// One a subshell.
    tasks: RefCell<Vec<TaskHandle<()>>>,
}

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
    pub(super) fn new(common: Rc<Common>) -> Rc<Self> {
        Rc::new(Self { common, open: RefCell::default(), tasks: RefCell::default() })
    }

    /// Opens one and starts its task.
    pub(super) fn open(self: &Rc<Self>, new: NewShell) {
        let shell = Rc::new(Shell::new(&self.common.session));
        self.open.borrow_mut().insert(new.id.clone(), shell.clone());
        let task = spawn(self.clone().serve(new, shell));
        let mut tasks = self.tasks.borrow_mut();
        tasks.retain(|task| !task.is_done());
        tasks.push(task);
    }

    async fn serve(self: Rc<Self>, new: NewShell, shell: Rc<Shell>) {
        let NewShell { id, jobs, line } = new;
        self.common.run(shell, &line, jobs).await;
        let gone = self.open.borrow_mut().remove(&id);
        drop(gone); // its values are let go of while nothing is borrowed
    }

    /// One of them.
    pub(super) fn get(&self, id: &str) -> Option<Rc<Shell>> {
        self.open.borrow().get(id).cloned()
    }

    /// Waits until the cells of all have ended.
    pub(super) async fn join(&self) {
        for task in self.tasks.take() {
            let _ = task.join().await; // one that panicked has nothing more to say
        }
    }
}
