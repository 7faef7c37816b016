//! Looking into a run: the attributes of Flowno's `Flow`, as snapshots; and who waits for what.

use std::fmt;
use std::rc::Rc;

use super::cause::Causes;
use super::graph::NodeId;
use super::slot::{Blocked, Slot};
use super::status::NodeStatus;
use super::value::Value;
use super::{Core, Flow};
use crate::event_loop::list_waits;

/// A node and what runs it (Flowno's `NodeTaskAndStatus`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeTask {
    /// The node.
    pub node: NodeId,
    /// Its name.
    pub name: Rc<str>,
    /// The number of its task on the event loop. A node has a task only while a call of it waits for something.
    pub task: Option<u64>,
    /// Its status.
    pub status: NodeStatus,
}

/// A node that cannot run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeWait {
    /// The node's name.
    pub node: Rc<str>,
    /// What for, in the end: `` `x`, which nothing defines``.
    pub waits_for: String,
}

impl fmt::Display for NodeWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} waits for {}", self.node, self.waits_for)
    }
}

/// Nodes that cannot run, in the order of definition. Shown, it lists the first ten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeWaits(Vec<NodeWait>);

impl std::ops::Deref for NodeWaits {
    type Target = [NodeWait];

    fn deref(&self) -> &[NodeWait] {
        &self.0
    }
}

impl fmt::Display for NodeWaits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list_waits(&self.0, f)
    }
}

impl<V: Value> Flow<V> {
    /// Whether every reference is resolved: no input refers to a name that nothing defines.
    pub fn is_finalized(&self) -> bool {
        self.0.core.borrow().graph.missing.is_empty()
    }

    /// The nodes that no run has come to yet, in the order of definition.
    pub fn unvisited(&self) -> Vec<NodeId> {
        self.select(|slot| slot.flow_run == 0)
    }

    /// The nodes that a run has come to, in the order of definition: evaluations of them were demanded.
    pub fn visited(&self) -> Vec<NodeId> {
        self.select(|slot| slot.flow_run != 0)
    }

    /// The nodes of which a call is under way, in the order of definition.
    pub fn running_nodes(&self) -> Vec<NodeId> {
        self.select(Slot::is_running)
    }

    /// The nodes that stand in line to be tried, first come first. Empty while the flow does not run.
    pub fn resolution_queue(&self) -> Vec<NodeId> {
        self.0.core.borrow().ready.iter().copied().collect()
    }

    /// Every node with its task and status, in the order of definition.
    pub fn node_tasks(&self) -> Vec<NodeTask> {
        let core = self.0.core.borrow();
        let task_of = |node: NodeId| {
            let slot = core.graph.node(node);
            let task = slot.activity.as_ref().and_then(|activity| activity.task_number());
            NodeTask { node, name: slot.name.clone(), task, status: slot.node_status() }
        };
        core.all_nodes().into_iter().map(task_of).collect()
    }

    /// The nodes that cannot run, and for what each of them waits in the end.
    pub fn waits(&self) -> NodeWaits {
        let core = self.0.core.borrow();
        let mut causes = Causes::new();
        let wait_of = |id: NodeId| {
            let waits_for = core.waits_for(id, &mut causes)?;
            Some(NodeWait { node: core.graph.node(id).name.clone(), waits_for })
        };
        NodeWaits(core.all_nodes().into_iter().filter_map(wait_of).collect())
    }

    /// What one node waits for, if it cannot run.
    pub(crate) fn wait_of(&self, node: NodeId) -> NodeWaits {
        let core = self.0.core.borrow();
        let wait = core.graph.get(node).and_then(|slot| {
            let waits_for = core.waits_for(node, &mut Causes::new())?;
            Some(NodeWait { node: slot.name.clone(), waits_for })
        });
        NodeWaits(wait.into_iter().collect())
    }

    fn select(&self, wanted: impl Fn(&Slot<V>) -> bool) -> Vec<NodeId> {
        let core = self.0.core.borrow();
        core.all_nodes().into_iter().filter(|id| wanted(core.graph.node(*id))).collect()
    }
}

impl<V: Value> Core<V> {
    /// What a node waits for in the end; `None` if it does not wait, or waits only for its own streams.
    fn waits_for(&self, id: NodeId, causes: &mut Causes) -> Option<String> {
        self.blocked(id)?;
        let at = self.cause_among(id, causes);
        let name = self.graph.get(at).map(|slot| slot.name.clone()).unwrap_or_default();
        Some(match self.blocked(at) {
            Some(Blocked::Missing(name)) => format!("`{name}`, which nothing defines"),
            Some(Blocked::Upstream(_)) | None => format!("{name}, which has failed"),
            Some(Blocked::Cycle) if at == id => {
                "its own cycle, which has no default to start with".to_owned()
            }
            Some(Blocked::Cycle) => format!("{name}, whose cycle has no default to start with"),
            Some(Blocked::Stalled) if at == id => "its status to be set to Ready".to_owned(),
            Some(Blocked::Stalled) => format!("{name}, whose status is set to Stalled"),
        })
    }
}
