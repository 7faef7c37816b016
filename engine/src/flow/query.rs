//! Looking at a flow.

use std::collections::HashSet;
use std::rc::Rc;

use super::generation::Generation;
use super::graph::NodeId;
use super::node::{InputPort, NodeFailure, Outputs, Signature};
use super::slot::{Blocked, Input, Slot, Source};
use super::value::{Accumulator, Value};
use super::{Core, Flow};

/// What can be said of a node.
#[derive(Debug, Clone)]
pub enum Status {
    /// Its value is up to date.
    Clean,
    /// It must run before its value counts.
    Dirty,
    /// A call of it is under way.
    Running,
    /// It is a stream that was started and waits to be read.
    Suspended,
    /// It cannot run.
    Waiting(Blocked),
    /// Its last call failed.
    Failed(NodeFailure),
}

/// An input that comes from a node.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InputSide {
    /// The parameter's name.
    pub parameter: Rc<str>,
    /// The name of the node that it comes from.
    pub from: Rc<str>,
    /// Whether there is such a node yet.
    pub defined: bool,
    /// Whether it is read as a stream.
    pub stream: bool,
    /// Whether a cycle was broken here: it is one generation behind.
    pub stitched: bool,
}

impl<V: Value> Flow<V> {
    /// The node of this name.
    pub fn node(&self, name: &str) -> Option<NodeId> {
        self.0.core.borrow().graph.names.get(name).copied()
    }

    /// All nodes in the order of definition.
    pub fn nodes(&self) -> Vec<NodeId> {
        self.0.core.borrow().all_nodes()
    }

    /// Those of the nodes that are still there, in the order of definition. Costs only these nodes.
    pub fn in_order(&self, nodes: impl IntoIterator<Item = NodeId>) -> Vec<NodeId> {
        let core = self.0.core.borrow();
        let living = |id: NodeId| core.graph.get(id).map(|slot| (slot.order, id));
        let mut living: Vec<(u64, NodeId)> = nodes.into_iter().filter_map(living).collect();
        living.sort_unstable();
        living.into_iter().map(|(_, id)| id).collect()
    }

    /// A node's name; `None` if it was removed.
    pub fn name(&self, node: NodeId) -> Option<Rc<str>> {
        self.look(node, |slot| slot.name.clone())
    }

    /// A node's signature; `None` if it was removed.
    pub fn signature(&self, node: NodeId) -> Option<Signature> {
        self.look(node, |slot| slot.body.signature().clone())
    }

    /// The generation of a node's newest datum; `None` if it never ran or was removed.
    pub fn generation(&self, node: NodeId) -> Option<Generation> {
        self.look(node, Slot::generation).flatten()
    }

    /// The final values of the last completed run, one an output port; `None` if there is none.
    pub fn value(&self, node: NodeId) -> Option<Outputs<V>> {
        self.look(node, |slot| slot.latest.clone()).flatten()
    }

    /// What a stream under way has come to so far: its chunks folded. `None` if no run is under way, or it has
    /// no chunk yet.
    pub fn partial_value(&self, node: NodeId) -> Option<Outputs<V>> {
        self.look(node, |slot| {
            let open = slot.streaming && slot.is_running();
            if open {
                slot.folds.iter().map(Accumulator::value).collect::<Option<Outputs<V>>>()
            } else {
                None
            }
        })
        .flatten()
        .filter(|outputs| !outputs.is_empty())
    }

    /// A node's status; `None` if it was removed.
    pub fn status(&self, node: NodeId) -> Option<Status> {
        self.look(node, |slot| {
            if let Some(failure) = slot.failure() {
                Status::Failed(failure.clone())
            } else if let Some(blocked) = slot.blocked() {
                Status::Waiting(blocked.clone())
            } else if slot.is_running() {
                match &slot.activity {
                    Some(activity) if slot.streaming && activity.is_parked() => Status::Suspended,
                    _ => Status::Running,
                }
            } else if slot.dirty {
                Status::Dirty
            } else {
                Status::Clean
            }
        })
    }

    /// What a waiting node waits for in the end: the name nobody bears, or the node that failed.
    pub fn root_cause(&self, node: NodeId) -> Option<Blocked> {
        let core = self.0.core.borrow();
        core.blocked(node)?;
        let cause = core.cause_of(node);
        Some(core.blocked(cause).cloned().unwrap_or(Blocked::Upstream(cause)))
    }

    /// The names of the nodes that a node's inputs come from, in the order of its inputs.
    pub fn input_nodes(&self, node: NodeId) -> Vec<Rc<str>> {
        let core = self.0.core.borrow();
        let Some(slot) = core.graph.get(node) else { return Vec::new() };
        let name_of = |source: &Source<V>| match source {
            Source::Edge(edge) => Some(core.graph.node(core.graph.edge(*edge).from).name.clone()),
            Source::Missing(name) => Some(name.clone()),
            _ => None,
        };
        slot.inputs.iter().filter_map(|input| name_of(&input.source)).collect()
    }

    /// The inputs of a node that come from nodes, in order.
    pub fn input_ends(&self, node: NodeId) -> Vec<InputSide> {
        let core = self.0.core.borrow();
        let Some(slot) = core.graph.get(node) else { return Vec::new() };
        let ports = &slot.body.signature().inputs;
        let side = |(port, input): (&InputPort, &Input<V>)| {
            let (from, defined, stitched) = match &input.source {
                Source::Edge(edge) => {
                    let edge = core.graph.edge(*edge);
                    (core.graph.node(edge.from).name.clone(), true, edge.stitched)
                }
                Source::Missing(name) => (name.clone(), false, false),
                Source::Constant(_) | Source::Default => return None,
            };
            Some(InputSide { parameter: port.name.clone(), from, defined, stream: port.stream, stitched })
        };
        ports.iter().zip(&slot.inputs).filter_map(side).collect()
    }

    /// The names of the nodes that read a node, each once.
    pub fn output_nodes(&self, node: NodeId) -> Vec<Rc<str>> {
        let core = self.0.core.borrow();
        let Some(slot) = core.graph.get(node) else { return Vec::new() };
        let mut seen = HashSet::new();
        let readers = slot.readers.iter().map(|edge| core.graph.edge(*edge).to);
        readers
            .filter(|reader| seen.insert(*reader))
            .map(|reader| core.graph.node(reader).name.clone())
            .collect()
    }

    /// What the inputs of a node's next call are, as far as they are there; of a failed node, what the failed call
    /// got. One an input, with the parameter's name; a stream or what is not there is `None`.
    pub fn input_values(&self, node: NodeId) -> Vec<(Rc<str>, Option<V>)> {
        let core = self.0.core.borrow();
        let Some(slot) = core.graph.get(node) else { return Vec::new() };
        let ports = &slot.body.signature().inputs;
        let value = |input: &Input<V>| match &input.source {
            Source::Constant(value) => Some(value.clone()),
            Source::Default => input.default.clone(),
            Source::Missing(_) => None,
            Source::Edge(edge) => {
                let edge = core.graph.edge(*edge);
                match u64::try_from(slot.started as i64 - edge.lag()) {
                    Err(_) => input.default.clone(),
                    Ok(_) if edge.stream => None,
                    Ok(needed) => core.graph.node(edge.from).output(needed, edge.port),
                }
            }
        };
        ports.iter().zip(&slot.inputs).map(|(port, input)| (port.name.clone(), value(input))).collect()
    }

    /// Whether a reader of the node has data to go on with: so it is in a cycle that a limit has stopped.
    pub fn can_go_on(&self, node: NodeId) -> bool {
        let core = self.0.core.borrow();
        let Some(slot) = core.graph.get(node) else { return false };
        // The next call can begin as soon as it is demanded.
        slot.done > 0
            && !slot.is_running()
            && slot.blocked().is_none()
            && !slot.is_held_by_pin()
            && core.graph.input_edges(node).next().is_some()
            && core.graph.input_edges(node).all(|edge| {
                let edge = core.graph.edge(edge);
                let needed = slot.started as i64 - edge.lag();
                core.graph.node(edge.from).done as i64 > needed
            })
    }

    /// Marks whether a display shows a node; a shown stream is drained by runs that ask for it.
    pub fn set_shown(&self, node: NodeId, shown: bool) {
        let mut core = self.0.core.borrow_mut();
        if core.graph.get(node).is_some() {
            core.graph.node_mut(node).shown = shown;
        }
    }

    fn look<R>(&self, node: NodeId, at: impl FnOnce(&Slot<V>) -> R) -> Option<R> {
        self.0.core.borrow().graph.get(node).map(at)
    }
}

impl<V: Value> Core<V> {
    pub(crate) fn all_nodes(&self) -> Vec<NodeId> {
        let mut ids: Vec<NodeId> = self.graph.ids().collect();
        ids.sort_by_key(|id| self.graph.node(*id).order);
        ids
    }
}
