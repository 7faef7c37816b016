//! The dataflow: nodes, edges, and the rules by which they run.
//!
//! One scheduler verb a file. A change to the graph goes `edit` → `cycle` → `dirty`; a run goes `demand` →
//! `start` → the body → `finish`, made by `driver`, with `stream` beside it.

mod activity;
mod batch;
mod busy;
mod cause;
mod complete;
mod cycle;
mod defaults;
mod define;
mod demand;
mod dirty;
mod dirty_list;
mod driver;
mod edit;
mod error;
mod finish;
mod generation;
mod graph;
mod inspect;
mod node;
mod pin;
mod port_type;
mod query;
mod reset;
mod run;
mod slot;
mod start;
mod status;
mod stop;
mod stream;
mod told;
mod unbreakable;
mod value;
mod wiring;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use self::activity::Activity;
use self::busy::Busy;
use self::dirty_list::DirtyList;
use self::graph::Graph;
use self::run::Run;
use self::unbreakable::Unbreakable;
use crate::event_loop::Home;
use crate::instrument::{Detail, FlowId, FlowInstrument};

pub use self::complete::{CompleteError, UntilComplete};
pub use self::define::NodeDef;
pub use self::edit::{Change, InputDef, InputSource, OnMissingDefault};
pub use self::error::{
    ControlError, CycleNode, CycleParameter, EditError, InputEnd, MissingDefaultError, OutputEnd, RunError,
    TerminateLimitReached, TypeMismatch,
};
pub use self::generation::Generation;
pub use self::graph::NodeId;
pub use self::inspect::{NodeTask, NodeWait, NodeWaits};
/// Under Flowno's name.
pub use self::node::NodeFailure as NodeExecutionError;
pub use self::node::{
    Arg, Call, Evaluation, Final, InputPort, LocalFuture, NoValue, Node, NodeError, NodeFailure, NodePanic,
    OutputPort, Outputs, Signature, StreamCancelled, WrongOutputs,
};
pub use self::port_type::PortType;
pub use self::query::{InputSide, Status};
pub use self::run::{RunEnd, RunOptions, Scope};
pub use self::slot::{Blocked, PortRef};
pub use self::status::{NodeStatus, SetToError};
pub use self::stop::Stop;
pub use self::stream::{Emitter, STREAM_REPLAY, STREAM_REPLAY_BYTES, StreamReader};
pub use self::value::{Accumulator, Sum, Value};

/// Everything of a flow that changes.
pub(crate) struct Core<V: Value> {
    graph: Graph<V>,
    /// Nodes to be tried, first in, first out.
    ready: VecDeque<NodeId>,
    /// Demands that are being spread; empty in between.
    worklist: Vec<(NodeId, u64)>,
    /// Nodes that a walk over the graph has yet to visit; empty in between.
    walkers: Vec<NodeId>,
    dirty: DirtyList,
    /// Cycles that nothing can start.
    unbreakable: Unbreakable,
    run: Option<Run>,
    /// The number of the run under way; 0 if there is none.
    run_number: u64,
    /// How many walks over the graph have begun.
    walks: u64,
    /// How many runs have begun.
    runs: u64,
    /// How many evaluations have begun.
    evaluations: u64,
    /// Where it was run last.
    home: Home,
    /// Whose calls have ended with their loops: the next run makes them, also of nodes that are clean.
    lost: Vec<NodeId>,
    busy: Rc<Busy<V>>,
    /// Nodes that have stored a datum at a limit: those that read them are told in the next run.
    limited: Vec<NodeId>,
    /// Evaluations to be cancelled once nothing is borrowed.
    graveyard: Vec<Rc<Activity<V>>>,
    /// Whether instruments are to be told; see `told.rs`.
    told: bool,
    /// Whether one of them is told all.
    told_all: bool,
    number: FlowId,
    instrument: Option<Rc<dyn FlowInstrument>>,
    /// What it asks for.
    instrument_detail: Option<Detail>,
}

pub(crate) struct Shared<V: Value> {
    core: RefCell<Core<V>>,
    busy: Rc<Busy<V>>,
}

impl<V: Value> Shared<V> {
    /// Works on the core, then cancels and drops what the work condemned: that runs destructors of bodies, which
    /// may ask the flow again.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Core<V>) -> R) -> R {
        let mut core = self.core.borrow_mut();
        core.look_for_instruments();
        let result = work(&mut core);
        if core.graveyard.is_empty() && core.graph.remains.is_empty() {
            return result;
        }
        let (condemned, remains) =
            (std::mem::take(&mut core.graveyard), std::mem::take(&mut core.graph.remains));
        drop(core);
        for activity in condemned {
            activity.cancel();
        }
        drop(remains);
        result
    }
}

impl<V: Value> Drop for Shared<V> {
    /// Ends the evaluations under way: their tasks belong to the event loop, which may live on.
    fn drop(&mut self) {
        for activity in self.core.get_mut().graph.take_activities() {
            activity.cancel();
        }
    }
}

/// A dataflow graph and its values. A clone is the same flow.
pub struct Flow<V: Value>(Rc<Shared<V>>);

impl<V: Value> Clone for Flow<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<V: Value> Default for Flow<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: Value> Flow<V> {
    /// An empty flow.
    pub fn new() -> Self {
        let busy = Rc::new(Busy::default());
        let core = Core {
            graph: Graph::default(),
            ready: VecDeque::new(),
            worklist: Vec::new(),
            walkers: Vec::new(),
            dirty: DirtyList::default(),
            unbreakable: Unbreakable::default(),
            run: None,
            run_number: 0,
            walks: 0,
            runs: 0,
            evaluations: 0,
            home: Home::default(),
            lost: Vec::new(),
            busy: busy.clone(),
            limited: Vec::new(),
            graveyard: Vec::new(),
            told: false,
            told_all: false,
            number: told::next_flow(),
            instrument: None,
            instrument_detail: None,
        };
        Self(Rc::new(Shared { core: RefCell::new(core), busy }))
    }

    /// Applies a batch of changes, all or none. The order of definition is that of the batch.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the flow is then as it was.
    pub fn edit(&self, changes: Vec<Change<V>>, policy: OnMissingDefault) -> Result<(), EditError> {
        let mut changes = changes.into_iter(); // what is left of it when it is refused is dropped here
        let count = changes.len();
        let edited = self.0.with(|core| core.edit(&mut changes, policy));
        match &edited {
            Ok(()) => tracing::debug!("changed, in {count} step(s)"),
            Err(error) => tracing::debug!("a change was refused: {error}"),
        }
        self.0.busy.wake_driver(); // a flow that runs goes on with what is dirty now
        edited
    }

    /// Makes nodes dirty though their wiring is the same: what their bodies read has changed. Costs only what
    /// depends on them, which is dirty too. A node that was removed is passed over.
    pub fn touch(&self, nodes: &[NodeId]) {
        self.0.with(|core| core.touch(nodes));
        self.0.busy.wake_driver();
    }

    /// What instruments call this flow.
    pub fn number(&self) -> FlowId {
        self.0.core.borrow().number
    }

    /// Sets an instrument that is told of this flow alone, in place of the one that was. Those
    /// [installed](crate::instrument) are told too.
    pub fn set_instrument(&self, instrument: Option<Rc<dyn FlowInstrument>>) {
        let detail = instrument.as_ref().map(|instrument| instrument.detail());
        let old = self.0.with(|core| {
            core.instrument_detail = detail;
            std::mem::replace(&mut core.instrument, instrument)
        });
        drop(old); // with nothing borrowed
    }
}
