//! Graphs as data, and what they must come to: each value from its definition, by recursion.

use std::collections::{HashMap, HashSet};

use super::Random;
use crate::kinds::mix;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Input {
    /// Index of the producer; `None` for the constant.
    pub(super) from: Option<usize>,
    /// The constant, or the default.
    pub(super) value: i64,
    pub(super) has_default: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct NodeModel {
    pub(super) kind: &'static str,
    pub(super) inputs: Vec<Input>,
}

/// Nodes by index; `None` where none is defined.
pub(super) type GraphModel = Vec<Option<NodeModel>>;

pub(super) const KINDS: [&str; 12] =
    ["const", "inc", "double", "add", "mix", "mix", "roll", "long", "map", "sum", "chain", "sum"];

fn arity(kind: &str, random: &mut Random) -> usize {
    match kind {
        "const" => 0,
        "chain" => 2,
        "add" | "mix" => 1 + random.below(3),
        "sum" => 1 + random.below(2),
        _ => 1,
    }
}

/// A node at `index` that reads only what `may_read` allows.
pub(super) fn random_node(random: &mut Random, kinds: &[&'static str], may_read: &[usize]) -> NodeModel {
    let kind = random.pick(kinds);
    let inputs = (0..arity(kind, random)).map(|_| {
        let reads = !may_read.is_empty() && random.chance(85);
        Input {
            from: reads.then(|| random.pick(may_read)),
            value: random.below(9) as i64 + 1,
            has_default: random.chance(50),
        }
    });
    NodeModel { kind, inputs: inputs.collect() }
}

/// The line that defines the node.
pub(super) fn line(index: usize, node: &NodeModel) -> String {
    let input = |input: &Input| match input.from {
        Some(from) if input.has_default => format!("n{from}|{}", input.value),
        Some(from) => format!("n{from}"),
        None => input.value.to_string(),
    };
    let inputs: Vec<String> = node.inputs.iter().map(input).collect();
    // The parameter is the value of a `const` and the last word of a `long`.
    format!("n{index} = {}:{}({})", node.kind, index + 1, inputs.join(", "))
}

pub(super) fn lines(graph: &GraphModel) -> String {
    let line = |(index, node): (usize, &Option<NodeModel>)| node.as_ref().map(|node| line(index, node));
    graph.iter().enumerate().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// What one run of a node gives: its chunks if it streams, and its final value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    chunks: Option<Vec<i64>>,
    pub(super) value: i64,
}

/// Evaluates a graph one value at a time.
pub(super) struct Naive<'a> {
    graph: &'a GraphModel,
    /// Inputs (node, input) that are one generation behind.
    broken: HashSet<(usize, usize)>,
    known: HashMap<(usize, u64), Option<Given>>,
}

impl<'a> Naive<'a> {
    /// `None` if some cycle cannot be started.
    pub(super) fn new(graph: &'a GraphModel) -> Option<Self> {
        let broken = break_cycles(graph)?;
        Some(Self { graph, broken, known: HashMap::new() })
    }

    /// What run `run` of node `index` gives; `None` if it waits for something that is not there.
    pub(super) fn given(&mut self, index: usize, run: u64) -> Option<Given> {
        if let Some(known) = self.known.get(&(index, run)) {
            return known.clone();
        }
        let given = self.evaluate(index, run);
        self.known.insert((index, run), given.clone());
        given
    }

    fn evaluate(&mut self, index: usize, run: u64) -> Option<Given> {
        let node = self.graph[index].as_ref()?;
        let mut args = Vec::new();
        for (position, input) in node.inputs.iter().enumerate() {
            let behind = u64::from(self.broken.contains(&(index, position)));
            args.push(match input.from {
                Some(from) if run >= behind => self.given(from, run - behind)?,
                // A default is passed as it is; a stream port that gets one is no stream.
                _ => Given { chunks: None, value: input.value },
            });
        }
        let before = match (node.kind, run) {
            ("roll", 1..) => self.given(index, run - 1)?.value,
            _ => 0,
        };
        Some(compute(node.kind, index as i64 + 1, &args, before, &streams(node, index, run, &self.broken)))
    }
}

/// Which inputs get a stream: those on stream ports that are connected, and not given their default.
fn streams(node: &NodeModel, index: usize, run: u64, broken: &HashSet<(usize, usize)>) -> Vec<bool> {
    let ports = match node.kind {
        "map" | "sum" => 1,
        "chain" => 2,
        _ => 0,
    };
    let is_stream = |(position, input): (usize, &Input)| {
        position < ports && input.from.is_some() && !(run == 0 && broken.contains(&(index, position)))
    };
    node.inputs.iter().enumerate().map(is_stream).collect()
}

fn compute(kind: &str, parameter: i64, args: &[Given], before: i64, streams: &[bool]) -> Given {
    let values: Vec<i64> =
        args.iter().zip(streams).filter(|(_, stream)| !**stream).map(|(arg, _)| arg.value).collect();
    let read: Vec<Vec<i64>> = args
        .iter()
        .zip(streams)
        .filter(|(_, stream)| **stream)
        .map(|(arg, _)| arg.chunks.clone().unwrap_or(vec![arg.value]))
        .collect();
    let first = values.first().copied().unwrap_or(0);
    let plain = |value: i64| Given { chunks: None, value };
    match kind {
        "const" => plain(parameter),
        "inc" => plain(first.wrapping_add(1)),
        "double" => plain(first.wrapping_mul(2)),
        "add" => plain(values.iter().fold(0, |sum: i64, value| sum.wrapping_add(*value))),
        "mix" => plain(mix(&values)),
        "roll" => plain(before.wrapping_add(first)),
        "long" => {
            let length = 1 + first.rem_euclid(6);
            Given { chunks: Some((1..=length).collect()), value: parameter }
        }
        "map" if read.is_empty() => {
            let chunks: Vec<i64> = (1..=1 + first.rem_euclid(6)).collect();
            Given { value: chunks.iter().sum(), chunks: Some(chunks) }
        }
        "map" => {
            let chunks: Vec<i64> = read[0].iter().map(|chunk| chunk.wrapping_mul(2)).collect();
            Given {
                value: chunks.iter().fold(0, |sum: i64, chunk| sum.wrapping_add(*chunk)),
                chunks: Some(chunks),
            }
        }
        _ if read.is_empty() => plain(first),
        _ => plain(fold(&read, mix(&values))),
    }
}

/// What the reading kinds make of their streams.
fn fold(streams: &[Vec<i64>], start: i64) -> i64 {
    let mut total = start;
    for (index, stream) in streams.iter().enumerate() {
        for chunk in stream {
            total = total.wrapping_mul(1 + index as i64).wrapping_add(*chunk);
        }
    }
    total
}

/// The inputs that break the cycles, as A6 and A7 choose them; `None` if a cycle has none.
fn break_cycles(graph: &GraphModel) -> Option<HashSet<(usize, usize)>> {
    let mut broken = HashSet::new();
    let mut work = vec![(0..graph.len()).filter(|index| graph[*index].is_some()).collect::<Vec<_>>()];
    while let Some(nodes) = work.pop() {
        for component in components(graph, &nodes) {
            let internal = |index: usize| {
                let inputs = graph[index].iter().flat_map(|node| node.inputs.iter().enumerate());
                inputs.filter(|(_, input)| input.from.is_some_and(|from| component.contains(&from)))
            };
            let chosen =
                *component.iter().find(|index| internal(**index).all(|(_, input)| input.has_default))?;
            broken.extend(internal(chosen).map(|(position, _)| (chosen, position)));
            work.push(component.iter().copied().filter(|index| *index != chosen).collect());
        }
    }
    Some(broken)
}

/// Sets of nodes that reach each other, in order; only those that hold a cycle.
fn components(graph: &GraphModel, nodes: &[usize]) -> Vec<Vec<usize>> {
    let reached: HashMap<usize, HashSet<usize>> =
        nodes.iter().map(|index| (*index, upstream(graph, *index, nodes))).collect();
    let mut found: Vec<Vec<usize>> = Vec::new();
    for index in nodes.iter().filter(|index| reached[index].contains(index)) {
        if !found.iter().any(|component| component.contains(index)) {
            let both = |other: &&usize| reached[index].contains(other) && reached[other].contains(index);
            found.push(nodes.iter().filter(both).copied().collect());
        }
    }
    found
}

/// All that `index` depends on, by at least one edge, within `nodes`.
pub(super) fn upstream(graph: &GraphModel, index: usize, nodes: &[usize]) -> HashSet<usize> {
    let mut seen = HashSet::new();
    let mut work = vec![index];
    while let Some(index) = work.pop() {
        let inputs = graph[index].iter().flat_map(|node| node.inputs.iter());
        for from in inputs.filter_map(|input| input.from).filter(|from| nodes.contains(from)) {
            if seen.insert(from) {
                work.push(from);
            }
        }
    }
    seen
}

/// Whether the node yields chunks: then its final value may never be asked for.
pub(super) fn is_stream(node: &NodeModel) -> bool {
    matches!(node.kind, "long" | "map")
}
