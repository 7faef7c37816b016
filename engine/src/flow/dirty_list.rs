//! Which nodes are dirty.
//!
//! A node that has run stays in the list, since to take it out would be to search it; who goes through the list sweeps it
//! first. As a rule all that was dirty has run by then, so the next change begins the list anew, and there is nothing to
//! sweep.

use super::graph::{Graph, NodeId};
use super::slot::Slot;
use super::value::Value;

/// The list is swept once it is longer than this and twice the graph.
const SWEEP_FLOOR: usize = 64;

/// The dirty nodes of a flow.
///
/// # Invariant
///
/// `Slot::dirty` is set and cleared only here, so that `count` is right.
#[derive(Debug)]
pub(crate) struct DirtyList {
    /// Every dirty node, and some that were.
    nodes: Vec<NodeId>,
    /// How many nodes are dirty.
    count: usize,
    /// How often it was begun; a node stands in it if its slot has this number.
    round: u64,
    /// The place of the last node in the order of definition.
    last: u64,
    /// Whether the nodes stand in that order.
    sorted: bool,
}

impl Default for DirtyList {
    fn default() -> Self {
        Self { nodes: Vec::new(), count: 0, round: 1, last: 0, sorted: true }
    }
}

impl DirtyList {
    /// Notes that a node must run again.
    pub(crate) fn add<V: Value>(&mut self, id: NodeId, slot: &mut Slot<V>) {
        if !std::mem::replace(&mut slot.dirty, true) {
            if self.count == 0 {
                *self = Self { nodes: self.emptied(), round: self.round + 1, ..Self::default() };
            }
            self.count += 1;
        }
        if std::mem::replace(&mut slot.listed, self.round) != self.round {
            self.sorted &= self.last <= slot.order;
            self.last = slot.order;
            self.nodes.push(id);
        }
    }

    /// Notes that a node need not run again; whether it was dirty.
    #[inline]
    pub(crate) fn remove<V: Value>(&mut self, slot: &mut Slot<V>) -> bool {
        let was = std::mem::replace(&mut slot.dirty, false);
        self.count -= usize::from(was);
        was
    }

    /// Notes that a node is gone. Its place in the graph may get another tenant, who comes later in the order.
    pub(crate) fn forget<V: Value>(&mut self, slot: &mut Slot<V>) {
        self.remove(slot);
        self.sorted &= slot.listed != self.round;
    }

    /// The dirty nodes, in the order of definition, once the list was [swept](Self::sweep).
    pub(crate) fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }

    /// Whether it has grown far beyond what can be dirty.
    pub(crate) fn is_overgrown(&self, nodes: usize) -> bool {
        self.nodes.len() > SWEEP_FLOOR + 2 * nodes
    }

    /// Puts the nodes in the order of definition, and takes off those that are not dirty.
    pub(crate) fn sweep<V: Value>(&mut self, graph: &mut Graph<V>) {
        if self.count < self.nodes.len() {
            self.nodes.retain(|id| {
                let Some(slot) = graph.get_mut(*id) else { return false };
                slot.listed = if slot.dirty { self.round } else { 0 };
                slot.dirty
            });
        }
        if !std::mem::replace(&mut self.sorted, true) {
            graph.sort(&mut self.nodes);
        }
        self.nodes.dedup(); // a place in the graph may have had two tenants
        self.last = self.nodes.last().map_or(0, |id| graph.node(*id).order);
    }

    fn emptied(&mut self) -> Vec<NodeId> {
        let mut nodes = std::mem::take(&mut self.nodes);
        nodes.clear();
        nodes
    }
}
