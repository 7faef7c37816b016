//! Pinned nodes: they keep their value whatever happens before them.
//!
//! A change that would make a pinned node dirty stops there: the node is only noted as stale, and its readers go on with
//! the value that it has. A node is held like this only as long as it has a value that fits its outputs.

use super::graph::NodeId;
use super::slot::Slot;
use super::value::Value;
use super::{Core, Flow};

impl<V: Value> Flow<V> {
    /// Holds a node at the value that it has, or lets it go again; one that is stale is then dirty. A node without a
    /// value is held from its first value on.
    pub fn pin(&self, node: NodeId, pinned: bool) {
        self.0.with(|core| core.pin(node, pinned));
        self.0.busy.wake_driver();
    }

    /// Whether a node is pinned.
    pub fn is_pinned(&self, node: NodeId) -> bool {
        self.0.core.borrow().graph.get(node).is_some_and(|slot| slot.pinned)
    }

    /// Whether a pinned node would have another value by now, or might have.
    pub fn is_stale(&self, node: NodeId) -> bool {
        self.0.core.borrow().graph.get(node).is_some_and(|slot| slot.stale)
    }
}

impl<V: Value> Core<V> {
    fn pin(&mut self, id: NodeId, pinned: bool) {
        let Some(slot) = self.graph.get_mut(id) else { return };
        slot.pinned = pinned;
        if pinned && slot.is_running() && slot.done > 0 {
            self.drop_evaluation(id);
        }
        let slot = self.graph.node_mut(id);
        if pinned && slot.is_held_by_pin() {
            slot.stale |= self.dirty.remove(slot);
            slot.target = slot.done;
        }
        // Anew: while it was held, cycles through it were not looked at.
        if !pinned && std::mem::take(&mut slot.stale) {
            self.run_anew(&[id]);
        }
        self.tell_invalidated(id);
    }

    /// Notes that a change has come to a node; whether it stops there.
    pub(crate) fn stops_at(&mut self, id: NodeId) -> bool {
        let slot = self.graph.node_mut(id);
        if !slot.is_held_by_pin() {
            return false;
        }
        let first = !std::mem::replace(&mut slot.stale, true);
        if first {
            self.tell_invalidated(id);
        }
        true
    }
}

impl<V: Value> Slot<V> {
    /// Whether it is pinned, and has what its readers need.
    pub(crate) fn is_held_by_pin(&self) -> bool {
        self.pinned
            && self.halt.is_none()
            && self.latest.as_ref().is_some_and(|outputs| outputs.len() == self.ports as usize)
            && self.stream.as_ref().is_none_or(|stream| stream.is_whole())
    }
}
