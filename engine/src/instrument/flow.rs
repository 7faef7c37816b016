//! The hooks of flows.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use crate::flow::{Generation, NodeFailure, NodeId, NodeStatus};

/// Which flow: they are numbered from 0 on each thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FlowId(pub(crate) u64);

/// `Flow#0`.
impl fmt::Display for FlowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flow#{}", self.0)
    }
}

/// The node that an event is about. Shown, it is its name.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct NodeView<'a> {
    /// Its flow.
    pub flow: FlowId,
    /// Its id in the flow.
    pub id: NodeId,
    /// Its name.
    pub name: &'a Rc<str>,
    /// The number of its evaluation under way, which no other of the flow has; 0 if there is none.
    pub evaluation: u64,
}

impl fmt::Display for NodeView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The stream that an event is about. Shown, it is `producer.port -> reader.input`.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct StreamView<'a> {
    /// Who makes it.
    pub producer: NodeView<'a>,
    /// Which output of the producer.
    pub port: usize,
    /// Who reads it.
    pub reader: NodeView<'a>,
    /// Which input of the reader.
    pub input: usize,
}

impl fmt::Display for StreamView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} -> {}.{}", self.producer, self.port, self.reader, self.input)
    }
}

/// Of a hook that Flowno has as a `with` block: whether the block begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It begins.
    Begin,
    /// It ends, however.
    End,
}

/// How much an instrument is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// That nodes are there, that their bodies go on and pause, what they give, and how they fail. The scheduler's own steps
    /// cost several times as much to tell.
    Evaluations,
    /// All.
    All,
}

/// A stream whose producer has failed, or was changed, while it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the producer has failed or was changed")]
pub struct StreamDropped;

/// Told of what happens in flows (Flowno's `FlowInstrument`). See the [rules](super#rules).
///
/// A run level is 0 for final values and 1 for chunks.
pub trait FlowInstrument {
    /// How much it is told. A flow that it is set for asks once.
    fn detail(&self) -> Detail {
        Detail::All
    }

    /// A run begins.
    fn on_flow_start(&self, _flow: FlowId) {}

    /// A run has ended, or was dropped.
    fn on_flow_end(&self, _flow: FlowId) {}

    /// A node is new in its flow.
    fn on_node_registered(&self, _node: NodeView<'_>) {}

    /// A run has come to a node: an evaluation of it is wanted. In [all detail](Detail) only.
    fn on_node_visited(&self, _node: NodeView<'_>) {}

    /// A node was put in line to be tried. In [all detail](Detail) only.
    fn on_resolution_queue_put(&self, _node: NodeView<'_>) {}

    /// A node has left the line: it is evaluated if it is ready. In [all detail](Detail) only.
    fn on_resolution_queue_get(&self, _node: NodeView<'_>) {}

    /// Cycles among what was changed were broken: `solution_nodes` start them, by their defaults. Flowno solves
    /// while it runs, and anew each time; here it is once, when the graph is changed. `head_node` is the first, by
    /// definition, of what was changed.
    fn on_solving_nodes(&self, _flow: FlowId, _head_node: NodeView<'_>, _solution_nodes: &[NodeView<'_>]) {}

    /// A node's body goes on, or begins. (Flowno never calls it.)
    fn on_node_resumed(&self, _node: NodeView<'_>, _run_level: u32) {}

    /// A node cannot begin its next call, or go on, before data come to an input, given by index. In
    /// [all detail](Detail) only.
    fn on_node_stalled(&self, _node: NodeView<'_>, _stalled_input: usize) {}

    /// A datum was stored: a chunk or a final value, as the generation tells. The data are an
    /// [`Outputs`](crate::flow::Outputs) of the flow's type of values; `None` for a stream that ended without a chunk.
    fn on_node_emitted_data(&self, _node: NodeView<'_>, _data: Option<&dyn Any>, _generation: Generation) {}

    /// A node has reached the generation at which the run was to stop.
    fn on_node_generation_limit(&self, _node: NodeView<'_>, _limit: Generation) {}

    /// A node failed.
    fn on_node_error(&self, _node: NodeView<'_>, _error: &NodeFailure) {}

    /// A node's body suspends, or has ended: each [`on_node_resumed`](Self::on_node_resumed) is followed by one. (Flowno
    /// never calls it.)
    fn on_node_pause(&self, _node: NodeView<'_>, _run_level: u32) {}

    /// A node's status has changed. In [all detail](Detail) only. That a running node waits for a stream is told by
    /// [`on_node_stalled`](Self::on_node_stalled) alone.
    fn on_node_status_change(&self, _node: NodeView<'_>, _old_status: NodeStatus, _new_status: NodeStatus) {}

    /// A node is given a stream to read. In [all detail](Detail) only.
    fn on_stream_start(&self, _stream: StreamView<'_>) {}

    /// A node has read a chunk, in [all detail](Detail) only: the value of the port that it reads, of the flow's type of values.
    fn on_stream_next(&self, _stream: StreamView<'_>, _data: &dyn Any) {}

    /// A node has come to the end of a stream. In [all detail](Detail) only.
    fn on_stream_end(&self, _stream: StreamView<'_>) {}

    /// A stream broke off while a node read it, whose evaluation ends with it.
    fn on_stream_error(&self, _stream: StreamView<'_>, _error: &StreamDropped) {}

    /// In [all detail](Detail) only: a node waits before it makes more, because a reader has not taken what there is: at run level 0 it does
    /// not begin its call, at level 1 it does not go on from its `yield`.
    fn on_barrier_node_write(&self, _node: NodeView<'_>, _run_level: u32, _at: Moment) {}

    /// A node takes its arguments, and lets those go on who waited for that. In [all detail](Detail) only.
    fn on_barrier_node_read(&self, _node: NodeView<'_>, _run_level: u32, _at: Moment) {}

    /// A node is evaluated, in [all detail](Detail) only: at run level 0 the whole call, at level 1 inside it the making of
    /// one chunk. `run` is the number of the call.
    fn node_lifecycle(&self, _node: NodeView<'_>, _run: u64, _run_level: u32, _at: Moment) {}

    /// A call takes the defaults of these inputs, by index, to start a cycle. In [all detail](Detail) only.
    fn on_defaulted_inputs_set(&self, _node: NodeView<'_>, _defaulted_inputs: &[usize]) {}

    /// A node's value does not count any more: it, or what it depends on, was changed, has failed or waits. (Flowno
    /// has no such hook: its graphs do not change.)
    fn on_node_invalidated(&self, _node: NodeView<'_>) {}
}
