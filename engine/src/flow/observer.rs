//! Instrumentation: who watches a flow.

use super::generation::Generation;
use super::graph::NodeId;
use super::node::NodeFailure;

/// Told of what happens in a flow. Called while the flow is at work: note it, and act later.
pub trait Observer {
    /// A node's evaluation began.
    fn started(&self, _node: NodeId, _run: u64) {}

    /// A datum was stored: a chunk or a final value.
    fn stored(&self, _node: NodeId, _generation: Generation) {}

    /// A node's value does not count any more: it, or what it depends on, was changed, has failed or waits.
    fn invalidated(&self, _node: NodeId) {}

    /// A node failed.
    fn failed(&self, _node: NodeId, _failure: &NodeFailure) {}
}
