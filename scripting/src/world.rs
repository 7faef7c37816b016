//! Everything of a session that scripts, nodes and the cell runner share.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};

use flowno_engine::flow::Flow;
use flowno_engine::hdl::LiveHdl;
use rhai::{Engine, Scope};

use crate::assist::Variable;
use crate::concurrency::{Captured, TaskGroup};
use crate::console::Console;
use crate::datum::Datum;
use crate::definitions::Definitions;
use crate::display::{Displays, Progress, Watch};
use crate::gate::Gate;
use crate::language;
use crate::memory::Account;
use crate::nodes::NodeState;
use crate::report::Sources;
use crate::session::{CellRun, SessionOptions};
use crate::wiring::WiredNodes;

/// What `flow.name = value` sets on the flow itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// `flow.auto`: whether a cell runs what it made dirty.
    pub(crate) auto: bool,
    /// `flow.generations`: how far a cell's run may advance a cycle; `None` until interrupted.
    pub(crate) generations: Option<u64>,
}

/// How far a cell's run advances a cycle unless told otherwise.
const DEFAULT_GENERATIONS: u64 = 100;

impl Default for Settings {
    fn default() -> Self {
        Self { auto: true, generations: Some(DEFAULT_GENERATIONS) }
    }
}

/// The shared state of a session.
pub(crate) struct World {
    /// Itself, for what outlives a call.
    pub(crate) weak: Weak<World>,
    pub(crate) engine: Engine,
    /// What scripts may take of the memory.
    pub(crate) memory: Account,
    pub(crate) flow: Flow<Datum>,
    pub(crate) hdl: RefCell<LiveHdl<Datum>>,
    pub(crate) definitions: RefCell<Definitions>,
    pub(crate) sources: Sources,
    pub(crate) settings: Cell<Settings>,
    /// The states of stateful nodes, by node.
    pub(crate) states: RefCell<HashMap<Rc<str>, NodeState>>,
    /// The variables of cells; taken out while a cell's script runs.
    pub(crate) scope: RefCell<Scope<'static>>,
    /// What is known of those while a cell's script has them.
    pub(crate) lent_variables: RefCell<Option<Vec<Variable>>>,
    /// What each name was given.
    pub(crate) wired: RefCell<WiredNodes>,
    /// What scripts may reach of the machine.
    pub(crate) gate: Gate,
    /// The tasks of the cell that runs.
    pub(crate) tasks: TaskGroup,
    /// Which variables closures have captured.
    pub(crate) captured: Captured,
    pub(crate) console: Console,
    pub(crate) displays: RefCell<Displays>,
    pub(crate) watch: Rc<Watch>,
    /// How far the nodes say that they have come.
    pub(crate) progress: RefCell<HashMap<Rc<str>, Progress>>,
    /// The cell that runs.
    pub(crate) cell: RefCell<Option<CellRun>>,
    /// Which cell, by the front end's identity, defined a node last.
    pub(crate) owners: RefCell<HashMap<Rc<str>, Option<String>>>,
    /// The texts that cells were last run with, by the front end's identity.
    pub(crate) texts: RefCell<HashMap<String, String>>,
    /// Hashes of all texts run by front ends that give cells no identity.
    pub(crate) nameless_texts: RefCell<HashSet<u64>>,
    /// The `deletedCells` of the last request.
    pub(crate) deleted: RefCell<HashSet<String>>,
}

impl World {
    pub(crate) fn new(options: &SessionOptions) -> Rc<Self> {
        let memory = Account::new(options.limits.memory);
        let flow = Flow::new();
        let watch = Rc::new(Watch::default());
        flow.set_instrument(Some(watch.clone()));
        Rc::new_cyclic(|weak| Self {
            weak: weak.clone(),
            engine: language::engine(weak, &options.interrupt, &memory, &options.limits),
            memory,
            hdl: RefCell::new(LiveHdl::new(flow.clone())),
            flow,
            definitions: RefCell::default(),
            sources: Sources::default(),
            settings: Cell::default(),
            states: RefCell::default(),
            scope: RefCell::default(),
            wired: RefCell::default(),
            lent_variables: RefCell::default(),
            gate: options.gate,
            tasks: TaskGroup::default(),
            captured: Captured::default(),
            console: Console::new(options.outbox.clone()),
            displays: RefCell::default(),
            watch,
            progress: RefCell::default(),
            cell: RefCell::default(),
            owners: RefCell::default(),
            texts: RefCell::default(),
            nameless_texts: RefCell::default(),
            deleted: RefCell::default(),
        })
    }

    /// Works on the cell that runs; nothing happens if none does.
    pub(crate) fn with_cell<R>(&self, work: impl FnOnce(&mut CellRun) -> R) -> Option<R> {
        self.cell.borrow_mut().as_mut().map(work)
    }
}
