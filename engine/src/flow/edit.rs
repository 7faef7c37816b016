//! Wiring: changes to the graph, all or none.
//!
//! A batch of changes is first applied to the structure alone, each step noting how to undo it. Then the part of
//! the graph that the changes make dirty is found and its cycles are checked. If the batch is refused, the notes are
//! played backwards and nothing has happened. Only then do values, generations and running evaluations learn of it
//! (`dirty.rs`).

use std::rc::Rc;

use super::Core;
use super::cycle;
use super::error::EditError;
use super::graph::{Edge, EdgeId, Graph, Input, NodeId, PortRef, Slot, Source};
use super::node::Node;
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

/// An input taken off, with the edge it had.
type SavedInput<V> = (Input<V>, Option<Edge>);

enum Undo<V: Value> {
    Insert(NodeId),
    Replace { id: NodeId, body: Rc<dyn Node<V>>, inputs: Vec<SavedInput<V>> },
    Remove { id: NodeId, slot: Box<Slot<V>>, inputs: Vec<SavedInput<V>>, readers: Vec<Edge> },
}

/// A batch under way.
pub(crate) struct Batch<V: Value> {
    undo: Vec<Undo<V>>,
    /// Nodes that are dirty by themselves.
    pub(crate) changed: Vec<NodeId>,
}

impl<V: Value> Core<V> {
    pub(crate) fn edit(
        &mut self,
        changes: Vec<Change<V>>,
        on_missing_default: OnMissingDefault,
    ) -> Result<(), EditError> {
        let mut batch = Batch { undo: Vec::new(), changed: Vec::new() };
        for change in changes {
            if let Err(error) = self.graph.apply(change, &mut batch) {
                self.graph.roll_back(batch);
                return Err(error);
            }
        }
        let changed = &mut batch.changed;
        changed.retain(|id| self.graph.get(*id).is_some());
        let closure = self.dirty_closure(changed);
        let stitches = cycle::plan(&self.graph, &closure);
        if let (OnMissingDefault::Refuse, Some(component)) =
            (on_missing_default, stitches.unbreakable.first())
        {
            let error = cycle::missing_default(&self.graph, component);
            self.graph.roll_back(batch);
            return Err(error.into());
        }
        for step in batch.undo {
            if let Undo::Remove { id, slot, .. } = step {
                self.forget(id, *slot);
            }
        }
        self.make_dirty(&closure, stitches);
        Ok(())
    }
}

impl<V: Value> Graph<V> {
    fn apply(&mut self, change: Change<V>, batch: &mut Batch<V>) -> Result<(), EditError> {
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
        check_inputs(&name, &*body, &inputs)?;
        let id = match self.names.get(&name) {
            Some(&id) => {
                let saved = self.detach_inputs(id);
                let slot = self.node_mut(id);
                slot.streaming = body.signature().streaming;
                let old = std::mem::replace(&mut slot.body, body);
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
        let inputs = inputs.into_iter().map(|input| self.resolve(input)).collect();
        self.attach_inputs(id, inputs);
        self.check_edges(id)?;
        batch.changed.extend(self.connect_waiting(id)?);
        Ok(())
    }

    /// An input as the graph keeps it, with the edge to be made.
    fn resolve(&self, input: InputDef<V>) -> SavedInput<V> {
        let (source, edge) = match input.source {
            InputSource::Constant(value) => (Source::Constant(value), None),
            InputSource::Unconnected => (Source::Default, None),
            InputSource::Node { name, port } => (Source::Missing { name, port }, None),
        };
        (Input { source, default: input.default }, edge)
    }

    /// Gives a node its inputs: restores saved edges, and connects references whose node exists.
    fn attach_inputs(&mut self, id: NodeId, inputs: Vec<SavedInput<V>>) {
        for (index, (input, edge)) in inputs.into_iter().enumerate() {
            self.node_mut(id).inputs.push(input);
            match edge {
                Some(edge) => {
                    let edge = self.insert_edge(edge);
                    self.node_mut(id).inputs[index].source = Source::Edge(edge);
                }
                None => self.connect(id, index),
            }
        }
    }

    /// Turns a reference by name into an edge, or notes that it waits for the name.
    fn connect(&mut self, id: NodeId, index: usize) {
        let Source::Missing { name, port } = &self.node(id).inputs[index].source else { return };
        let (name, port) = (name.clone(), port.clone());
        let Some(&from) = self.names.get(&name) else {
            let waiting = self.missing.entry(name).or_default();
            if !waiting.contains(&id) {
                waiting.push(id);
            }
            return;
        };
        // An unknown name is given an index out of range; `check_edges` reports it.
        let port = match &port {
            PortRef::Index(port) => *port,
            PortRef::Name(name) => self.output_named(from, name).unwrap_or(usize::MAX),
        };
        let stream = self.node(id).body.signature().inputs[index].stream;
        let edge =
            self.insert_edge(Edge { from, port, to: id, input: index, stream, base: 0, stitched: false });
        self.node_mut(id).inputs[index].source = Source::Edge(edge);
    }

    fn output_named(&self, id: NodeId, name: &str) -> Option<usize> {
        self.node(id).body.signature().outputs.iter().position(|port| port.as_deref() == Some(name))
    }

    /// Connects the inputs that waited for this node's name, and checks its old readers too, for its outputs
    /// may have changed. Gives the nodes whose inputs were connected.
    fn connect_waiting(&mut self, id: NodeId) -> Result<Vec<NodeId>, EditError> {
        let name = self.node(id).name.clone();
        let waiting = self.missing.remove(&name).unwrap_or_default();
        for &reader in &waiting {
            for index in 0..self.node(reader).inputs.len() {
                if matches!(&self.node(reader).inputs[index].source, Source::Missing { name: n, .. } if *n == name)
                {
                    self.connect(reader, index);
                }
            }
        }
        let readers: Vec<NodeId> = self.node(id).readers.iter().map(|edge| self.edge(*edge).to).collect();
        for reader in readers {
            self.check_edges(reader)?;
        }
        Ok(waiting)
    }

    /// Checks that the outputs which a node's inputs name exist.
    fn check_edges(&self, id: NodeId) -> Result<(), EditError> {
        for edge in self.input_edges(id) {
            let edge = self.edge(edge);
            let producer = self.node(edge.from);
            let outputs = &producer.body.signature().outputs;
            if edge.port >= outputs.len() {
                let names = outputs.iter().enumerate().map(|(index, name)| match name {
                    Some(name) => name.to_string(),
                    None => index.to_string(),
                });
                return Err(EditError::NoSuchOutput {
                    node: self.node(id).name.clone(),
                    producer: producer.name.clone(),
                    port: if edge.port == usize::MAX { "of this name".into() } else { edge.port.to_string() },
                    has: names.collect::<Vec<_>>().join(", "),
                });
            }
        }
        Ok(())
    }

    fn remove(&mut self, id: NodeId, batch: &mut Batch<V>) {
        let inputs = self.detach_inputs(id);
        let readers: Vec<EdgeId> = self.node(id).readers.clone();
        let readers: Vec<Edge> = readers.into_iter().map(|edge| self.unplug(edge)).collect();
        batch.changed.extend(readers.iter().map(|edge| edge.to));
        let slot = Box::new(self.take_node(id));
        batch.undo.push(Undo::Remove { id, slot, inputs, readers });
    }

    /// Turns an edge back into a reference by name that waits.
    fn unplug(&mut self, edge: EdgeId) -> Edge {
        let edge = self.remove_edge(edge);
        let name = self.node(edge.from).name.clone();
        let port = PortRef::Index(edge.port);
        self.node_mut(edge.to).inputs[edge.input].source = Source::Missing { name: name.clone(), port };
        let waiting = self.missing.entry(name).or_default();
        if !waiting.contains(&edge.to) {
            waiting.push(edge.to);
        }
        edge
    }

    /// Takes all inputs off a node.
    fn detach_inputs(&mut self, id: NodeId) -> Vec<SavedInput<V>> {
        let inputs = std::mem::take(&mut self.node_mut(id).inputs);
        let detach = |input: Input<V>| match &input.source {
            Source::Edge(edge) => {
                let edge = self.remove_edge(*edge);
                (input, Some(edge))
            }
            Source::Missing { name, .. } => {
                if let Some(waiting) = self.missing.get_mut(name) {
                    waiting.retain(|waiting| *waiting != id);
                    if waiting.is_empty() {
                        self.missing.remove(name);
                    }
                }
                (input, None)
            }
            _ => (input, None),
        };
        inputs.into_iter().map(detach).collect()
    }

    fn roll_back(&mut self, batch: Batch<V>) {
        for step in batch.undo.into_iter().rev() {
            match step {
                Undo::Insert(id) => {
                    self.detach_inputs(id);
                    for edge in self.node(id).readers.clone() {
                        self.unplug(edge);
                    }
                    self.take_node(id);
                    self.release(id);
                }
                Undo::Replace { id, body, inputs } => {
                    self.detach_inputs(id);
                    let slot = self.node_mut(id);
                    slot.streaming = body.signature().streaming;
                    slot.body = body;
                    self.attach_inputs(id, inputs);
                }
                Undo::Remove { id, slot, inputs, readers } => {
                    self.restore(id, *slot);
                    self.attach_inputs(id, inputs);
                    self.reattach_readers(id, readers);
                }
            }
        }
    }

    fn reattach_readers(&mut self, id: NodeId, readers: Vec<Edge>) {
        let name = self.node(id).name.clone();
        self.missing.remove(&name);
        for edge in readers {
            let (to, input) = (edge.to, edge.input);
            let edge = self.insert_edge(edge);
            self.node_mut(to).inputs[input].source = Source::Edge(edge);
        }
    }
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
