//! Wiring: changes to the graph, all or none.
//!
//! A batch of changes is first applied to the structure alone, each step noting how to undo it. Then the part of
//! the graph that the changes make dirty is found and its cycles are checked. If the batch is refused, the notes are
//! played backwards and nothing has happened. Only then do values, generations and running evaluations learn of it
//! (`dirty.rs`).

use std::rc::Rc;

use smallvec::SmallVec;

use super::Core;
use super::cycle;
use super::error::{EditError, InputEnd, OutputEnd, TypeMismatch};
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

/// An input taken off, with the edge it had and the edge's position among the readers of its producer.
type SavedInput<V> = (Input<V>, Option<(Edge, usize)>);

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

    /// Turns a reference by name into an edge, or notes that it waits for the name.
    fn connect(&mut self, id: NodeId, index: usize) {
        let Source::Missing(name) = &self.node(id).inputs[index].source else { return };
        let name = name.clone();
        let Some(&from) = self.names.get(&name) else {
            self.note_waiting(&name, id);
            return;
        };
        let stream = self.node(id).body.signature().inputs[index].stream;
        let port = 0; // settled when the batch is whole
        let edge = self.insert_edge(Edge {
            from,
            port,
            to: id,
            input: index,
            stream,
            base: 0,
            stitched: false,
            by_hand: false,
        });
        self.node_mut(id).inputs[index].source = Source::Edge(edge);
    }

    /// Connects the inputs that waited for this node's name. Gives the nodes whose inputs were connected.
    fn connect_waiting(&mut self, id: NodeId) -> Vec<NodeId> {
        let name = self.node(id).name.clone();
        let waiting = self.missing.remove(&name).unwrap_or_default();
        for &reader in &waiting {
            for index in 0..self.node(reader).inputs.len() {
                if matches!(&self.node(reader).inputs[index].source, Source::Missing(missing) if *missing == name)
                {
                    self.connect(reader, index);
                }
            }
        }
        waiting
    }

    /// Finds the outputs that are meant by the edges from and to these nodes, and checks that their types fit. Only
    /// once a batch is whole: one line may change the outputs of a node, another line who reads them.
    fn settle_ports(&mut self, changed: &[NodeId]) -> Result<(), EditError> {
        for &id in changed {
            let edges: Vec<EdgeId> =
                self.input_edges(id).chain(self.node(id).readers.iter().copied()).collect();
            for id in edges {
                let port =
                    self.meant_port(self.edge(id)).ok_or_else(|| self.no_such_output(self.edge(id)))?;
                self.edge_mut(id).port = port;
                self.check_types(id)?;
            }
        }
        Ok(())
    }

    /// Whether the reader takes what the producer gives, as far as both say.
    fn check_types(&self, id: EdgeId) -> Result<(), EditError> {
        let edge = self.edge(id);
        let (from, to) = (self.node(edge.from), self.node(edge.to));
        let (given, taken) = (from.body.signature(), &to.body.signature().inputs[edge.input]);
        let (Some(gives), Some(takes)) = (&given.outputs[edge.port].port_type, &taken.port_type) else {
            return Ok(());
        };
        if takes.accepts(gives) {
            return Ok(());
        }
        let output = OutputEnd {
            node: from.name.clone(),
            port: given.output_label(edge.port),
            port_type: gives.clone(),
        };
        let input = InputEnd {
            node: to.name.clone(),
            parameter: taken.name.clone(),
            stream: edge.stream,
            port_type: takes.clone(),
        };
        Err(EditError::TypeMismatch(Box::new(TypeMismatch { output, input })))
    }

    fn meant_port(&self, edge: &Edge) -> Option<usize> {
        let signature = self.node(edge.from).body.signature();
        match &self.node(edge.to).inputs[edge.input].port {
            PortRef::Index(port) => (*port < signature.outputs.len()).then_some(*port),
            PortRef::Name(name) => signature.output_index(name),
        }
    }

    fn no_such_output(&self, edge: &Edge) -> EditError {
        let producer = self.node(edge.from);
        let signature = producer.body.signature();
        let labels = (0..signature.outputs.len()).map(|index| signature.output_label(index));
        EditError::NoSuchOutput {
            node: self.node(edge.to).name.clone(),
            producer: producer.name.clone(),
            port: match &self.node(edge.to).inputs[edge.input].port {
                PortRef::Index(port) => port.to_string(),
                PortRef::Name(name) => name.to_string(),
            },
            has: labels.collect::<Vec<_>>().join(", "),
        }
    }

    fn remove(&mut self, id: NodeId, batch: &mut Batch<V>) {
        let inputs = self.detach_inputs(id);
        let readers = self.unplug_readers(id);
        batch.changed.extend(readers.iter().map(|edge| edge.to));
        let slot = Box::new(self.take_node(id));
        batch.undo.push(Undo::Remove { id, slot, inputs, readers });
    }

    /// Turns the edges to a node's readers back into references by name that wait.
    fn unplug_readers(&mut self, id: NodeId) -> Vec<Edge> {
        let name = self.node(id).name.clone();
        let readers = std::mem::take(&mut self.node_mut(id).readers);
        let unplug = |edge: EdgeId| {
            let edge = self.free_edge(edge);
            self.node_mut(edge.to).inputs[edge.input].source = Source::Missing(name.clone());
            self.note_waiting(&name, edge.to);
            edge
        };
        readers.into_iter().map(unplug).collect()
    }

    /// Notes that a node waits for a name; more than once does no harm.
    fn note_waiting(&mut self, name: &Rc<str>, id: NodeId) {
        let waiting = self.missing.entry(name.clone()).or_default();
        if waiting.last() != Some(&id) {
            waiting.push(id);
        }
    }

    /// Takes all inputs off a node.
    fn detach_inputs(&mut self, id: NodeId) -> Vec<SavedInput<V>> {
        let inputs = std::mem::take(&mut self.node_mut(id).inputs);
        let detach = |input: Input<V>| match &input.source {
            Source::Edge(edge) => {
                let edge = self.remove_edge(*edge);
                (input, Some(edge))
            }
            Source::Missing(name) => {
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

    /// Puts back what [`detach_inputs`](Self::detach_inputs) took off.
    fn restore_inputs(&mut self, id: NodeId, saved: Vec<SavedInput<V>>) {
        let mut edges = Vec::new();
        for (index, (input, edge)) in saved.into_iter().enumerate() {
            self.node_mut(id).inputs.push(input);
            match edge {
                Some(edge) => edges.push((index, edge)),
                None => self.connect(id, index),
            }
        }
        // Backwards, so that each finds its old position among the readers.
        for (index, (edge, position)) in edges.into_iter().rev() {
            let edge = self.insert_edge_at(edge, position);
            self.node_mut(id).inputs[index].source = Source::Edge(edge);
        }
    }

    fn roll_back(&mut self, batch: Batch<V>) {
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
