//! The layout of a small graph, by dagre: templates stand around their nodes.

use std::thread;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir, Ranker, layout};

use super::layout::{Layout, MARGIN, Place, ends};
use super::model::{Edge, Model};
use super::route;

type Dagre = Graph<NodeLabel, EdgeLabel>;

/// A graph up to this wide, in pixels, is laid out from left to right; a wider one as it takes less width. A little more than
/// a page is wide, since a picture shrinks.
const WIDE: f64 = 1_250.0;

/// dagre follows edges by recursion; a script's stack is small.
const STACK_BYTES: usize = 16 << 20;

/// Lays out nodes of these sizes. Nothing if dagre fails.
pub(super) fn clustered(model: &Model, sizes: &[(f64, f64)]) -> Option<Layout> {
    let (model, sizes) = (model.clone(), sizes.to_vec());
    let work = move || {
        let across = in_direction(&model, &sizes, RankDir::LR);
        if width(&across) <= WIDE {
            return across;
        }
        let down = in_direction(&model, &sizes, RankDir::TB);
        if width(&down) < width(&across) { down } else { across }
    };
    thread::Builder::new().stack_size(STACK_BYTES).spawn(work).ok()?.join().ok()
}

fn width(layout: &Layout) -> f64 {
    layout.nodes.iter().chain(&layout.groups).map(|place| place.x + place.width / 2.0).fold(0.0, f64::max)
}

fn in_direction(model: &Model, sizes: &[(f64, f64)], direction: RankDir) -> Layout {
    let mut graph: Dagre =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    for (index, &(width, height)) in sizes.iter().enumerate() {
        graph.set_node(node_key(index), Some(NodeLabel { width, height, ..NodeLabel::default() }));
    }
    (0..model.groups.len()).for_each(|group| {
        graph.set_node(group_key(group), Some(NodeLabel::default()));
    });
    for (index, node) in model.nodes.iter().enumerate() {
        if let Some(group) = node.group {
            graph.set_parent(&node_key(index), Some(&group_key(group)));
        }
    }
    for (index, edge) in model.edges.iter().enumerate() {
        let (from, to) = ends(edge);
        let name = index.to_string();
        graph.set_edge(node_key(from), node_key(to), Some(EdgeLabel::default()), Some(name.as_str()));
    }
    let options = LayoutOptions {
        rankdir: direction,
        nodesep: 26.0,
        edgesep: 14.0,
        ranksep: 56.0,
        marginx: MARGIN,
        marginy: MARGIN,
        ranker: Ranker::NetworkSimplex,
        ..LayoutOptions::default()
    };
    layout(&mut graph, Some(options));
    read(model, &graph, direction == RankDir::LR)
}

fn read(model: &Model, graph: &Dagre, across: bool) -> Layout {
    let place = |key: String| {
        let label = graph.node(&key)?;
        Some(Place { x: label.x?, y: label.y?, width: label.width, height: label.height })
    };
    let nodes: Vec<Place> =
        (0..model.nodes.len()).map(|index| place(node_key(index)).unwrap_or_default()).collect();
    let groups = (0..model.groups.len()).map(|group| place(group_key(group)).unwrap_or_default()).collect();
    let route = |(index, edge): (usize, &Edge)| {
        let (from, to) = ends(edge);
        let name = index.to_string();
        let label = graph.edge(&node_key(from), &node_key(to), Some(name.as_str()));
        let mut points: Vec<(f64, f64)> = label
            .map(|label| label.points.iter().map(|point| (point.x, point.y)).collect())
            .unwrap_or_default();
        if edge.back {
            points.reverse();
        }
        points
    };
    let edges = model.edges.iter().enumerate().map(route).collect();
    let mut layout = Layout { nodes, edges, groups, across, ..Layout::default() };
    route::keep_passing(&mut layout);
    layout
}

fn node_key(index: usize) -> String {
    format!("n{index}")
}

fn group_key(group: usize) -> String {
    format!("g{group}")
}
