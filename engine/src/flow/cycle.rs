//! Cycles: which edges are broken by their defaults.
//!
//! Flowno condenses the graph of stale edges each time it looks for something to run, and breaks a leaf
//! component at the node whose inputs from the component all have defaults (rules A5 and A6). The edges so
//! broken stay one generation behind for ever, and what is left of a cycle is acyclic. Which edges these are
//! does not depend on values: on a fresh component every internal edge is stale, the chosen node leaves
//! the component once it has run, and the rest is condensed anew. So it is decided once, when the graph is
//! wired: find the strongly connected components, stitch the internal inputs of the first node (in the
//! order of definition; Flowno leaves the choice open, A7) that has defaults for all of them, take it out, and
//! do the same with what is left. A component without such a node is a missing default. Edges that somebody chose by hand
//! (`defaults.rs`) are broken already.
//!
//! The components are Tarjan's, found with an explicit stack: a chain may be 100,000 nodes long. Only the
//! dirty nodes are looked at: a cycle that a rewire closes or changes is dirty as a whole.

use std::collections::{HashMap, HashSet};

use super::error::{CycleNode, CycleParameter, MissingDefaultError};
use super::graph::{EdgeId, Graph, NodeId, Source};
use super::value::Value;

/// Which edges are one generation behind, and which components nothing can start.
#[derive(Debug, Default)]
pub(crate) struct Stitches {
    pub(crate) edges: Vec<EdgeId>,
    pub(crate) unbreakable: Vec<Vec<NodeId>>,
}

/// Plans the stitches of the subgraph of `nodes`.
pub(crate) fn plan<V: Value>(graph: &Graph<V>, nodes: &[NodeId]) -> Stitches {
    let mut stitches = Stitches::default();
    let mut work = vec![nodes.to_vec()];
    while let Some(nodes) = work.pop() {
        for mut component in components(graph, &nodes) {
            component.sort_by_key(|id| graph.node(*id).order);
            let members: HashSet<NodeId> = component.iter().copied().collect();
            match component.iter().position(|id| can_start(graph, *id, &members)) {
                Some(position) => {
                    let chosen = component.remove(position);
                    stitches.edges.extend(internal_inputs(graph, chosen, &members).map(|(_, edge)| edge));
                    work.push(component);
                }
                None => stitches.unbreakable.push(component),
            }
        }
    }
    stitches
}

/// The inputs of `id` that come from `component`, by input index and edge.
fn internal_inputs<'a, V: Value>(
    graph: &'a Graph<V>,
    id: NodeId,
    component: &'a HashSet<NodeId>,
) -> impl Iterator<Item = (usize, EdgeId)> + 'a {
    graph.node(id).inputs.iter().enumerate().filter_map(move |(index, input)| match input.source {
        Source::Edge(id) => {
            let edge = graph.edge(id);
            (!edge.by_hand && component.contains(&edge.from)).then_some((index, id))
        }
        _ => None,
    })
}

fn can_start<V: Value>(graph: &Graph<V>, id: NodeId, component: &HashSet<NodeId>) -> bool {
    internal_inputs(graph, id, component).all(|(index, _)| graph.node(id).inputs[index].default.is_some())
}

/// The report of a component that nothing can start.
pub(crate) fn missing_default<V: Value>(graph: &Graph<V>, component: &[NodeId]) -> MissingDefaultError {
    let members: HashSet<NodeId> = component.iter().copied().collect();
    let describe = |id: &NodeId| {
        let node = graph.node(*id);
        let lacking: Vec<usize> = internal_inputs(graph, *id, &members)
            .filter(|(index, _)| node.inputs[*index].default.is_none())
            .map(|(index, _)| index)
            .collect();
        let signature = node.body.signature();
        let parameters = signature.inputs.iter().enumerate().map(|(index, port)| CycleParameter {
            name: port.name.clone(),
            needs_default: lacking.contains(&index),
        });
        CycleNode {
            node: node.name.clone(),
            type_name: signature.type_name.clone(),
            parameters: parameters.collect(),
        }
    };
    MissingDefaultError { nodes: component.iter().map(describe).collect() }
}

/// The state of Tarjan's algorithm for one node.
#[derive(Clone, Copy)]
struct Mark {
    index: u32,
    low: u32,
    on_stack: bool,
}

/// The strongly connected components of the subgraph of `nodes` that hold a cycle.
fn components<V: Value>(graph: &Graph<V>, nodes: &[NodeId]) -> Vec<Vec<NodeId>> {
    let place: HashMap<NodeId, usize> = nodes.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    let next_of: Vec<Vec<usize>> = nodes
        .iter()
        .map(|id| {
            let readers = &graph.node(*id).readers;
            let open = readers.iter().map(|edge| graph.edge(*edge)).filter(|edge| !edge.by_hand);
            open.filter_map(|edge| place.get(&edge.to).copied()).collect()
        })
        .collect();
    let mut marks: Vec<Option<Mark>> = vec![None; nodes.len()];
    let mut stack: Vec<usize> = Vec::new();
    let mut path: Vec<(usize, usize)> = Vec::new(); // a node, and how many of its readers were visited
    let mut count = 0;
    let mut found = Vec::new();
    for root in 0..nodes.len() {
        if marks[root].is_some() {
            continue;
        }
        path.push((root, 0));
        while let Some((node, visited)) = path.pop() {
            if visited == 0 {
                marks[node] = Some(Mark { index: count, low: count, on_stack: true });
                stack.push(node);
                count += 1;
            }
            if visited > 0 {
                lower(&mut marks, node, next_of[node][visited - 1], |mark| mark.low);
            }
            match step(&mut marks, &next_of[node], node, visited) {
                Some((child, position)) => {
                    path.push((node, position + 1));
                    path.push((child, 0));
                }
                None => found.extend(close(&mut marks, &mut stack, node, &next_of)),
            }
        }
    }
    found.into_iter().map(|component| component.into_iter().map(|i| nodes[i]).collect()).collect()
}

/// The next reader of `node` that was not visited yet; visited ones on the stack lower its mark.
fn step(marks: &mut [Option<Mark>], readers: &[usize], node: usize, from: usize) -> Option<(usize, usize)> {
    for (position, &reader) in readers.iter().enumerate().skip(from) {
        if marks[reader].is_none() {
            return Some((reader, position));
        }
        lower(marks, node, reader, |mark| mark.index);
    }
    None
}

fn lower(marks: &mut [Option<Mark>], node: usize, reader: usize, by: impl Fn(Mark) -> u32) {
    if let (Some(mark), Some(other)) = (marks[node], marks[reader])
        && other.on_stack
    {
        marks[node] = Some(Mark { low: mark.low.min(by(other)), ..mark });
    }
}

/// Takes the component of which `node` is the root off the stack, if it is one and holds a cycle.
fn close(
    marks: &mut [Option<Mark>],
    stack: &mut Vec<usize>,
    node: usize,
    next_of: &[Vec<usize>],
) -> Option<Vec<usize>> {
    let mark = marks[node]?;
    if mark.low != mark.index {
        return None;
    }
    let start = stack.iter().rposition(|other| *other == node)?;
    let component = stack.split_off(start);
    for member in &component {
        if let Some(mark) = &mut marks[*member] {
            mark.on_stack = false;
        }
    }
    (component.len() > 1 || next_of[node].contains(&node)).then_some(component)
}
