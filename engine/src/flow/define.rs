//! Adding nodes, one or many, without a batch of changes.

use std::rc::Rc;

use super::Flow;
use super::edit::{Change, InputDef, InputSource, OnMissingDefault};
use super::error::EditError;
use super::graph::NodeId;
use super::node::Node;
use super::slot::PortRef;
use super::value::Value;

/// A node to be added.
pub struct NodeDef<V: Value> {
    /// Its name.
    pub name: Rc<str>,
    /// What it runs.
    pub body: Rc<dyn Node<V>>,
    /// One an input port of the body's signature, in order.
    pub inputs: Vec<InputDef<V>>,
}

impl<V: Value> NodeDef<V> {
    /// A node without inputs.
    pub fn new(name: &str, body: Rc<dyn Node<V>>) -> Self {
        Self { name: name.into(), body, inputs: Vec::new() }
    }

    /// Adds an input.
    pub fn input(mut self, input: InputDef<V>) -> Self {
        self.inputs.push(input);
        self
    }
}

impl<V> InputDef<V> {
    /// An input that is always this value.
    pub fn constant(value: V) -> Self {
        Self { source: InputSource::Constant(value), default: None }
    }

    /// An input from the first output of a node, which need not exist yet.
    pub fn node(name: &str) -> Self {
        Self::output(name, PortRef::Index(0))
    }

    /// An input from an output of a node, which need not exist yet.
    pub fn output(name: &str, port: PortRef) -> Self {
        Self { source: InputSource::Node { name: name.into(), port }, default: None }
    }

    /// An input that is connected to nothing: its default is its value.
    pub fn unconnected(default: V) -> Self {
        Self { source: InputSource::Unconnected, default: Some(default) }
    }

    /// The same input with a default.
    pub fn or(self, default: V) -> Self {
        Self { default: Some(default), ..self }
    }
}

impl<V: Value> Flow<V> {
    /// Adds a node (Flowno's `add_node`). If there is one of this name, it gets this body and these inputs. A
    /// cycle that nothing can start is left for a run to find.
    ///
    /// # Errors
    ///
    /// [`EditError`]; the flow is then as it was.
    pub fn add_node(&self, node: NodeDef<V>) -> Result<NodeId, EditError> {
        let name = node.name.clone();
        self.add_nodes([node])?;
        Ok(self.node(&name).expect("it was just added"))
    }

    /// Adds nodes, all or none, in this order of definition (Flowno's `add_nodes`).
    ///
    /// # Errors
    ///
    /// As [`add_node`](Self::add_node).
    pub fn add_nodes(&self, nodes: impl IntoIterator<Item = NodeDef<V>>) -> Result<(), EditError> {
        let define =
            |node: NodeDef<V>| Change::Define { name: node.name, body: node.body, inputs: node.inputs };
        self.edit(nodes.into_iter().map(define).collect(), OnMissingDefault::Defer)
    }
}
