//! Forgetting what nodes have computed.

use super::graph::NodeId;
use super::value::Value;
use super::{Core, Flow};

impl<V: Value> Flow<V> {
    /// Makes nodes as they were before their first run: values, streams, generations, failures and pins are forgotten,
    /// and they are dirty with all that depends on them. A cycle of such nodes starts from its defaults again. Those that
    /// were removed are passed over.
    pub fn reset(&self, nodes: &[NodeId]) {
        self.0.with(|core| core.reset(nodes));
        self.0.busy.wake_driver();
    }
}

impl<V: Value> Core<V> {
    fn reset(&mut self, nodes: &[NodeId]) {
        let living: Vec<NodeId> = nodes.iter().copied().filter(|id| self.graph.get(*id).is_some()).collect();
        for &id in &living {
            self.drop_evaluation(id);
            let slot = self.graph.node_mut(id);
            (slot.started, slot.done, slot.target) = (0, 0, 0);
            (slot.latest, slot.previous) = (None, None);
            (slot.stream, slot.previous_stream) = (None, None);
            slot.folds.clear();
            (slot.pinned, slot.stale) = (false, false);
        }
        self.run_anew(&living);
    }
}
