//! Everything of a session that scripts, nodes and the cell runner share.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use flowno_engine::flow::{Flow, NodeId};
use flowno_engine::hdl::LiveHdl;
use rhai::{Engine, Scope};

use crate::assist::Variable;
use crate::background::Background;
use crate::body::Constants;
use crate::concurrency::{Captured, TaskGroup};
use crate::console::Console;
use crate::datum::Datum;
use crate::definitions::Definitions;
use crate::display::{Displays, Progress, Watch, named_nodes};
use crate::event::RunId;
use crate::gate::Gate;
use crate::graph::Drawn;
use crate::interrupt::Interrupt;
use crate::language;
use crate::memory::Account;
use crate::nodes::NodeState;
use crate::report::Sources;
use crate::session::{CellRun, SessionOptions, Shells};
use crate::wiring::WiredNodes;

/// How a cell shows its nodes: `flow.show`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShowNodes {
    /// A display each.
    Each,
    /// One table a cell.
    Table,
    /// Not at all.
    None,
}

/// Who defined a node last.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    /// The cell, by the front end's identity, if it has one.
    pub(crate) cell_id: Option<String>,
    /// The cell's number when it did.
    pub(crate) number: u32,
    /// The request.
    pub(crate) run: RunId,
}

/// What `flow.name = value` sets on the flow itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// `flow.auto`: whether a cell runs what it made dirty.
    pub(crate) auto: bool,
    /// `flow.generations`: how far a cell's run may advance a cycle; `None` until interrupted.
    pub(crate) generations: Option<u64>,
    /// `flow.show`: how cells show their nodes.
    pub(crate) show: ShowNodes,
    /// `flow.clock = "virtual"`: whether sleeping costs no time.
    pub(crate) virtual_clock: bool,
}

/// How far a cell's run advances a cycle unless told otherwise.
const DEFAULT_GENERATIONS: u64 = 100;

impl Default for Settings {
    fn default() -> Self {
        Self {
            auto: true,
            generations: Some(DEFAULT_GENERATIONS),
            show: ShowNodes::Each,
            virtual_clock: false,
        }
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
    /// What functions see of them as `global::NAME`.
    pub(crate) constants: RefCell<Constants>,
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
    /// Who types. `scope`, `constants`, `lent_variables`, `tasks` and `cell` are those of the shell whose turn it is, and so
    /// is what `captured` knows of assignments.
    pub(crate) shells: Shells,
    /// How often definitions have changed in more than their places.
    pub(crate) defined: Cell<u64>,
    /// Which cell defined a node last.
    pub(crate) owners: RefCell<HashMap<Rc<str>, Owner>>,
    pub(crate) background: Background,
    pub(crate) drawn: Drawn,
    /// When the session began.
    pub(crate) began: Instant,
    /// When a front end asked for something last, as displays count time.
    pub(crate) last_request: Cell<Duration>,
    interrupt: Interrupt,
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
            constants: RefCell::default(),
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
            shells: Shells::default(),
            defined: Cell::default(),
            owners: RefCell::default(),
            background: Background::default(),
            drawn: Drawn::default(),
            began: Instant::now(),
            last_request: Cell::default(),
            interrupt: options.interrupt.clone(),
            texts: RefCell::default(),
            nameless_texts: RefCell::default(),
            deleted: RefCell::default(),
        })
    }

    /// Lowers the flag of an interrupt that came while no cell ran: scripts in the background would look at it at every
    /// step. What waits to be run is aborted by other means.
    pub(crate) fn lower_stray_interrupt(&self) {
        self.interrupt.lower_if_idle();
    }

    /// The nodes that cells name, in order of definition: none that stand in arguments or in a template's body.
    pub(crate) fn named_nodes(&self) -> Vec<(NodeId, Rc<str>)> {
        named_nodes(&self.flow)
    }

    /// Works on the cell that runs; nothing happens if none does.
    pub(crate) fn with_cell<R>(&self, work: impl FnOnce(&mut CellRun) -> R) -> Option<R> {
        self.cell.borrow_mut().as_mut().map(work)
    }
}
