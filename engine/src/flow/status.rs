//! A node's status as Flowno tells it, and setting it by hand.

use std::rc::Rc;

use super::error::ControlError;
use super::graph::NodeId;
use super::slot::{Blocked, Slot};
use super::value::Value;
use super::{Core, Flow};

/// A node's status in Flowno's four words. [`Status`](super::Status) says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeStatus {
    /// It waits for its next call, or as a stream to be read.
    Ready,
    /// A call of it is under way.
    Running,
    /// Its last call failed.
    Error,
    /// It cannot go on: it waits for data that are not there, or is held.
    Stalled,
}

/// The error of a node that was set to [`NodeStatus::Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was set to Error")]
pub struct SetToError;

impl<V: Value> Flow<V> {
    /// A node's status; `None` if it was removed.
    pub fn node_status(&self, node: NodeId) -> Option<NodeStatus> {
        Some(self.0.core.borrow().graph.get(node)?.node_status())
    }

    /// Sets a node's status (Flowno's `set_node_status`, which there only changes what is told of the node):
    ///
    /// * `Ready`: it is let go if it was held, its error is forgotten, and it is dirty with all that depends on it;
    ///   a flow that runs takes them up at once.
    /// * `Error`: its evaluation is dropped and the node fails with [`SetToError`], as if its body had; what depends
    ///   on it waits.
    /// * `Stalled`: its evaluation is dropped, and it is held, through rewiring too, until it is set to `Ready` or
    ///   `Error`. What depends on it waits; its values stay.
    ///
    /// # Errors
    ///
    /// [`ControlError::OnlyByRunning`] for `Running`, [`ControlError::NoSuchNode`] if it was removed.
    pub fn set_node_status(&self, node: NodeId, status: NodeStatus) -> Result<(), ControlError> {
        let set = self.0.with(|core| core.set_node_status(node, status));
        self.0.busy.wake_driver();
        set
    }
}

impl<V: Value> Core<V> {
    fn set_node_status(&mut self, id: NodeId, status: NodeStatus) -> Result<(), ControlError> {
        let slot = self.graph.get_mut(id).ok_or(ControlError::NoSuchNode)?;
        if status == NodeStatus::Running {
            return Err(ControlError::OnlyByRunning(slot.name.clone()));
        }
        slot.stalled = status == NodeStatus::Stalled;
        match status {
            NodeStatus::Error => self.fail(id, Rc::new(SetToError)),
            NodeStatus::Stalled => self.hold(id),
            NodeStatus::Ready | NodeStatus::Running => self.run_anew(&[id]),
        }
        Ok(())
    }

    fn hold(&mut self, id: NodeId) {
        self.drop_evaluation(id);
        let before = self.status_to_tell(id);
        let slot = self.graph.node_mut(id);
        slot.block(Blocked::Stalled);
        slot.watch = None;
        self.tell_status(id, before, NodeStatus::Stalled);
        self.tell_invalidated(id);
        self.block_readers(id);
        self.queue_producers(id);
    }
}

impl<V: Value> Slot<V> {
    pub(crate) fn node_status(&self) -> NodeStatus {
        if self.failure().is_some() {
            return NodeStatus::Error;
        }
        if self.blocked().is_some() {
            return NodeStatus::Stalled;
        }
        if !self.is_running() {
            return NodeStatus::Ready;
        }
        let parked = self.activity.as_ref().is_some_and(|activity| activity.is_parked());
        match (parked, &self.stream) {
            (false, _) => NodeStatus::Running,
            (true, Some(stream)) if stream.is_held() => NodeStatus::Ready,
            (true, _) => NodeStatus::Stalled,
        }
    }
}
