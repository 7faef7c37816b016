//! For what a node waits in the end: the walk up from one that cannot run.

use std::collections::HashMap;

use super::Core;
use super::graph::NodeId;
use super::slot::{Blocked, Slot};
use super::value::Value;

/// Where walks have ended, by where they came through: whoever asks of many nodes goes each way once.
pub(crate) type Causes = HashMap<NodeId, NodeId>;

impl<V: Value> Core<V> {
    /// The node for which one waits in the end: it has failed, or waits for no node; itself if it waits for no other.
    pub(crate) fn cause_of(&self, id: NodeId) -> NodeId {
        self.walk_up(id, &Causes::new()).0
    }

    /// [`cause_of`](Self::cause_of), of one of many.
    pub(crate) fn cause_among(&self, id: NodeId, causes: &mut Causes) -> NodeId {
        let (cause, steps) = self.walk_up(id, causes);
        let mut at = id;
        for _ in 0..steps {
            causes.insert(at, cause);
            let Some(from) = self.waits_for_node(at) else { break };
            at = from;
        }
        cause
    }

    /// Whether a node waits, in the end, for a cycle that nothing can start.
    pub(crate) fn is_in_vain(&self, id: NodeId) -> bool {
        self.blocked(self.cause_of(id)) == Some(&Blocked::Cycle)
    }

    /// Why a node cannot run; `None` if it can, has failed, or is gone.
    pub(crate) fn blocked(&self, id: NodeId) -> Option<&Blocked> {
        self.graph.get(id).and_then(Slot::blocked)
    }

    /// Where the way up ends, and after how many steps.
    fn walk_up(&self, id: NodeId, causes: &Causes) -> (NodeId, usize) {
        let mut at = id;
        // A chain of waiting nodes is as long as the graph at most.
        for steps in 0..self.graph.len() {
            if let Some(cause) = causes.get(&at) {
                return (*cause, steps);
            }
            match self.waits_for_node(at) {
                Some(from) => at = from,
                None => return (at, steps),
            }
        }
        (at, self.graph.len())
    }

    fn waits_for_node(&self, id: NodeId) -> Option<NodeId> {
        match self.blocked(id) {
            Some(Blocked::Upstream(from)) => Some(*from),
            _ => None,
        }
    }
}
