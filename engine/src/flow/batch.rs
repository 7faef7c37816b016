//! A batch of changes to the structure alone, each step with how to undo it.

use std::rc::Rc;

use super::edit::{Change, InputDef, InputSource};
use super::error::EditError;
use super::graph::{Edge, Graph, NodeId};
use super::node::Node;
use super::slot::{Input, PortRef, Slot, Source};
use super::value::Value;
use super::wiring::SavedInput;

/// How to undo a step.
pub(crate) enum Undo<V: Value> {
    Insert(NodeId),
    Replace { id: NodeId, body: Rc<dyn Node<V>>, inputs: Vec<SavedInput<V>> },
    Remove { id: NodeId, slot: Box<Slot<V>>, inputs: Vec<SavedInput<V>>, readers: Vec<Edge> },
}

/// A batch under way.
pub(crate) struct Batch<V: Value> {
    pub(crate) undo: Vec<Undo<V>>,
    /// Nodes that are dirty by themselves.
    pub(crate) changed: Vec<NodeId>,
}

impl<V: Value> Graph<V> {
    pub(crate) fn apply(&mut self, change: Change<V>, batch: &mut Batch<V>) -> Result<(), EditError> {
        match change {
            Change::Define { name, body, inputs } => self.define(name, body, inputs, batch),
            Change::Touch { name } => {
                batch.changed.extend(self.names.get(&name));
                Ok(())
            }
            Change::Remove { name } => {
                if let Some(&id) = self.names.get(&name) {
                    self.remove(id, batch);
                }
                Ok(())
            }
        }
    }

    fn define(
        &mut self,
        name: Rc<str>,
        body: Rc<dyn Node<V>>,
        inputs: Vec<InputDef<V>>,
        batch: &mut Batch<V>,
    ) -> Result<(), EditError> {
        if let Err(error) = check_inputs(&name, &*body, &inputs) {
            self.bury_body(body);
            return Err(error);
        }
        let id = match self.names.get(&name) {
            Some(&id) => {
                let saved = self.detach_inputs(id);
                let old = self.node_mut(id).set_body(body);
                batch.undo.push(Undo::Replace { id, body: old, inputs: saved });
                id
            }
            None => {
                let id = self.insert_node(name.clone(), body);
                batch.undo.push(Undo::Insert(id));
                id
            }
        };
        batch.changed.push(id);
        for (index, input) in inputs.into_iter().enumerate() {
            self.node_mut(id).inputs.push(kept(input));
            self.connect(id, index);
        }
        batch.changed.extend(self.connect_waiting(id));
        Ok(())
    }

    fn remove(&mut self, id: NodeId, batch: &mut Batch<V>) {
        let inputs = self.detach_inputs(id);
        let readers = self.unplug_readers(id);
        batch.changed.extend(readers.iter().map(|edge| edge.to));
        let slot = Box::new(self.take_node(id));
        batch.undo.push(Undo::Remove { id, slot, inputs, readers });
    }

    pub(crate) fn roll_back(&mut self, batch: Batch<V>) {
        for step in batch.undo.into_iter().rev() {
            match step {
                Undo::Insert(id) => {
                    self.detach_inputs(id);
                    self.unplug_readers(id);
                    let slot = self.take_node(id);
                    self.bury(slot);
                    self.release(id);
                }
                Undo::Replace { id, body, inputs } => {
                    self.detach_inputs(id);
                    let brought = self.node_mut(id).set_body(body);
                    self.bury_body(brought);
                    self.restore_inputs(id, inputs);
                    for edge in self.node(id).readers.clone() {
                        if let Some(port) = self.meant_port(self.edge(edge)) {
                            self.edge_mut(edge).port = port;
                        }
                    }
                }
                Undo::Remove { id, slot, inputs, readers } => {
                    self.restore(id, *slot);
                    self.restore_inputs(id, inputs);
                    self.reattach_readers(id, readers);
                }
            }
        }
    }
}

/// An input as the graph keeps it, not yet connected.
fn kept<V>(input: InputDef<V>) -> Input<V> {
    let (source, port) = match input.source {
        InputSource::Constant(value) => (Source::Constant(value), PortRef::Index(0)),
        InputSource::Unconnected => (Source::Default, PortRef::Index(0)),
        InputSource::Node { name, port } => (Source::Missing(name), port),
    };
    Input { source, port, default: input.default }
}

/// Checks arguments against the signature.
fn check_inputs<V: Value>(
    name: &Rc<str>,
    body: &dyn Node<V>,
    inputs: &[InputDef<V>],
) -> Result<(), EditError> {
    let signature = body.signature();
    if inputs.len() > signature.inputs.len() {
        return Err(EditError::TooManyInputs {
            node: name.clone(),
            type_name: signature.type_name.clone(),
            expected: signature.inputs.len(),
            got: inputs.len(),
        });
    }
    for (index, port) in signature.inputs.iter().enumerate() {
        let missing = match inputs.get(index) {
            None => true,
            Some(input) => matches!(input.source, InputSource::Unconnected) && input.default.is_none(),
        };
        if missing {
            return Err(EditError::MissingInput {
                node: name.clone(),
                type_name: signature.type_name.clone(),
                input: port.name.clone(),
            });
        }
    }
    Ok(())
}
