//! The picture.
//!
//! Its colours are the page's where that is JupyterLab's, and else such as can be read on light and on dark ground: cards are
//! opaque, and what stands outside them is of middle grey.

use std::fmt::Write as _;

use super::layout::{Layout, Place, TITLE_MAX, VALUE_MAX};
use super::model::{Edge, Model, Node};
use crate::rich::escape;

const CARD: &str = "var(--jp-layout-color1, #ffffff)";
const TEXT: &str = "var(--jp-content-font-color1, #1f2328)";
const MUTED: &str = "var(--jp-content-font-color2, #656d76)";
const LINE: &str = "#8b949e";
const BACK: &str = "#c2762b";
const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/// The SVG of a graph.
pub(super) fn picture(model: &Model, layout: &Layout) -> String {
    let Layout { width, height, .. } = layout;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"graph of {} nodes\" width=\"{width:.0}\" \
         height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"{FONT}\">\n",
        model.nodes.len()
    );
    for (name, place) in model.groups.iter().zip(&layout.groups).filter(|(_, place)| place.width > 0.0) {
        group(&mut svg, name, place);
    }
    for (edge_of, points) in model.edges.iter().zip(&layout.edges) {
        edge(&mut svg, edge_of, points, layout.across);
    }
    for (node, place) in model.nodes.iter().zip(&layout.nodes) {
        card(&mut svg, node, place, layout.with_values);
    }
    svg.push_str("</svg>");
    svg
}

/// The picture in a page: a large one scrolls.
pub(super) fn in_html(picture: &str) -> String {
    format!("<div style=\"overflow: auto; max-height: 640px\">{picture}</div>")
}

/// A status's colour, of middle lightness.
fn colour(status: &str) -> &'static str {
    match status {
        "clean" => "#2f9e5b",
        "running" => "#2f81f7",
        "suspended" => "#8b6fe8",
        "dirty" => "#c9902a",
        "failed" => "#e5484d",
        _ => "#8b949e",
    }
}

fn group(svg: &mut String, name: &str, place: &Place) {
    let (x, y) = corner(place);
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"14\" fill=\"{LINE}\" fill-opacity=\"0.10\" \
         stroke=\"{LINE}\" stroke-opacity=\"0.45\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" font-weight=\"600\" fill=\"{LINE}\">{}</text>",
        place.width,
        place.height,
        x + 12.0,
        y + 16.0,
        escape(name)
    );
}

fn card(svg: &mut String, node: &Node, place: &Place, with_values: bool) {
    let (x, y) = corner(place);
    let Place { width, height, .. } = *place;
    let colour = colour(node.status);
    let dashed =
        if matches!(node.status, "waiting" | "undefined") { " stroke-dasharray=\"4 3\"" } else { "" };
    let _ = write!(
        svg,
        "<g><title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"9\" \
         fill=\"{CARD}\" stroke=\"{colour}\" stroke-width=\"1.5\"{dashed}/>",
        escape(&node.tooltip)
    );
    let middle = if with_values { y + 17.0 } else { place.y };
    let style = if node.name.contains('#') { " font-style=\"italic\"" } else { "" };
    let _ = write!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"{colour}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"13\" font-weight=\"600\" fill=\"{TEXT}\"{style}>{}</text>",
        x + 13.0,
        x + 23.0,
        middle + 4.5,
        escape(&shortened(node.title(), TITLE_MAX))
    );
    if with_values {
        let below = match (node.value.as_str(), node.type_name.as_str()) {
            ("", "") => "not defined yet",
            ("", type_name) => type_name,
            (value, _) => value,
        };
        let most = ((width - 22.0) / 6.7) as usize;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" \
             fill=\"{MUTED}\">{}</text>",
            x + 13.0,
            y + 37.0,
            escape(&shortened(below, most.min(VALUE_MAX)))
        );
    }
    svg.push_str("</g>\n");
}

fn edge(svg: &mut String, edge: &Edge, points: &[(f64, f64)], across: bool) {
    let [first, .., last] = points else { return };
    let colour = if edge.back { BACK } else { LINE };
    let dashed = if edge.stream { " stroke-dasharray=\"6 4\"" } else { "" };
    let mut path = format!("M{:.1} {:.1}", first.0, first.1);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        // Leaves and arrives along the direction of the graph.
        let ((cx0, cy0), (cx1, cy1)) = match across {
            true => (((x0 + x1) / 2.0, y0), ((x0 + x1) / 2.0, y1)),
            false => ((x0, (y0 + y1) / 2.0), (x1, (y0 + y1) / 2.0)),
        };
        let _ = write!(path, "C{cx0:.1} {cy0:.1} {cx1:.1} {cy1:.1} {x1:.1} {y1:.1}");
    }
    let before = points[points.len() - 2];
    let forward = if across { last.0 >= before.0 } else { last.1 >= before.1 };
    let turn = match (across, forward) {
        (true, true) => 0,
        (false, true) => 90,
        (true, false) => 180,
        (false, false) => 270,
    };
    let _ = writeln!(
        svg,
        "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dashed}/>\
         <path d=\"M0 0L-8 -4L-8 4Z\" transform=\"translate({:.1} {:.1}) rotate({turn})\" fill=\"{colour}\"/>",
        last.0, last.1
    );
}

fn corner(place: &Place) -> (f64, f64) {
    (place.x - place.width / 2.0, place.y - place.height / 2.0)
}

fn shortened(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most.saturating_sub(1)).chain(['…']).collect(),
        false => text.to_owned(),
    }
}
