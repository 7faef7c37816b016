//! Choosing by hand where a cycle starts.
//!
//! The flow breaks a cycle at the first node that has defaults for all its inputs from the cycle (`cycle/`); rule A7
//! leaves the choice open. An edge chosen here is broken whatever the flow would choose, in a cycle or not: the
//! reader's first call takes the default and does not wait, and each later call takes the generation before.

use std::rc::Rc;

use super::error::ControlError;
use super::graph::{EdgeId, NodeId};
use super::value::Value;
use super::{Core, Flow};

impl<V: Value> Flow<V> {
    /// Chooses which inputs of a node take their defaults at first, by index, in place of those chosen before (Flowno's
    /// `set_defaulted_inputs`, which raises their stitch levels). The node, and all that depends on it, is then
    /// dirty. If the producer has a value already the next call takes that: a cycle goes on from where it was.
    ///
    /// An edge forgets the choice when its reader gets other inputs or its producer is removed.
    ///
    /// # Errors
    ///
    /// [`ControlError`] if the flow runs, or an input is not there, comes from no node, or has no default.
    pub fn set_defaulted_inputs(&self, node: NodeId, inputs: &[usize]) -> Result<(), ControlError> {
        self.0.with(|core| core.set_defaulted_inputs(node, inputs))
    }

    /// Leaves it to the flow again where cycles through a node start (Flowno's `clear_defaulted_inputs`). Nothing
    /// happens if no input was chosen.
    ///
    /// # Errors
    ///
    /// [`ControlError`] if the flow runs or the node was removed.
    pub fn clear_defaulted_inputs(&self, node: NodeId) -> Result<(), ControlError> {
        self.0.with(|core| core.set_defaulted_inputs(node, &[]))
    }

    /// Whether an input takes its default to start a cycle: in the call under way, or else in the next one. `false`
    /// for an input that comes from no node, or is not there.
    pub fn is_input_defaulted(&self, node: NodeId, input: usize) -> bool {
        let core = self.0.core.borrow();
        let Some(edge) = core.edge_of(node, input) else { return false };
        let slot = core.graph.node(node);
        let call = if slot.is_running() { slot.done } else { slot.started };
        (call as i64) < core.graph.edge(edge).lag()
    }

    /// How many generations an input is behind its producer because a cycle was broken there: 0 or 1 (Flowno's
    /// `stitch_level_0`). `None` for an input that comes from no node, or is not there.
    pub fn stitch_level(&self, node: NodeId, input: usize) -> Option<u64> {
        let core = self.0.core.borrow();
        core.edge_of(node, input).map(|edge| u64::from(core.graph.edge(edge).stitched))
    }
}

impl<V: Value> Core<V> {
    fn edge_of(&self, id: NodeId, input: usize) -> Option<EdgeId> {
        (input < self.graph.get(id)?.inputs.len()).then(|| self.input_edge(id, input)).flatten()
    }

    fn set_defaulted_inputs(&mut self, id: NodeId, inputs: &[usize]) -> Result<(), ControlError> {
        let slot = self.graph.get(id).ok_or(ControlError::NoSuchNode)?;
        if self.run.is_some() {
            return Err(ControlError::FlowIsRunning(slot.name.clone()));
        }
        let chosen: Vec<EdgeId> =
            inputs.iter().map(|input| self.defaultable(id, *input)).collect::<Result<_, _>>()?;
        let edges: Vec<EdgeId> = self.graph.input_edges(id).collect();
        let mut changed = false;
        for edge in edges {
            let by_hand = chosen.contains(&edge);
            changed |= std::mem::replace(&mut self.graph.edge_mut(edge).by_hand, by_hand) != by_hand;
        }
        if changed {
            self.run_anew(&[id]);
        }
        Ok(())
    }

    /// The edge into an input that has a default.
    fn defaultable(&self, id: NodeId, input: usize) -> Result<EdgeId, ControlError> {
        let slot = self.graph.node(id);
        let node = slot.name.clone();
        let count = slot.inputs.len();
        let Some(place) = slot.inputs.get(input) else {
            return Err(ControlError::NoSuchInput { node, input, count });
        };
        let parameter: Rc<str> = slot.body.signature().inputs[input].name.clone();
        let Some(edge) = self.input_edge(id, input) else {
            return Err(ControlError::NotConnected { node, parameter });
        };
        if place.default.is_none() {
            return Err(ControlError::NoDefault { node, parameter });
        }
        Ok(edge)
    }
}
