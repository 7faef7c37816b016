//! A node as the graph keeps it: its inputs, how far its calls have come, its data.

use std::rc::Rc;

use super::activity::Activity;
use super::generation::Generation;
use super::graph::{EdgeId, NodeId};
use super::node::{Node, NodeFailure, Outputs};
use super::stream::StreamRun;
use super::value::Value;

/// Where an input's values come from.
#[derive(Debug, Clone)]
pub(crate) enum Source<V> {
    Constant(V),
    Edge(EdgeId),
    /// A name that no node bears yet.
    Missing(Rc<str>),
    /// Not connected: the default is the value.
    Default,
}

/// An output port, by index or by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PortRef {
    /// By index; a node meant as a whole is its port 0.
    Index(usize),
    /// By the name in the node's signature.
    Name(Rc<str>),
}

#[derive(Debug, Clone)]
pub(crate) struct Input<V> {
    pub(crate) source: Source<V>,
    /// The output that is meant, if the source is a node: a name is looked up anew when that node changes.
    pub(crate) port: PortRef,
    pub(crate) default: Option<V>,
}

/// What a node that could not start waits for. It is tried again when just that changes, and goes on
/// looking from there: what was found ready stays ready until the call starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watch {
    /// The data of the input with this index.
    Data(u32),
    /// The reader with this index, to start its call (back-pressure).
    Room(u32),
}

/// Why a node cannot run at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blocked {
    /// No node of this name exists yet.
    Missing(Rc<str>),
    /// This node has failed, or waits itself.
    Upstream(NodeId),
    /// It stands in a cycle without a sufficient default.
    Cycle,
    /// It is held by [`Flow::set_node_status`](super::Flow::set_node_status).
    Stalled,
}

/// Why a node must not begin a call.
pub(crate) enum Halt {
    /// It cannot run.
    Blocked(Blocked),
    /// Its last call failed.
    Failed(NodeFailure),
}

/// A node. What every call touches stands first, so that it shares a few cache lines.
#[repr(C)]
pub(crate) struct Slot<V: Value> {
    /// Calls begun; `started - done` is 1 while one is under way, else 0.
    pub(crate) started: u64,
    /// Calls completed: the newest final value is generation `(done - 1,)`.
    pub(crate) done: u64,
    /// How many calls are demanded in all.
    pub(crate) target: u64,
    /// The flow run for which `target`, `cap` and `drain_to` count.
    pub(crate) flow_run: u64,
    pub(crate) halt: Option<Box<Halt>>,
    pub(crate) watch: Option<Watch>,
    /// Whether it stands in line to be tried.
    pub(crate) queued: bool,
    /// Must run again before its value counts; see [`DirtyList`](super::dirty_list::DirtyList).
    pub(crate) dirty: bool,
    /// Whether a producer waits for it to begin a call.
    pub(crate) awaited: bool,
    pub(crate) streaming: bool,
    /// Whether an input port of it takes a stream.
    pub(crate) reads_streams: bool,
    /// The number of output ports.
    pub(crate) ports: u32,
    /// The number of the evaluation under way; 0 if there is none.
    pub(crate) evaluation: u64,
    pub(crate) inputs: Vec<Input<V>>,
    /// Output edges, in the order they were made.
    pub(crate) readers: Vec<EdgeId>,
    /// Generation `(done - 1,)`; `None` also after a stream without chunks.
    pub(crate) latest: Option<Outputs<V>>,
    /// Generation `(done - 2,)`, for readers that are one behind.
    pub(crate) previous: Option<Outputs<V>>,
    pub(crate) body: Rc<dyn Node<V>>,
    pub(crate) name: Rc<str>,
    pub(crate) activity: Option<Rc<Activity<V>>>,

    /// How many calls this run may begin in all.
    pub(crate) cap: u64,
    /// How many runs of a stream must come to their end even without readers.
    pub(crate) drain_to: u64,
    /// Position in the order of definition.
    pub(crate) order: u64,
    /// The last walk over the graph that came here.
    pub(crate) walk: u64,
    /// The list of dirty nodes in which it stands, dirty or not.
    pub(crate) listed: u64,
    /// Read by a display: its stream runs to the end without readers.
    pub(crate) shown: bool,
    /// Set to [`NodeStatus::Stalled`](super::NodeStatus::Stalled), and not to another status since.
    pub(crate) stalled: bool,
    /// Keeps its value whatever happens before it; and whether something has.
    pub(crate) pinned: bool,
    pub(crate) stale: bool,
    /// The current or last run's stream.
    pub(crate) stream: Option<Rc<StreamRun<V>>>,
    pub(crate) previous_stream: Option<Rc<StreamRun<V>>>,
    pub(crate) folds: Vec<V::Accumulator>,
}

impl<V: Value> Slot<V> {
    /// A node that has not run; its inputs are to come.
    pub(crate) fn new(name: Rc<str>, body: Rc<dyn Node<V>>, order: u64) -> Self {
        let mut slot = Self {
            started: 0,
            done: 0,
            target: 0,
            flow_run: 0,
            halt: None,
            watch: None,
            queued: false,
            dirty: false,
            awaited: false,
            streaming: false,
            reads_streams: false,
            ports: 0,
            evaluation: 0,
            inputs: Vec::new(),
            readers: Vec::new(),
            latest: None,
            previous: None,
            body: body.clone(),
            name,
            activity: None,
            cap: 0,
            drain_to: 0,
            order,
            walk: 0,
            listed: 0,
            shown: false,
            stalled: false,
            pinned: false,
            stale: false,
            stream: None,
            previous_stream: None,
            folds: Vec::new(),
        };
        slot.set_body(body);
        slot
    }

    pub(crate) fn is_running(&self) -> bool {
        self.started > self.done
    }

    pub(crate) fn blocked(&self) -> Option<&Blocked> {
        match self.halt.as_deref() {
            Some(Halt::Blocked(blocked)) => Some(blocked),
            _ => None,
        }
    }

    pub(crate) fn failure(&self) -> Option<&NodeFailure> {
        match self.halt.as_deref() {
            Some(Halt::Failed(failure)) => Some(failure),
            _ => None,
        }
    }

    pub(crate) fn block(&mut self, why: Blocked) {
        self.halt = Some(Box::new(Halt::Blocked(why)));
    }

    /// Gives the node another body, and the old one back.
    pub(crate) fn set_body(&mut self, body: Rc<dyn Node<V>>) -> Rc<dyn Node<V>> {
        let signature = body.signature();
        self.streaming = signature.streaming;
        self.reads_streams = signature.inputs.iter().any(|input| input.stream);
        self.ports = signature.outputs.len() as u32;
        std::mem::replace(&mut self.body, body)
    }

    /// The newest datum's generation.
    pub(crate) fn generation(&self) -> Option<Generation> {
        match &self.stream {
            Some(stream) if self.is_running() && stream.run == self.done && stream.len() > 0 => {
                Some(Generation::chunk(stream.run, stream.len() - 1))
            }
            _ => self.done.checked_sub(1).map(Generation::run),
        }
    }

    /// The stream of run `run`, if it is still here.
    pub(crate) fn stream_of(&self, run: u64) -> Option<&Rc<StreamRun<V>>> {
        [&self.stream, &self.previous_stream].into_iter().flatten().find(|stream| stream.run == run)
    }
}
