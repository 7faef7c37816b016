//! What a host asks of a session, and gets.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use rhai::Position;

use crate::definitions::Definitions;
use crate::display::{Bar, ShownByNodes};
use crate::engine::hdl::Unchanged;
use crate::event::{MimeBundle, Outbox, RunId};
use crate::gate::Gate;
use crate::interrupt::Interrupt;
use crate::limits::Limits;
use crate::nodes::Site;
use crate::report::{CellError, CellText};
use crate::wiring::Staged;

/// How outputs reach the front end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayMode {
    /// Displays appear at once and are updated in place.
    Live,
    /// Each display is sent once, when it is final.
    Headless,
}

/// What a session needs from its host.
pub struct SessionOptions {
    /// Where events go.
    pub outbox: Rc<dyn Outbox>,
    /// Raised by the host to end the running cell.
    pub interrupt: Interrupt,
    /// What scripts may reach of the machine.
    pub gate: Gate,
    /// How much scripts may take.
    pub limits: Limits,
}

impl SessionOptions {
    /// An open gate and the usual limits.
    pub fn new(outbox: Rc<dyn Outbox>, interrupt: Interrupt) -> Self {
        Self { outbox, interrupt, gate: Gate::open(), limits: Limits::default() }
    }
}

/// One cell to run.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Carried by every event that this run causes.
    pub run: RunId,
    /// The number in `In [n]`, used in error messages.
    pub number: u32,
    /// The source as the user typed it.
    pub code: String,
    /// The front end's identity of the cell (`cellId`), if it sends one.
    pub cell_id: Option<String>,
    /// Identities of cells that the user deleted (`deletedCells`).
    pub deleted_cells: Vec<String>,
    /// How this run's displays are sent.
    pub mode: DisplayMode,
    /// No output at all (`silent`): the cell runs for its effects.
    pub silent: bool,
    /// Expressions to evaluate after a successful run, by the names they are answered under.
    pub user_expressions: BTreeMap<String, String>,
}

/// How a cell ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// `Err` if the cell failed or was interrupted.
    pub result: Result<(), CellError>,
    /// The answer to each of [`Cell::user_expressions`], in order of name; empty after an error.
    pub user_expressions: BTreeMap<String, Result<MimeBundle, CellError>>,
}

/// What is known of the cell that runs.
pub(crate) struct CellRun {
    pub(crate) text: CellText,
    /// Whether nodes that it assigns as they were run again: a cell run again with the same text.
    pub(crate) unchanged: Unchanged,
    /// Assignments and removals since the last commit.
    pub(crate) staged: Vec<(Rc<str>, Staged)>,
    /// Where each name was assigned last.
    pub(crate) places: HashMap<Rc<str>, Site>,
    /// The nodes that it has assigned and committed, in order.
    pub(crate) assigned: Vec<Rc<str>>,
    /// The nodes that it removed.
    pub(crate) removed: Vec<Rc<str>>,
    /// The nodes of deleted cells, to be removed with its first commit or at its end.
    pub(crate) of_deleted: Vec<Rc<str>>,
    /// Node types and templates that it defined anew and whose nodes have not been made anew yet.
    pub(crate) changed_types: Vec<String>,
    /// Whether it ran the flow itself.
    pub(crate) ran: bool,
    /// Where its script was when that was dropped.
    pub(crate) dropped_at: Position,
    /// How its displays are sent.
    pub(crate) mode: DisplayMode,
    /// What nodes have displayed, if that waits until the nodes' own displays have been sent.
    pub(crate) shown_by_nodes: ShownByNodes,
    /// The bars of its own calls of `progress`.
    pub(crate) bars: Vec<Bar>,
    /// The nodes that it shows, in order: those that it defines, unless it shows them in a table or not at all, and those
    /// that it is told to show.
    pub(crate) shows: Vec<Rc<str>>,
    /// How many of them have a live display, and how many nodes its table has, if it has one.
    pub(crate) displayed: usize,
    pub(crate) tabled: Option<usize>,
    /// By what it is known to displays.
    pub(crate) key: Rc<str>,
    /// The identity of its table.
    pub(crate) table_id: String,
    /// What it goes back to if it fails before its next commit.
    pub(crate) kept: Definitions,
    /// How often definitions had changed then, this cell's own changes included.
    pub(crate) kept_at: u64,
}

impl CellRun {
    /// Notes a node to be shown, once.
    pub(crate) fn add_show(&mut self, name: &Rc<str>) {
        if !self.shows.contains(name) {
            self.shows.push(name.clone());
        }
    }
}
