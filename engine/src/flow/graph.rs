//! The graph: nodes in a slab, edges as indices.

use std::collections::HashMap;
use std::rc::Rc;

use super::activity::Activity;
use super::node::Node;
use super::slot::{Slot, Source, Watch};
use super::value::Value;

/// A node of one flow. Stays the same when the node gets another body or other inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// A small number: unlike those of all other nodes there are now, and given again once the node was removed.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EdgeId(pub(crate) u32);

/// One evaluation of a node. A body may change the flow while it runs, its own node included: what it gives then
/// counts only if its evaluation is still the node's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EvaluationId {
    pub(crate) node: NodeId,
    pub(crate) number: u64,
}

impl EvaluationId {
    /// No evaluation of any node.
    pub(crate) const NONE: Self = Self { node: NodeId(u32::MAX), number: 0 };
}

/// A connection, and which generations it pairs.
///
/// Call `j` of the reader takes generation `j - lag` of the producer. In a fresh graph the lag is 0, or 1 on
/// an edge whose default broke a cycle (`stitched`): the producer is from then on one generation behind
/// (rules A4 and A6). A rewire sets `base` anew so that the reader's next call meets the right generation.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) from: NodeId,
    pub(crate) port: usize,
    pub(crate) to: NodeId,
    pub(crate) input: usize,
    pub(crate) stream: bool,
    pub(crate) base: i64,
    pub(crate) stitched: bool,
    /// Whether somebody chose it to be stitched.
    pub(crate) by_hand: bool,
}

impl Edge {
    pub(crate) fn lag(&self) -> i64 {
        self.base + i64::from(self.stitched)
    }
}

/// What was taken out of a graph. It is dropped when nothing is borrowed: a body's destructor may ask the flow.
pub(crate) enum Remains<V: Value> {
    Node { _slot: Box<Slot<V>> },
    Body { _body: Rc<dyn Node<V>> },
}

pub(crate) struct Graph<V: Value> {
    nodes: Vec<Option<Slot<V>>>,
    free_nodes: Vec<u32>,
    edges: Vec<Option<Edge>>,
    free_edges: Vec<u32>,
    pub(crate) names: HashMap<Rc<str>, NodeId>,
    /// Nodes with an input that refers to a name nobody bears.
    pub(crate) missing: HashMap<Rc<str>, Vec<NodeId>>,
    /// Nodes that waited for a reader to make room when their readers changed: to be tried again.
    pub(crate) loosened: Vec<NodeId>,
    pub(crate) remains: Vec<Remains<V>>,
    next_order: u64,
}

impl<V: Value> Default for Graph<V> {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            free_nodes: Vec::new(),
            edges: Vec::new(),
            free_edges: Vec::new(),
            names: HashMap::new(),
            missing: HashMap::new(),
            loosened: Vec::new(),
            remains: Vec::new(),
            next_order: 0,
        }
    }
}

impl<V: Value> Graph<V> {
    /// # Panics
    ///
    /// If the node was removed: ids inside the engine are of living nodes.
    pub(crate) fn node(&self, id: NodeId) -> &Slot<V> {
        self.nodes[id.0 as usize].as_ref().expect("a living node")
    }

    /// # Panics
    ///
    /// As [`node`](Self::node).
    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Slot<V> {
        self.nodes[id.0 as usize].as_mut().expect("a living node")
    }

    pub(crate) fn get(&self, id: NodeId) -> Option<&Slot<V>> {
        self.nodes.get(id.0 as usize)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, id: NodeId) -> Option<&mut Slot<V>> {
        self.nodes.get_mut(id.0 as usize)?.as_mut()
    }

    /// Puts nodes in the order of definition.
    pub(crate) fn sort(&self, nodes: &mut [NodeId]) {
        // Ids are handed out in that order too, until some are used again.
        let order = |id: &NodeId| self.node(*id).order;
        if !nodes.is_sorted_by_key(order) {
            nodes.sort_unstable_by_key(order);
        }
    }

    /// How many places for nodes there are, taken or free.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// # Panics
    ///
    /// If the edge was removed.
    pub(crate) fn edge(&self, id: EdgeId) -> &Edge {
        self.edges[id.0 as usize].as_ref().expect("a living edge")
    }

    /// # Panics
    ///
    /// If the edge was removed.
    pub(crate) fn edge_mut(&mut self, id: EdgeId) -> &mut Edge {
        self.edges[id.0 as usize].as_mut().expect("a living edge")
    }

    pub(crate) fn take_activities(&mut self) -> Vec<Rc<Activity<V>>> {
        self.nodes.iter_mut().flatten().filter_map(|slot| slot.activity.take()).collect()
    }

    pub(crate) fn is_under_way(&self, evaluation: EvaluationId) -> bool {
        self.get(evaluation.node).is_some_and(|slot| slot.evaluation == evaluation.number)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().enumerate().filter(|(_, slot)| slot.is_some()).map(|(i, _)| NodeId(i as u32))
    }

    /// The edges into a node, in the order of its inputs.
    pub(crate) fn input_edges(&self, id: NodeId) -> impl Iterator<Item = EdgeId> + '_ {
        self.node(id).inputs.iter().filter_map(|input| match input.source {
            Source::Edge(edge) => Some(edge),
            _ => None,
        })
    }

    /// Does something with each edge into a node, in the order of its inputs, and the edge's producer.
    ///
    /// # Panics
    ///
    /// As [`node`](Self::node).
    pub(crate) fn each_input_mut(&mut self, id: NodeId, mut act: impl FnMut(&mut Edge, &Slot<V>)) {
        let Self { nodes, edges, .. } = self;
        for input in &nodes[id.0 as usize].as_ref().expect("a living node").inputs {
            if let Source::Edge(edge) = input.source {
                let edge = edges[edge.0 as usize].as_mut().expect("a living edge");
                let producer = nodes[edge.from.0 as usize].as_ref().expect("a living node");
                act(edge, producer);
            }
        }
    }

    pub(crate) fn insert_node(&mut self, name: Rc<str>, body: Rc<dyn Node<V>>) -> NodeId {
        let order = self.next_order;
        self.next_order += 1;
        let id = self.put_node(Slot::new(name.clone(), body, order));
        self.names.insert(name, id);
        id
    }

    fn put_node(&mut self, slot: Slot<V>) -> NodeId {
        match self.free_nodes.pop() {
            Some(place) => {
                self.nodes[place as usize] = Some(slot);
                NodeId(place)
            }
            None => {
                self.nodes.push(Some(slot));
                NodeId(self.nodes.len() as u32 - 1)
            }
        }
    }

    /// Takes a node out; its edges must be gone already. Its place stays empty until
    /// [`release`](Self::release), so that an undone removal can [`restore`](Self::restore) it.
    pub(crate) fn take_node(&mut self, id: NodeId) -> Slot<V> {
        let slot = self.nodes[id.0 as usize].take().expect("a living node");
        self.names.remove(&slot.name);
        slot
    }

    pub(crate) fn bury(&mut self, slot: Slot<V>) {
        self.remains.push(Remains::Node { _slot: Box::new(slot) });
    }

    pub(crate) fn bury_body(&mut self, body: Rc<dyn Node<V>>) {
        self.remains.push(Remains::Body { _body: body });
    }

    pub(crate) fn restore(&mut self, id: NodeId, slot: Slot<V>) {
        self.names.insert(slot.name.clone(), id);
        self.nodes[id.0 as usize] = Some(slot);
    }

    pub(crate) fn release(&mut self, id: NodeId) {
        self.free_nodes.push(id.0);
    }

    /// Adds an edge behind the other readers of its producer.
    pub(crate) fn insert_edge(&mut self, edge: Edge) -> EdgeId {
        let position = self.node(edge.from).readers.len();
        self.insert_edge_at(edge, position)
    }

    pub(crate) fn insert_edge_at(&mut self, edge: Edge, position: usize) -> EdgeId {
        let from = edge.from;
        let id = match self.free_edges.pop() {
            Some(place) => {
                self.edges[place as usize] = Some(edge);
                EdgeId(place)
            }
            None => {
                self.edges.push(Some(edge));
                EdgeId(self.edges.len() as u32 - 1)
            }
        };
        self.node_mut(from).readers.insert(position, id);
        self.loosen(from);
        id
    }

    /// Frees an edge that is no longer among the readers of its producer.
    pub(crate) fn free_edge(&mut self, id: EdgeId) -> Edge {
        let edge = self.edges[id.0 as usize].take().expect("a living edge");
        self.free_edges.push(id.0);
        edge
    }

    /// Takes an edge out; gives it with its position among the readers of its producer.
    pub(crate) fn remove_edge(&mut self, id: EdgeId) -> (Edge, usize) {
        let edge = self.free_edge(id);
        let producer = self.node_mut(edge.from);
        let position = producer.readers.iter().position(|reader| *reader == id).expect("among the readers");
        producer.readers.remove(position);
        self.loosen(edge.from);
        (edge, position)
    }

    /// The readers of a node have changed: if it waited for one to make room it must look at all of them again.
    fn loosen(&mut self, id: NodeId) {
        let producer = self.node_mut(id);
        if matches!(producer.watch, Some(Watch::Room(_))) {
            producer.watch = None;
            self.loosened.push(id);
        }
    }
}
