//! Shells: front ends that type into one session side by side (Jupyter's subshells).
//!
//! The flow, node types, functions and modules are the session's. A shell has of its own what belongs to typing: its
//! variables and constants, the cell that runs in it, that cell's tasks and where its output goes. All code finds these in the
//! [`World`], as if there were one shell only. They are exchanged whenever another shell's turn comes: while its cell, or a
//! task of that, is polled. Scripts switch only there, so none ever sees another's.
//!
//! The flow is run by one cell at a time. What another shell's cell wires meanwhile that run takes up.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use rhai::Scope;

use super::Session;
use super::cell::{Cell as CellToRun, CellRun, Outcome};
use crate::assist::{Completion, Variable};
use crate::body::Constants;
use crate::concurrency::TaskGroup;
use crate::engine::flow::{NodeId, RunEnd, RunError, RunOptions, Status};
use crate::event::{MimeBundle, RunId};
use crate::world::World;

/// Which shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct ShellId(u64);

/// The shell that a session begins with.
const MAIN: ShellId = ShellId(0);

/// What a shell has of its own.
#[derive(Default)]
struct Own {
    cell: Option<CellRun>,
    scope: Scope<'static>,
    constants: Constants,
    /// Which of its variables its cells assign to.
    assigned: HashSet<String>,
    lent_variables: Option<Vec<Variable>>,
    run: Option<RunId>,
    tasks: TaskGroup,
}

/// The shells of a session, and whose turn it is.
#[derive(Default)]
pub(crate) struct Shells {
    current: Cell<ShellId>,
    /// What the others have of their own.
    aside: RefCell<HashMap<ShellId, Own>>,
    /// Whose cell runs the flow.
    driving: Cell<Option<ShellId>>,
    count: Cell<u64>,
}

/// A further shell of a session: cells of it run beside those of the others, on variables of its own.
///
/// Dropping it drops its variables; what its cells have wired and defined stays.
pub struct Shell {
    session: Rc<Session>,
    id: ShellId,
}

impl Shell {
    /// A shell without variables.
    pub fn new(session: &Rc<Session>) -> Self {
        let shells = &session.world.shells;
        shells.count.set(shells.count.get() + 1);
        Self { session: session.clone(), id: ShellId(shells.count.get()) }
    }

    /// Runs one cell to its end, as [`Session::execute`] does.
    pub fn execute(&self, cell: CellToRun) -> impl Future<Output = Outcome> + 'static {
        let session = self.session.clone();
        let work = async move { session.run(cell).await };
        self.session.world.in_shell(self.id, Box::pin(work))
    }

    /// As [`Session::complete`], with this shell's variables.
    pub fn complete(&self, code: &str, cursor: usize) -> Completion {
        let _here = self.session.world.enter(self.id);
        self.session.complete(code, cursor)
    }

    /// As [`Session::inspect`], with this shell's variables.
    pub fn inspect(&self, code: &str, cursor: usize, detail: bool) -> Option<MimeBundle> {
        let _here = self.session.world.enter(self.id);
        self.session.inspect(code, cursor, detail)
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let own = self.session.world.shells.aside.borrow_mut().remove(&self.id);
        drop(own); // nothing is borrowed while values are let go of
    }
}

/// Polls a future, and drops it, in its shell.
pub(crate) struct InShell<F> {
    world: Weak<World>,
    shell: ShellId,
    inner: Option<F>,
}

impl<F: Future + Unpin> Future for InShell<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let world = self.world.upgrade();
        let _here = world.as_ref().map(|world| world.enter(self.shell));
        let inner = self.inner.as_mut().expect("it is there until it is dropped");
        Pin::new(inner).poll(cx)
    }
}

impl<F: Unpin> Unpin for InShell<F> {}

impl<F> Drop for InShell<F> {
    fn drop(&mut self) {
        let world = self.world.upgrade();
        let _here = world.as_ref().map(|world| world.enter(self.shell));
        self.inner = None;
    }
}

/// While it lives it is a shell's turn; then the other's again.
pub(crate) struct Entered<'a> {
    world: &'a World,
    before: ShellId,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.world.switch(self.before);
    }
}

/// While it lives, the flow is run by a cell of this shell.
struct Driving<'a> {
    world: &'a World,
    before: Option<ShellId>,
}

impl<'a> Driving<'a> {
    fn begin(world: &'a World) -> Self {
        let shells = &world.shells;
        Self { world, before: shells.driving.replace(Some(shells.current.get())) }
    }
}

impl Drop for Driving<'_> {
    fn drop(&mut self) {
        self.world.shells.driving.set(self.before);
        self.world.background.wake_all();
    }
}

impl World {
    /// Makes it a shell's turn.
    pub(crate) fn enter(&self, shell: ShellId) -> Entered<'_> {
        Entered { world: self, before: self.switch(shell) }
    }

    /// A future that belongs to the shell whose turn it is.
    pub(crate) fn in_this_shell<F>(&self, inner: F) -> InShell<F> {
        self.in_shell(self.shells.current.get(), inner)
    }

    pub(super) fn in_main_shell<F>(&self, inner: F) -> InShell<F> {
        self.in_shell(MAIN, inner)
    }

    fn in_shell<F>(&self, shell: ShellId, inner: F) -> InShell<F> {
        InShell { world: self.weak.clone(), shell, inner: Some(inner) }
    }

    /// Makes it the turn of the shell whose cell runs the flow: what nodes print is its output.
    pub(crate) fn enter_driving_shell(&self) -> Entered<'_> {
        self.enter(self.shells.driving.get().unwrap_or_else(|| self.shells.current.get()))
    }

    /// Exchanges what the shells have of their own; gives the one whose turn it was.
    fn switch(&self, to: ShellId) -> ShellId {
        let from = self.shells.current.replace(to);
        if from == to {
            return from;
        }
        let incoming = self.shells.aside.borrow_mut().remove(&to).unwrap_or_default();
        self.tasks.exchange(&incoming.tasks);
        let outgoing = Own {
            cell: self.cell.replace(incoming.cell),
            scope: self.scope.replace(incoming.scope),
            constants: self.constants.replace(incoming.constants),
            assigned: self.captured.exchange_assigned(incoming.assigned),
            lent_variables: self.lent_variables.replace(incoming.lent_variables),
            run: self.console.set_run(incoming.run),
            tasks: incoming.tasks,
        };
        self.shells.aside.borrow_mut().insert(from, outgoing);
        from
    }

    /// Whether a cell of another shell runs.
    pub(crate) fn other_cells_run(&self) -> bool {
        self.shells.aside.borrow().values().any(|own| own.cell.is_some())
    }

    /// Whether somebody else runs the flow: the background, or another shell's cell.
    pub(crate) fn is_driven_elsewhere(&self) -> bool {
        let of_other = |shell| shell != self.shells.current.get();
        self.background.is_on() || self.shells.driving.get().is_some_and(of_other)
    }

    /// Runs the flow, as soon as no other shell's cell does.
    ///
    /// # Errors
    ///
    /// Those of the run.
    pub(crate) async fn run_flow(&self, options: RunOptions) -> Result<RunEnd, RunError> {
        self.wait_elsewhere(|| false).await;
        let _driving = Driving::begin(self);
        self.flow.run(options).await
    }

    /// Wants nodes of whoever else runs the flow, and waits until they have settled or nobody else does any more.
    pub(super) async fn settle_elsewhere(&self, nodes: &[NodeId]) {
        self.flow.want(nodes);
        let is_settled =
            |node: &NodeId| !matches!(self.flow.status(*node), Some(Status::Dirty | Status::Running));
        self.wait_elsewhere(|| nodes.iter().all(is_settled)).await;
    }
}
