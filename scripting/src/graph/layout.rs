//! Where the nodes of a picture stand, and how its edges run.

use std::thread;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, Ranker, layout};

use super::model::{Edge, Model, Node};

/// Up to so many nodes a card shows the value too.
const NODES_WITH_VALUES: usize = 120;

/// Up to so many nodes ranks are found by the better, slower method, templates are kept together, and the better of two
/// directions is taken.
const NODES_LAID_OUT_WELL: usize = 150;

/// How wide a page is, in pixels: a graph that fits into it is laid out from left to right.
const PAGE_WIDTH: f64 = 1_000.0;

/// dagre follows edges by recursion: a chain of all nodes that are drawn takes some of these.
const STACK_BYTES: usize = 256 << 20;

/// Characters of a title, and of a value, that a card shows at most.
pub(super) const TITLE_MAX: usize = 18;
pub(super) const VALUE_MAX: usize = 22;

/// Of a card: about how wide a character is, in pixels, and what stands around the text.
const CHARACTER: f64 = 7.6;
const PADDING: f64 = 34.0;

/// A rectangle by its middle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A layout of a [`Model`], by the same indices.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Layout {
    pub(super) nodes: Vec<Place>,
    pub(super) edges: Vec<Vec<(f64, f64)>>,
    pub(super) groups: Vec<Place>,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Whether edges run from left to right, rather than from top to bottom.
    pub(super) across: bool,
    pub(super) with_values: bool,
}

impl Layout {
    /// Lays a graph out.
    pub(super) fn of(model: &Model) -> Self {
        let model = model.clone();
        let work = move || {
            let across = Self::in_direction(&model, RankDir::LR);
            if across.width <= PAGE_WIDTH || model.nodes.len() > NODES_LAID_OUT_WELL {
                return across;
            }
            let down = Self::in_direction(&model, RankDir::TB);
            if down.width < across.width { down } else { across }
        };
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
    }

    fn in_direction(model: &Model, direction: RankDir) -> Self {
        let well = model.nodes.len() <= NODES_LAID_OUT_WELL;
        let with_values = model.nodes.len() <= NODES_WITH_VALUES;
        let mut graph: Graph<NodeLabel, EdgeLabel> =
            Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
        for (index, node) in model.nodes.iter().enumerate() {
            let (width, height) = size(node, with_values);
            graph.set_node(node_key(index), Some(NodeLabel { width, height, ..NodeLabel::default() }));
        }
        if well {
            (0..model.groups.len()).for_each(|group| {
                graph.set_node(group_key(group), Some(NodeLabel::default()));
            });
            for (index, node) in model.nodes.iter().enumerate() {
                if let Some(group) = node.group {
                    graph.set_parent(&node_key(index), Some(&group_key(group)));
                }
            }
        }
        for (index, edge) in model.edges.iter().enumerate() {
            let (from, to) = ends(edge);
            let name = index.to_string();
            graph.set_edge(node_key(from), node_key(to), Some(EdgeLabel::default()), Some(name.as_str()));
        }
        let compact = if well { 1.0 } else { 0.5 };
        let options = LayoutOptions {
            rankdir: direction,
            nodesep: 26.0 * compact,
            edgesep: 14.0 * compact,
            ranksep: 52.0,
            marginx: 12.0,
            marginy: 12.0,
            ranker: if well { Ranker::NetworkSimplex } else { Ranker::LongestPath },
            ..LayoutOptions::default()
        };
        layout(&mut graph, Some(options));
        Self::read(model, &graph, direction == RankDir::LR, with_values)
    }

    fn read(model: &Model, graph: &Graph<NodeLabel, EdgeLabel>, across: bool, with_values: bool) -> Self {
        let place = |key: String| {
            let label = graph.node(&key)?;
            Some(Place { x: label.x?, y: label.y?, width: label.width, height: label.height })
        };
        let nodes: Vec<Place> =
            (0..model.nodes.len()).map(|index| place(node_key(index)).unwrap_or_default()).collect();
        let groups =
            (0..model.groups.len()).map(|group| place(group_key(group)).unwrap_or_default()).collect();
        let route = |(index, edge): (usize, &Edge)| {
            let (from, to) = ends(edge);
            let name = index.to_string();
            let label = graph.edge(&node_key(from), &node_key(to), Some(name.as_str()));
            let mut points: Vec<(f64, f64)> = label
                .map(|label| label.points.iter().map(|point| (point.x, point.y)).collect())
                .unwrap_or_default();
            if edge.back && edge.from != edge.to {
                points.reverse();
            }
            points
        };
        let edges: Vec<Vec<(f64, f64)>> = model.edges.iter().enumerate().map(route).collect();
        let mut layout = Self { nodes, edges, groups, across, with_values, ..Self::default() };
        let corners = layout.nodes.iter().chain(&layout.groups);
        let corners = corners.map(|place| (place.x + place.width / 2.0, place.y + place.height / 2.0));
        let points = corners.chain(layout.edges.iter().flatten().copied());
        let (width, height) =
            points.fold((0.0_f64, 0.0_f64), |(x, y), point| (x.max(point.0), y.max(point.1)));
        (layout.width, layout.height) = (width + 14.0, height + 14.0);
        layout
    }
}

/// An edge that closes a cycle is laid out the other way round, so that it is the one which runs back.
fn ends(edge: &Edge) -> (usize, usize) {
    if edge.back { (edge.to, edge.from) } else { (edge.from, edge.to) }
}

fn node_key(index: usize) -> String {
    format!("n{index}")
}

fn group_key(group: usize) -> String {
    format!("g{group}")
}

fn size(node: &Node, with_values: bool) -> (f64, f64) {
    let characters = |text: &str, most: usize| text.chars().count().min(most) as f64;
    let title = characters(node.title(), TITLE_MAX);
    if !with_values {
        return (title * CHARACTER + PADDING, 26.0);
    }
    // The same whatever the value, which comes and goes.
    let type_name = characters(&node.type_name, TITLE_MAX);
    ((title.max(type_name).max(10.0)) * CHARACTER + PADDING, 48.0)
}
