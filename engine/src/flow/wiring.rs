//! Connecting inputs to outputs: references by name, the edges that they become, and whether both ends of an edge fit.

use std::rc::Rc;

use super::error::{EditError, InputEnd, OutputEnd, TypeMismatch};
use super::graph::{Edge, EdgeId, Graph, NodeId};
use super::slot::{Input, PortRef, Source};
use super::value::Value;

/// An input taken off, with the edge it had and the edge's position among the readers of its producer.
pub(crate) type SavedInput<V> = (Input<V>, Option<(Edge, usize)>);

impl<V: Value> Graph<V> {
    /// Turns a reference by name into an edge, or notes that it waits for the name.
    pub(crate) fn connect(&mut self, id: NodeId, index: usize) {
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
    pub(crate) fn connect_waiting(&mut self, id: NodeId) -> Vec<NodeId> {
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

    /// Takes all inputs off a node.
    pub(crate) fn detach_inputs(&mut self, id: NodeId) -> Vec<SavedInput<V>> {
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
    pub(crate) fn restore_inputs(&mut self, id: NodeId, saved: Vec<SavedInput<V>>) {
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

    /// Turns the edges to a node's readers back into references by name that wait.
    pub(crate) fn unplug_readers(&mut self, id: NodeId) -> Vec<Edge> {
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

    /// Undoes [`unplug_readers`](Self::unplug_readers).
    pub(crate) fn reattach_readers(&mut self, id: NodeId, readers: Vec<Edge>) {
        let name = self.node(id).name.clone();
        self.missing.remove(&name);
        for edge in readers {
            let (to, input) = (edge.to, edge.input);
            let edge = self.insert_edge(edge);
            self.node_mut(to).inputs[input].source = Source::Edge(edge);
        }
    }

    /// Notes that a node waits for a name; more than once does no harm.
    fn note_waiting(&mut self, name: &Rc<str>, id: NodeId) {
        let waiting = self.missing.entry(name.clone()).or_default();
        if waiting.last() != Some(&id) {
            waiting.push(id);
        }
    }
}

impl<V: Value> Graph<V> {
    /// Finds the outputs that are meant by the edges from and to these nodes, and checks that their types fit. Only
    /// once a batch is whole: one line may change the outputs of a node, another line who reads them.
    pub(crate) fn settle_ports(&mut self, changed: &[NodeId]) -> Result<(), EditError> {
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

    pub(crate) fn meant_port(&self, edge: &Edge) -> Option<usize> {
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
}
