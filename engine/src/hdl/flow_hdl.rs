//! Flowno's `FlowHDL`: a graph, its flow, and the loop that runs it.

use std::cell::{Cell, OnceCell};
use std::collections::HashMap;
use std::ops::Deref;
use std::rc::Rc;

use super::draft::Register;
use super::draft_node::DraftNode;
use super::finalize::{Counts, WiringError, finalize};
use super::name::NameError;
use super::run::{FlowError, RunUntilComplete, StopAt};
use super::view::FlowHDLView;
use crate::event_loop::{EventLoop, LoopError};
use crate::flow::{Flow, Stop, UntilComplete};
use crate::native::Datum;

/// A graph of natively typed nodes, described by names and then run (Flowno's `FlowHDL`).
///
/// [`flow_hdl!`](crate::flow_hdl) makes one whose fields are its nodes, `f.total`. Without the macro:
///
/// ```
/// use flowno_engine::{FlowHDL, node};
///
/// #[node]
/// async fn Add(x: i64, y: i64) -> i64 {
///     x + y
/// }
///
/// let f = FlowHDL::new();
/// f.assign("b", Add(f.node("a"), 3))?; // "a" comes later
/// f.assign("a", Add(1, 2))?;
/// f.run_until_complete(())?;
/// assert_eq!(f.node("b").get::<i64>(0), Some(6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct FlowHDL<N = ()> {
    nodes: N,
    view: FlowHDLView,
    flow: Flow<Datum>,
    register: Rc<Register>,
    counts: Counts,
    /// Whether it ever was.
    finalized: Cell<bool>,
    /// Made by the first run and kept: what a stop left unfinished lives there.
    event_loop: OnceCell<EventLoop>,
}

impl FlowHDL {
    /// An empty graph.
    pub fn new() -> Self {
        Self {
            nodes: (),
            view: FlowHDLView::default(),
            flow: Flow::new(),
            register: Rc::default(),
            counts: Counts::default(),
            finalized: Cell::new(false),
            event_loop: OnceCell::new(),
        }
    }

    /// Finalizes what the macro has described, and shows `nodes` as fields.
    #[doc(hidden)]
    pub fn described<N>(self, nodes: N) -> Result<FlowHDL<N>, WiringError> {
        self.finalize()?;
        let Self { nodes: (), view, flow, register, counts, finalized, event_loop } = self;
        Ok(FlowHDL { nodes, view, flow, register, counts, finalized, event_loop })
    }
}

impl Default for FlowHDL {
    fn default() -> Self {
        Self::new()
    }
}

impl<N> FlowHDL<N> {
    /// The graph without its fields, so that its type can be written.
    pub fn untyped(self) -> FlowHDL {
        let Self { nodes: _, view, flow, register, counts, finalized, event_loop } = self;
        FlowHDL { nodes: (), view, flow, register, counts, finalized, event_loop }
    }

    /// Where its nodes get their names.
    pub fn view(&self) -> &FlowHDLView {
        &self.view
    }

    /// Gives a node a name. A name that was finalized before is given to the new node: what reads it is rewired.
    ///
    /// # Errors
    ///
    /// As [`FlowHDLView::assign`].
    pub fn assign<S>(&self, name: &str, node: DraftNode<S>) -> Result<(), NameError> {
        self.view.assign(name, node)
    }

    /// Takes in a node without a name.
    pub fn add<S>(&self, node: DraftNode<S>) {
        self.view.add(node);
    }

    /// Takes a node out when the graph is finalized next, with those in its arguments that nothing else reads.
    pub fn remove(&self, name: &str) {
        self.view.remove(name);
    }

    /// The node of a name; if there is none yet, whichever gets it later.
    pub fn node(&self, name: &str) -> DraftNode {
        self.view.node(name)
    }

    /// Makes all that was named part of the flow: references are resolved, types of edges checked. Running does it too.
    ///
    /// # Errors
    ///
    /// [`WiringError`]; the flow is as it was, and what was named waits for another try.
    pub fn finalize(&self) -> Result<(), WiringError> {
        finalize(&self.view.0, &self.flow, &self.register, &self.counts)?;
        self.finalized.set(true);
        Ok(())
    }

    /// Whether all that was named is part of the flow (Flowno's `is_finalized`).
    pub fn is_finalized(&self) -> bool {
        self.finalized.get() && self.view.is_empty()
    }

    /// The flow beneath.
    pub fn flow(&self) -> &Flow<Datum> {
        &self.flow
    }

    /// Finalizes the graph and runs it until nothing is left to do, on an event loop of its own.
    ///
    /// A further run goes on where the last one ended: a cycle from the generation at which it was stopped; nodes that
    /// failed are tried again; what is up to date does not run.
    ///
    /// # Errors
    ///
    /// [`FlowError`]: among others that of a node that failed, and [`RunError::TerminateLimitReached`] when a stop
    /// was reached.
    ///
    /// [`RunError::TerminateLimitReached`]: crate::flow::RunError::TerminateLimitReached
    pub fn run_until_complete(&self, options: impl Into<RunUntilComplete>) -> Result<(), FlowError> {
        let options = self.prepare(options.into())?;
        let event_loop = match self.event_loop.get() {
            Some(event_loop) => event_loop,
            None => {
                let made = EventLoop::new().map_err(LoopError::Io)?;
                self.event_loop.get_or_init(|| made)
            }
        };
        Ok(self.flow.run_until_complete(event_loop, options)?)
    }

    /// [`run_until_complete`](Self::run_until_complete) on the event loop that awaits this, whose waits `max_wait` does not
    /// limit. Evaluations that were left under way on another loop, that of `run_until_complete` too, begin anew.
    ///
    /// # Errors
    ///
    /// As there, but for those of the loop.
    pub async fn run(&self, options: impl Into<RunUntilComplete>) -> Result<(), FlowError> {
        let options = self.prepare(options.into())?;
        Ok(self.flow.complete(options.stop_at_node_generation, options.terminate_on_node_error).await?)
    }

    fn prepare(&self, options: RunUntilComplete) -> Result<UntilComplete, FlowError> {
        self.finalize()?;
        let stop = match options.stop_at_node_generation {
            StopAt::Never => Stop::Never,
            StopAt::All(generation) => Stop::All(generation),
            StopAt::Nodes(nodes) => {
                let mut stops = HashMap::new();
                for (node, generation) in nodes {
                    let ours = node.placed(|place| {
                        (place.register.as_ptr() == Rc::as_ptr(&self.register)).then(|| place.id())
                    });
                    let Some(id) = ours.flatten().flatten() else {
                        return Err(FlowError::UnknownStop(format!("{node:?}").into()));
                    };
                    stops.insert(id, generation);
                }
                Stop::Nodes(stops)
            }
        };
        Ok(UntilComplete {
            stop_at_node_generation: stop,
            terminate_on_node_error: options.terminate_on_node_error,
            max_wait: options.max_wait,
        })
    }
}

/// The nodes of a graph made by [`flow_hdl!`](crate::flow_hdl), each a field of its name.
impl<N> Deref for FlowHDL<N> {
    type Target = N;

    fn deref(&self) -> &N {
        &self.nodes
    }
}
