//! Where the nodes of a picture stand, and how its edges run.

use super::clustered::clustered;
use super::layered::layered;
use super::model::{Edge, Model, Node};
use super::route;

/// Up to so many nodes, and edges, templates are drawn around their nodes. dagre, which can, takes a tenth of a second for
/// this on the engine's thread, and for more soon seconds.
const NODES_CLUSTERED: usize = 60;
const EDGES_CLUSTERED: usize = 100;

/// Up to so many nodes a card shows the value too.
const NODES_WITH_VALUES: usize = 120;

/// Characters of a title, and of a value, that a card shows at most.
pub(super) const TITLE_MAX: usize = 18;
pub(super) const VALUE_MAX: usize = 22;

/// Of a card: about how wide a character is, in pixels, and what stands around the text.
const CHARACTER: f64 = 8.1;
const PADDING: f64 = 34.0;

/// What is left free around the picture.
pub(super) const MARGIN: f64 = 12.0;

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
        let is_small = model.nodes.len() <= NODES_CLUSTERED && model.edges.len() <= EDGES_CLUSTERED;
        let with_values = model.nodes.len() <= NODES_WITH_VALUES;
        let sizes: Vec<(f64, f64)> =
            model.nodes.iter().map(|node| size(node, is_small, with_values)).collect();
        let layout = if is_small { clustered(model, &sizes) } else { None };
        let mut layout = layout.unwrap_or_else(|| layered(model, &sizes));
        layout.with_values = with_values;
        route::attach(model, &mut layout);
        layout.measure(model);
        layout
    }

    /// Whether templates are drawn around their nodes; else these are called by their whole names.
    pub(super) fn has_groups(&self) -> bool {
        self.groups.iter().any(|group| group.width > 0.0)
    }

    /// Sets width and height.
    fn measure(&mut self, model: &Model) {
        let loops = model.edges.iter().filter(|edge| edge.from == edge.to).map(|edge| {
            let place = &self.nodes[edge.from];
            (place.x + place.width / 2.0 + route::LOOP, place.y + place.height / 2.0 + route::LOOP)
        });
        let corners = self.nodes.iter().chain(&self.groups);
        let corners = corners.map(|place| (place.x + place.width / 2.0, place.y + place.height / 2.0));
        let points = corners.chain(self.edges.iter().flatten().copied()).chain(loops);
        let (width, height) =
            points.fold((0.0_f64, 0.0_f64), |(x, y), point| (x.max(point.0), y.max(point.1)));
        (self.width, self.height) = (width + MARGIN, height + MARGIN);
    }
}

/// An edge that closes a cycle is laid out the other way round, so that it is the one which runs back.
pub(super) fn ends(edge: &Edge) -> (usize, usize) {
    if edge.back { (edge.to, edge.from) } else { (edge.from, edge.to) }
}

fn size(node: &Node, in_group: bool, with_values: bool) -> (f64, f64) {
    let characters = |text: &str, most: usize| text.chars().count().min(most) as f64;
    let title = characters(node.title(in_group), TITLE_MAX);
    if !with_values {
        return (title * CHARACTER + PADDING, 26.0);
    }
    // The same whatever the value, which comes and goes.
    let type_name = characters(&node.type_name, TITLE_MAX);
    ((title.max(type_name).max(10.0)) * CHARACTER + PADDING, 48.0)
}
