//! How edges run: out of one side of a card, into the opposite side of another, past those between.

use std::fmt::Write as _;

use super::layout::{Layout, Place};
use super::model::Model;

/// How far apart two edges are at a card, unless there are too many for that.
const PORT_GAP: f64 = 9.0;

/// What of a card's side has no edge: its round corners.
const CORNERS: f64 = 16.0;

/// How far an edge from a node to itself stands off.
pub(super) const LOOP: f64 = 22.0;

/// The sides of a card along the direction of the graph.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    First,
    Last,
}

/// Keeps of each edge's points those in layers of nodes, where it passes between cards, and room for its ends.
pub(super) fn keep_passing(layout: &mut Layout) {
    let along = |(x, y): (f64, f64)| if layout.across { x } else { y };
    let layers: std::collections::BTreeSet<i64> =
        layout.nodes.iter().map(|place| along((place.x, place.y)).round() as i64).collect();
    for points in &mut layout.edges {
        let count = points.len();
        let mut index = 0;
        points.retain(|point| {
            index += 1;
            index == 1 || index == count || layers.contains(&(along(*point).round() as i64))
        });
    }
}

/// Lets each edge begin and end in the middle of a side, or beside the others that do.
pub(super) fn attach(model: &Model, layout: &mut Layout) {
    // By node and side: (where the edge comes from along the side, which edge, whether it is its end).
    let mut ports: Vec<[Vec<(f64, usize, bool)>; 2]> = vec![Default::default(); layout.nodes.len()];
    let beside = |(x, y): (f64, f64)| if layout.across { y } else { x };
    for (index, (edge, points)) in model.edges.iter().zip(&layout.edges).enumerate() {
        if edge.from == edge.to || points.len() < 2 {
            continue;
        }
        let (start, end) = if edge.back { (Side::First, Side::Last) } else { (Side::Last, Side::First) };
        let middle = |node: usize| beside((layout.nodes[node].x, layout.nodes[node].y));
        let inner = points.len() > 2;
        let after_start = if inner { beside(points[1]) } else { middle(edge.to) };
        let before_end = if inner { beside(points[points.len() - 2]) } else { middle(edge.from) };
        ports[edge.from][start as usize].push((after_start, index, false));
        ports[edge.to][end as usize].push((before_end, index, true));
    }
    for (place, sides) in layout.nodes.iter().zip(&mut ports) {
        for (side, ports) in [Side::First, Side::Last].into_iter().zip(sides) {
            ports.sort_by(|one, other| one.0.total_cmp(&other.0));
            // Edges that run together begin at one place.
            let together: Vec<_> = ports.chunk_by(|one, other| one.0 == other.0).collect();
            let count = together.len() as f64;
            let extent = if layout.across { place.height } else { place.width };
            let gap = PORT_GAP.min((extent - CORNERS).max(0.0) / count);
            for (index, ports) in together.into_iter().enumerate() {
                let offset = (index as f64 - (count - 1.0) / 2.0) * gap;
                let point = port(place, layout.across, side, offset);
                for (_, edge, is_end) in ports {
                    let points = &mut layout.edges[*edge];
                    let at = if *is_end { points.len() - 1 } else { 0 };
                    points[at] = point;
                }
            }
        }
    }
}

fn port(place: &Place, across: bool, side: Side, offset: f64) -> (f64, f64) {
    let sign = if side == Side::First { -1.0 } else { 1.0 };
    match across {
        true => (place.x + sign * place.width / 2.0, place.y + offset),
        false => (place.x + offset, place.y + sign * place.height / 2.0),
    }
}

/// The path of an edge through its points, smooth, without bumps, and along the direction of the graph at its ends.
pub(super) fn path(points: &[(f64, f64)], across: bool) -> String {
    let turned: Vec<(f64, f64)> = points.iter().map(|&(x, y)| if across { (x, y) } else { (y, x) }).collect();
    let slopes = slopes(&turned);
    let mut path = String::new();
    let point = |(along, beside): (f64, f64)| match across {
        true => format!("{along:.1} {beside:.1}"),
        false => format!("{beside:.1} {along:.1}"),
    };
    for (index, &(along, beside)) in turned.iter().enumerate() {
        let Some(&(next_along, next_beside)) = turned.get(index + 1) else { break };
        if index == 0 {
            let _ = write!(path, "M{}", point((along, beside)));
        }
        let reach = (next_along - along) * 0.45;
        let _ = write!(
            path,
            "C{} {} {}",
            point((along + reach, beside + slopes[index] * reach)),
            point((next_along - reach, next_beside - slopes[index + 1] * reach)),
            point((next_along, next_beside))
        );
    }
    path
}

/// How steep a curve is at each of its points: flat at its ends and where it turns, else as its two sides are.
fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let steep = |one: (f64, f64), other: (f64, f64)| {
        let along = other.0 - one.0;
        if along.abs() < 1.0 { 0.0 } else { (other.1 - one.1) / along }
    };
    let mut slopes = vec![0.0; points.len()];
    for index in 1..points.len().saturating_sub(1) {
        let before = steep(points[index - 1], points[index]);
        let after = steep(points[index], points[index + 1]);
        if before * after > 0.0 {
            slopes[index] = 2.0 * before * after / (before + after);
        }
    }
    slopes
}

/// The path of an edge from a node to itself, and the point where it ends: beside the card, where no other edge is.
pub(super) fn loop_path(place: &Place, across: bool) -> (String, (f64, f64)) {
    let Place { x, y, width, height } = *place;
    if across {
        let (from, to, bottom) = (x + width / 4.0, x - width / 4.0, y + height / 2.0);
        let low = bottom + LOOP * 4.0 / 3.0;
        (
            format!("M{from:.1} {bottom:.1}C{from:.1} {low:.1} {to:.1} {low:.1} {to:.1} {bottom:.1}"),
            (to, bottom),
        )
    } else {
        let (from, to, side) = (y + height / 4.0, y - height / 4.0, x + width / 2.0);
        let far = side + LOOP * 4.0 / 3.0;
        (format!("M{side:.1} {from:.1}C{far:.1} {from:.1} {far:.1} {to:.1} {side:.1} {to:.1}"), (side, to))
    }
}
