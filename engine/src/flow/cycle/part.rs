//! A part of the graph by places from 0, and its strongly connected components.
//!
//! The components are Tarjan's, found with an explicit stack: a chain may be 100,000 nodes long.

use std::collections::HashMap;
use std::ops::Range;

use crate::flow::graph::{Graph, NodeId};
use crate::flow::value::Value;

/// Some nodes, and the edges between them that nobody chose to break by hand.
pub(super) struct Part {
    pub(super) nodes: Vec<NodeId>,
    place_of: HashMap<NodeId, usize>,
    /// Where the readers of each place begin in `readers`, and where those of the last one end.
    starts: Vec<usize>,
    /// The places of the readers, of one node after the other.
    readers: Vec<usize>,
}

impl Part {
    pub(super) fn new<V: Value>(graph: &Graph<V>, nodes: &[NodeId]) -> Self {
        let place_of: HashMap<NodeId, usize> = nodes.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let mut starts = Vec::with_capacity(nodes.len() + 1);
        let mut readers = Vec::new();
        for &id in nodes {
            starts.push(readers.len());
            let open =
                graph.node(id).readers.iter().map(|edge| graph.edge(*edge)).filter(|edge| !edge.by_hand);
            readers.extend(open.filter_map(|edge| place_of.get(&edge.to).copied()));
        }
        starts.push(readers.len());
        Self { nodes: nodes.to_vec(), place_of, starts, readers }
    }

    pub(super) fn place(&self, id: NodeId) -> Option<usize> {
        self.place_of.get(&id).copied()
    }

    /// The places that read a place, once an edge.
    pub(super) fn readers(&self, place: usize) -> &[usize] {
        &self.readers[self.reader_range(place)]
    }

    fn reader_range(&self, place: usize) -> Range<usize> {
        self.starts[place]..self.starts[place + 1]
    }

    /// The strongly connected components, of the places among `roots` that `in_part` takes, that hold a cycle.
    pub(super) fn components(
        &self,
        roots: impl Iterator<Item = usize>,
        in_part: impl Fn(usize) -> bool,
    ) -> Vec<Vec<usize>> {
        let mut search =
            Search { part: self, marks: vec![None; self.nodes.len()], stack: Vec::new(), count: 0 };
        let mut path: Vec<(usize, usize)> = Vec::new(); // a place, and how many of its readers were visited
        let mut found = Vec::new();
        for root in roots {
            if search.marks[root].is_none() {
                path.push((root, 0));
            }
            while let Some((place, visited)) = path.pop() {
                match visited {
                    0 => search.enter(place),
                    _ => search.lower(place, self.readers(place)[visited - 1], |mark| mark.low),
                }
                match search.step(place, visited, &in_part) {
                    Some((reader, position)) => path.extend([(place, position + 1), (reader, 0)]),
                    None => found.extend(search.close(place)),
                }
            }
        }
        found
    }
}

/// The state of Tarjan's algorithm for one place.
#[derive(Clone, Copy)]
struct Mark {
    index: u32,
    low: u32,
    on_stack: bool,
}

struct Search<'a> {
    part: &'a Part,
    marks: Vec<Option<Mark>>,
    stack: Vec<usize>,
    count: u32,
}

impl Search<'_> {
    fn enter(&mut self, place: usize) {
        self.marks[place] = Some(Mark { index: self.count, low: self.count, on_stack: true });
        self.stack.push(place);
        self.count += 1;
    }

    /// The next reader that was not visited yet; visited ones on the stack lower the mark.
    fn step(&mut self, place: usize, from: usize, in_part: impl Fn(usize) -> bool) -> Option<(usize, usize)> {
        for (position, &reader) in self.part.readers(place).iter().enumerate().skip(from) {
            if !in_part(reader) {
                continue;
            }
            if self.marks[reader].is_none() {
                return Some((reader, position));
            }
            self.lower(place, reader, |mark| mark.index);
        }
        None
    }

    fn lower(&mut self, place: usize, reader: usize, by: impl Fn(Mark) -> u32) {
        if let (Some(mark), Some(other)) = (self.marks[place], self.marks[reader])
            && other.on_stack
        {
            self.marks[place] = Some(Mark { low: mark.low.min(by(other)), ..mark });
        }
    }

    /// Takes the component of which `place` is the root off the stack, if it is one and holds a cycle.
    fn close(&mut self, place: usize) -> Option<Vec<usize>> {
        let mark = self.marks[place]?;
        if mark.low != mark.index {
            return None;
        }
        let start = self.stack.iter().rposition(|other| *other == place)?;
        let component = self.stack.split_off(start);
        for member in &component {
            if let Some(mark) = &mut self.marks[*member] {
                mark.on_stack = false;
            }
        }
        (component.len() > 1 || self.part.readers(place).contains(&place)).then_some(component)
    }
}
