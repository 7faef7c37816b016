//! Wiring: changes to the graph, all or none.
//!
//! A batch of changes is first applied to the structure alone (`batch.rs`, `wiring.rs`), each step noting how to undo it. Then the part of
//! the graph that the changes make dirty is found and its cycles are checked. If the batch is refused, the notes are
//! played backwards and nothing has happened. Only then do values, generations and running evaluations learn of it
//! (`dirty.rs`).

use std::rc::Rc;

use smallvec::SmallVec;

use super::Core;
use super::batch::{Batch, Undo};
use super::cycle;
use super::error::EditError;
use super::graph::NodeId;
use super::node::Node;
use super::slot::PortRef;
use super::value::Value;

/// What an input is connected to.
#[derive(Debug, Clone)]
pub enum InputSource<V> {
    /// A constant.
    Constant(V),
    /// An output of a node, which need not exist yet.
    Node {
        /// The node's name.
        name: Rc<str>,
        /// The output.
        port: PortRef,
    },
    /// Nothing: the default is its value.
    Unconnected,
}

/// An input of a node to be.
#[derive(Debug, Clone)]
pub struct InputDef<V> {
    /// What it is connected to.
    pub source: InputSource<V>,
    /// The value that stands in when nothing is connected, or to start a cycle.
    pub default: Option<V>,
}

/// A change to the graph.
pub enum Change<V: Value> {
    /// Adds a node, or gives the node of this name another body and other inputs.
    Define {
        /// The node's name.
        name: Rc<str>,
        /// What it runs.
        body: Rc<dyn Node<V>>,
        /// One an input port of the body's signature, in order.
        inputs: Vec<InputDef<V>>,
    },
    /// Makes a node dirty though its wiring is the same. Nothing happens if there is none of this name.
    Touch {
        /// The node's name.
        name: Rc<str>,
    },
    /// Takes a node out; whoever refers to it waits again. Nothing happens if there is none of this name.
    Remove {
        /// The node's name.
        name: Rc<str>,
    },
}

/// What to do about a cycle that nothing can start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnMissingDefault {
    /// Refuse the changes.
    Refuse,
    /// Accept them; a run fails when it reaches the cycle, as in Flowno (rule A8).
    Defer,
}

impl<V: Value> Core<V> {
    pub(crate) fn edit(
        &mut self,
        changes: &mut impl Iterator<Item = Change<V>>,
        on_missing_default: OnMissingDefault,
    ) -> Result<(), EditError> {
        let mut batch = Batch { undo: Vec::new(), changed: Vec::new() };
        for change in changes {
            if let Err(error) = self.graph.apply(change, &mut batch) {
                return Err(self.refuse(batch, error));
            }
        }
        batch.changed.retain(|id| self.graph.get(*id).is_some());
        if let Err(error) = self.graph.settle_ports(&batch.changed) {
            return Err(self.refuse(batch, error));
        }
        let closure = self.dirty_closure(&batch.changed);
        // Cycles are whole in the closure or not in it: without a change to the wiring theirs stand as they are.
        let stitches = (!batch.undo.is_empty()).then(|| cycle::plan(&self.graph, &closure));
        let unbreakable = stitches.iter().flat_map(|stitches| &stitches.unbreakable).next();
        if let (OnMissingDefault::Refuse, Some(component)) = (on_missing_default, unbreakable) {
            let error = cycle::missing_default(&self.graph, component);
            return Err(self.refuse(batch, error.into()));
        }
        for step in batch.undo {
            match step {
                Undo::Insert(id) if self.told => {
                    self.tell_node(id, |told, node| told.on_node_registered(node));
                }
                Undo::Insert(_) => {}
                Undo::Replace { body, .. } => self.graph.bury_body(body),
                Undo::Remove { id, slot, .. } => self.forget(id, *slot),
            }
        }
        self.make_dirty(&closure, stitches);
        self.try_loosened();
        Ok(())
    }

    pub(crate) fn touch(&mut self, nodes: &[NodeId]) {
        let living: SmallVec<[NodeId; 4]> =
            nodes.iter().copied().filter(|id| self.graph.get(*id).is_some()).collect();
        let closure = self.dirty_closure(&living);
        self.make_dirty(&closure, None);
    }

    fn refuse(&mut self, batch: Batch<V>, error: EditError) -> EditError {
        self.graph.roll_back(batch);
        self.try_loosened();
        error
    }

    /// Tries the producers that may have waited for a reader which is gone.
    fn try_loosened(&mut self) {
        for id in std::mem::take(&mut self.graph.loosened) {
            if self.run.is_some() && self.graph.get(id).is_some() {
                self.queue(id);
            }
        }
    }
}
