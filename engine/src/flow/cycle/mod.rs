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
//! To condense the rest anew each time would make a ladder of many small cycles quadratic. So what stands in no
//! cycle any more is peeled off, node by node, and then only the wound is looked at: the nodes that lost an edge. If they
//! still reach each other, the rest is whole. *Proof.* Were it not, it would have a component that no edge enters and another
//! that no edge leaves. The component was whole before, so both lost an edge: each holds a node of the wound, and the
//! second does not reach the first. A search that finds the wound ends there; one that runs out of nodes says that
//! the rest has come apart, and only then is it condensed.
//!
//! Only the dirty nodes are looked at: a cycle that a rewire closes or changes is dirty as a whole.

mod missing;
mod part;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use self::part::Part;
use super::graph::{EdgeId, Graph, NodeId};
use super::slot::Source;
use super::value::Value;

pub(crate) use self::missing::missing_default;

/// Which edges are one generation behind, and which components nothing can start.
#[derive(Debug, Default)]
pub(crate) struct Stitches {
    pub(crate) edges: Vec<EdgeId>,
    pub(crate) unbreakable: Vec<Vec<NodeId>>,
}

/// Plans the stitches of the subgraph of `nodes`.
pub(crate) fn plan<V: Value>(graph: &Graph<V>, nodes: &[NodeId]) -> Stitches {
    let part = Part::new(graph, nodes);
    let mut work = part.components(0..nodes.len(), |_| true);
    let mut stitches = Stitches::default();
    if work.is_empty() {
        return stitches;
    }
    let mut breaker = Breaker::new(graph, &part);
    while let Some(component) = work.pop() {
        work.extend(breaker.break_up(component, &mut stitches));
    }
    stitches
}

/// The inputs of `id` that come from nodes that `wanted` takes, by input index and edge.
fn inputs_from<V: Value>(
    graph: &Graph<V>,
    id: NodeId,
    wanted: impl Fn(NodeId) -> bool,
) -> impl Iterator<Item = (usize, EdgeId)> {
    graph.node(id).inputs.iter().enumerate().filter_map(move |(index, input)| match input.source {
        Source::Edge(id) => {
            let edge = graph.edge(id);
            (!edge.by_hand && wanted(edge.from)).then_some((index, id))
        }
        _ => None,
    })
}

/// No component: the node stands in no cycle, or does not any more.
const NONE: u32 = 0;

/// Breaks components up; by places in a part of the graph.
struct Breaker<'a, V: Value> {
    graph: &'a Graph<V>,
    part: &'a Part,
    /// The component that each place is in.
    component: Vec<u32>,
    /// The number of the last component that was begun.
    components: u32,
    /// How many edges each place has from its component, and to it.
    inputs: Vec<u32>,
    outputs: Vec<u32>,
    /// How many of those inputs have no default.
    lacking: Vec<u32>,
    /// The last search that came to each place, with the edges and against them, and the last that looked for it.
    seen: [Vec<u32>; 2],
    wounded: Vec<u32>,
    searches: u32,
}

impl<'a, V: Value> Breaker<'a, V> {
    fn new(graph: &'a Graph<V>, part: &'a Part) -> Self {
        let zeros = || vec![0; part.nodes.len()];
        Self {
            graph,
            part,
            component: zeros(),
            components: NONE,
            inputs: zeros(),
            outputs: zeros(),
            lacking: zeros(),
            seen: [zeros(), zeros()],
            wounded: zeros(),
            searches: 0,
        }
    }

    /// Takes nodes out of a component until nothing is left, it has come apart into the components that are given
    /// back, or nothing can start it.
    fn break_up(&mut self, component: Vec<usize>, stitches: &mut Stitches) -> Vec<Vec<usize>> {
        let number = self.enter(&component);
        let order = |place: usize| self.graph.node(self.part.nodes[place]).order;
        let startable = component.iter().filter(|place| self.lacking[**place] == 0);
        let mut startable: BinaryHeap<_> = startable.map(|place| Reverse((order(*place), *place))).collect();
        let mut left = component.len();
        while left > 0 {
            let Some(Reverse((_, chosen))) = startable.pop() else {
                let mut members: Vec<NodeId> =
                    self.members(&component, number).map(|place| self.part.nodes[place]).collect();
                self.graph.sort(&mut members);
                stitches.unbreakable.push(members);
                return Vec::new();
            };
            if self.component[chosen] != number {
                continue; // peeled off
            }
            stitches.edges.extend(self.internal_inputs(chosen, number).map(|(_, edge)| edge));
            let mut wound = Vec::new();
            left -= self.take_out(chosen, number, &mut wound, |place| {
                startable.push(Reverse((order(place), place)));
            });
            wound.retain(|place| self.component[*place] == number);
            if !self.reach_each_other(&wound, number) {
                let members: Vec<usize> = self.members(&component, number).collect();
                return self.part.components(members.into_iter(), |place| self.component[place] == number);
            }
        }
        Vec::new()
    }

    /// Makes a component of these places, and gives its number.
    fn enter(&mut self, component: &[usize]) -> u32 {
        self.components += 1;
        let number = self.components;
        component.iter().for_each(|place| self.component[*place] = number);
        for &place in component {
            let inputs = &self.graph.node(self.part.nodes[place]).inputs;
            let (mut count, mut lacking) = (0, 0);
            for (index, _) in self.internal_inputs(place, number) {
                count += 1;
                lacking += u32::from(inputs[index].default.is_none());
            }
            let readers = self.part.readers(place).iter();
            self.outputs[place] = readers.filter(|reader| self.component[**reader] == number).count() as u32;
            (self.inputs[place], self.lacking[place]) = (count, lacking);
        }
        number
    }

    fn members<'b>(&'b self, component: &'b [usize], number: u32) -> impl Iterator<Item = usize> + 'b {
        component.iter().copied().filter(move |place| self.component[*place] == number)
    }

    /// The inputs of a place from a component, by input index and edge.
    fn internal_inputs(&self, place: usize, number: u32) -> impl Iterator<Item = (usize, EdgeId)> {
        inputs_from(self.graph, self.part.nodes[place], move |from| self.is_in(from, number))
    }

    fn is_in(&self, id: NodeId, number: u32) -> bool {
        self.part.place(id).is_some_and(|place| self.component[place] == number)
    }

    /// Takes a place out of its component, and all that then stands in no cycle. Gives how many that are, notes who lost
    /// an edge, and tells who can start the component now.
    fn take_out(
        &mut self,
        place: usize,
        number: u32,
        wound: &mut Vec<usize>,
        mut can_start: impl FnMut(usize),
    ) -> usize {
        let mut taken = 0;
        let mut work = vec![place];
        while let Some(place) = work.pop() {
            if std::mem::replace(&mut self.component[place], NONE) == NONE {
                continue;
            }
            taken += 1;
            let begin = wound.len();
            for edge in
                self.graph.node(self.part.nodes[place]).readers.iter().map(|edge| self.graph.edge(*edge))
            {
                let reader = self.part.place(edge.to).filter(|reader| self.component[*reader] == number);
                let (Some(reader), false) = (reader, edge.by_hand) else { continue };
                self.inputs[reader] -= 1;
                if self.graph.node(edge.to).inputs[edge.input].default.is_none() {
                    self.lacking[reader] -= 1;
                    if self.lacking[reader] == 0 {
                        can_start(reader);
                    }
                }
                wound.push(reader);
            }
            let end = wound.len();
            wound.extend(self.producers(place, number));
            wound[end..].iter().for_each(|producer| self.outputs[*producer] -= 1);
            let bare = |place: &&usize| self.inputs[**place] == 0 || self.outputs[**place] == 0;
            work.extend(wound[begin..].iter().filter(bare));
        }
        taken
    }

    /// The places in a component that a place reads, once an edge.
    fn producers(&self, place: usize, number: u32) -> impl Iterator<Item = usize> {
        self.internal_inputs(place, number)
            .filter_map(|(_, edge)| self.part.place(self.graph.edge(edge).from))
    }

    /// Whether each of the places in the wound of a component reaches every other: two searches from one of them, with the
    /// edges and against them, step by step in turn.
    fn reach_each_other(&mut self, wound: &[usize], number: u32) -> bool {
        let Some(&root) = wound.first() else { return true };
        self.searches += 1;
        let mut lost = 0;
        for &place in wound {
            lost += usize::from(std::mem::replace(&mut self.wounded[place], self.searches) != self.searches);
        }
        let mut ways = [Way::Readers, Way::Producers].map(|way| (way, VecDeque::new(), lost));
        for (way, line, lost) in &mut ways {
            self.see(*way, root, line, lost);
        }
        while ways.iter().any(|(_, _, lost)| *lost > 0) {
            for (way, line, lost) in ways.iter_mut().filter(|(_, _, lost)| *lost > 0) {
                let Some(place) = line.pop_front() else { return false };
                let next: Vec<usize> = match way {
                    Way::Readers => self.members(self.part.readers(place), number).collect(),
                    Way::Producers => self.producers(place, number).collect(),
                };
                next.into_iter().for_each(|place| self.see(*way, place, line, lost));
            }
        }
        true
    }

    /// A search comes to a place: if for the first time it goes on from there, and has found one that was lost if it is in
    /// the wound.
    fn see(&mut self, way: Way, place: usize, line: &mut VecDeque<usize>, lost: &mut usize) {
        if std::mem::replace(&mut self.seen[way as usize][place], self.searches) == self.searches {
            return;
        }
        *lost -= usize::from(self.wounded[place] == self.searches);
        line.push_back(place);
    }
}

/// Which way a search goes.
#[derive(Clone, Copy)]
enum Way {
    Readers,
    Producers,
}
