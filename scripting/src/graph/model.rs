//! What a picture of the graph shows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::datum::Datum;
use crate::display::{cut_to, node_text, status_word, undefined, value_of};
use crate::engine::flow::{Flow, NodeId};
use crate::report::printable;

/// How much of a value its tooltip has, in bytes.
const TOOLTIP_MAX: usize = 1_000;

/// A node, or a name that no cell has defined yet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Node {
    pub(super) name: String,
    /// Empty for a name without a node.
    pub(super) type_name: String,
    pub(super) status: &'static str,
    /// Its value; nothing if it has none.
    pub(super) value: String,
    /// All that is known of it.
    pub(super) tooltip: String,
    /// The template that made it, by index.
    pub(super) group: Option<usize>,
}

impl Node {
    /// What stands in its card: an anonymous node is called by its type, one that stands in the drawing of its template by
    /// its path there.
    pub(super) fn title(&self, in_group: bool) -> &str {
        match (self.name.contains('#'), in_group) {
            (true, _) => &self.type_name,
            (false, true) => self.name.split_once('.').map_or(&self.name, |(_, path)| path),
            (false, false) => &self.name,
        }
    }
}

/// An edge, by the indices of its nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Edge {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) stream: bool,
    /// Whether it is one generation behind: a cycle closes here.
    pub(super) back: bool,
}

/// The whole graph.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Model {
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    /// The names of templates' nodes.
    pub(super) groups: Vec<String>,
}

impl Model {
    /// The graph as it stands, in the order of definition.
    pub(super) fn of(flow: &Flow<Datum>) -> Self {
        let mut model = Self::default();
        let ids = flow.nodes();
        let mut places: HashMap<Rc<str>, usize> = HashMap::new();
        let mut groups = HashMap::new();
        for &id in &ids {
            places.insert(flow.name(id).unwrap_or_default(), model.nodes.len());
            let node = model.node(flow, id, &mut groups);
            model.nodes.push(node);
        }
        let mut known = HashSet::new();
        for (to, id) in ids.into_iter().enumerate() {
            for input in flow.input_ends(id) {
                let from = *places.entry(input.from.clone()).or_insert_with(|| {
                    model.nodes.push(Node::missing(&input.from));
                    model.nodes.len() - 1
                });
                let edge = Edge { from, to, stream: input.stream, back: input.stitched };
                if known.insert(edge) {
                    model.edges.push(edge);
                }
            }
        }
        model
    }

    /// Whether another graph differs at most in what its nodes have computed.
    pub(super) fn is_wired_as(&self, other: &Self) -> bool {
        let shape = |node: &Node| (node.name.clone(), node.type_name.clone(), node.group);
        self.edges == other.edges
            && self.groups == other.groups
            && self.nodes.len() == other.nodes.len()
            && self.nodes.iter().zip(&other.nodes).all(|(own, other)| shape(own) == shape(other))
    }

    /// The edges as text: after an empty line, a line for each node that has inputs.
    pub(super) fn edges_text(&self) -> String {
        let mut inputs: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for edge in &self.edges {
            let kind = match (edge.stream, edge.back) {
                (true, false) => " (stream)",
                (true, true) => " (stream, a generation behind)",
                (false, true) => " (a generation behind)",
                (false, false) => "",
            };
            inputs.entry(edge.to).or_default().push(format!("{}{kind}", self.nodes[edge.from].name));
        }
        let line =
            |(to, from): (usize, Vec<String>)| format!("{} <- {}", self.nodes[to].name, from.join(", "));
        let lines: Vec<String> = inputs.into_iter().map(line).collect();
        if lines.is_empty() { String::new() } else { format!("\n\n{}", lines.join("\n")) }
    }

    fn node(&mut self, flow: &Flow<Datum>, id: NodeId, groups: &mut HashMap<String, usize>) -> Node {
        let name = flow.name(id).unwrap_or_default().to_string();
        let type_name =
            flow.signature(id).map(|signature| signature.type_name.to_string()).unwrap_or_default();
        let status = status_word(flow, id);
        let generation = flow.generation(id).map(|generation| format!(", generation {generation}"));
        let text = node_text(flow, id, false);
        let tooltip = format!(
            "{}\n{type_name}: {status}{}",
            cut_to(&text, TOOLTIP_MAX),
            generation.unwrap_or_default()
        );
        let group = name.split_once('.').map(|(group, _)| self.group(group, groups));
        let value = printable(&cut_to(&value_of(flow, id), TOOLTIP_MAX)).replace('\n', "⏎");
        Node { name, type_name, status, value, tooltip: printable(&tooltip), group }
    }

    fn group(&mut self, name: &str, known: &mut HashMap<String, usize>) -> usize {
        if let Some(group) = known.get(name) {
            return *group;
        }
        self.groups.push(name.to_owned());
        known.insert(name.to_owned(), self.groups.len() - 1);
        self.groups.len() - 1
    }
}

impl Node {
    fn missing(name: &str) -> Self {
        Self { name: name.to_owned(), status: "undefined", tooltip: undefined(name), ..Self::default() }
    }
}
