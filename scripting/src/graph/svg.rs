//! The picture.
//!
//! Its colours are the page's where that is JupyterLab's, and else such as can be read on light and on dark ground: cards are
//! opaque, and what stands outside them is of middle grey.

use std::fmt::Write as _;

use super::layout::{Layout, Place, TITLE_MAX, VALUE_MAX};
use super::model::{Edge, Model, Node};
use super::route;
use crate::rich::escape;

const CARD: &str = "var(--jp-layout-color1, #ffffff)";
const TEXT: &str = "var(--jp-content-font-color1, #1f2328)";
const MUTED: &str = "var(--jp-content-font-color2, #656d76)";
const LINE: &str = "#8b949e";
const BACK: &str = "#c2762b";
const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/// A picture that is no wider shrinks to the width of the page, so that its text stays readable.
const SHRUNK_MAX: f64 = 1_600.0;

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
    for (colour, back) in [(LINE, false), (BACK, true)] {
        edges(&mut svg, model, layout, colour, back);
    }
    let _ = writeln!(svg, "<g font-size=\"13\" font-weight=\"600\" fill=\"{TEXT}\" stroke-width=\"1.5\">");
    for (node, place) in model.nodes.iter().zip(&layout.nodes) {
        card(&mut svg, node, place, layout);
    }
    svg.push_str("</g></svg>");
    svg
}

/// The picture in a page: one that is little too wide shrinks, a large one scrolls.
pub(super) fn in_html(picture: &str, layout: &Layout) -> String {
    let shrinks = layout.width <= SHRUNK_MAX;
    let picture = match shrinks {
        true => picture.replacen("<svg ", "<svg style=\"max-width: 100%; height: auto\" ", 1),
        false => picture.to_owned(),
    };
    format!("<div style=\"overflow: auto; max-height: 720px\">{picture}</div>")
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

fn card(svg: &mut String, node: &Node, place: &Place, layout: &Layout) {
    let (x, y) = corner(place);
    let Place { width, height, .. } = *place;
    let colour = colour(node.status);
    let dashed =
        if matches!(node.status, "waiting" | "undefined") { " stroke-dasharray=\"4 3\"" } else { "" };
    let _ = write!(
        svg,
        "<g><title>{}</title><rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"9\" \
         fill=\"{CARD}\" stroke=\"{colour}\"{dashed}/>",
        escape(&node.tooltip)
    );
    let middle = if layout.with_values { y + 17.0 } else { place.y };
    let style = if node.name.contains('#') { " font-style=\"italic\"" } else { "" };
    let _ = write!(
        svg,
        "<circle cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"4\" fill=\"{colour}\"/>\
         <text x=\"{:.1}\" y=\"{:.1}\"{style}>{}</text>",
        x + 13.0,
        x + 23.0,
        middle + 4.5,
        escape(&shortened(node.title(layout.has_groups()), TITLE_MAX))
    );
    if layout.with_values {
        let below = match (node.value.as_str(), node.type_name.as_str()) {
            ("", "") => "not defined yet",
            ("", type_name) => type_name,
            (value, _) => value,
        };
        let most = ((width - 22.0) / 6.7) as usize;
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\" font-weight=\"400\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" \
             fill=\"{MUTED}\">{}</text>",
            x + 13.0,
            y + 37.0,
            escape(&shortened(below, most.min(VALUE_MAX)))
        );
    }
    svg.push_str("</g>\n");
}

/// The edges that close cycles, or the others: first their lines, then the arrowheads.
fn edges(svg: &mut String, model: &Model, layout: &Layout, colour: &str, back: bool) {
    let of_kind = model.edges.iter().zip(&layout.edges).filter(|(edge, _)| edge.back == back);
    let drawn: Vec<_> = of_kind.filter_map(|(edge, points)| route(edge, points, layout)).collect();
    if drawn.is_empty() {
        return;
    }
    let _ = writeln!(svg, "<g fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\">");
    for (edge, path, _) in &drawn {
        let dashed = if edge.stream { " stroke-dasharray=\"6 4\"" } else { "" };
        let _ = writeln!(svg, "<path d=\"{path}\"{dashed}/>");
    }
    let _ = writeln!(svg, "</g><g fill=\"{colour}\">");
    for (_, _, head) in &drawn {
        let _ = writeln!(svg, "<path d=\"{head}\"/>");
    }
    svg.push_str("</g>\n");
}

/// An edge's line and its arrowhead.
fn route<'a>(edge: &'a Edge, points: &[(f64, f64)], layout: &Layout) -> Option<(&'a Edge, String, String)> {
    let across = layout.across;
    if edge.from == edge.to {
        let (path, end) = route::loop_path(&layout.nodes[edge.from], across);
        let head = if across { [(-4.0, 8.0), (4.0, 8.0)] } else { [(8.0, -4.0), (8.0, 4.0)] };
        return Some((edge, path, arrowhead(end, head)));
    }
    let [.., last] = points else { return None };
    let length = if edge.back { 8.0 } else { -8.0 };
    let head = if across { [(length, -4.0), (length, 4.0)] } else { [(-4.0, length), (4.0, length)] };
    Some((edge, route::path(points, across), arrowhead(*last, head)))
}

fn arrowhead((x, y): (f64, f64), [one, other]: [(f64, f64); 2]) -> String {
    let side = |(dx, dy): (f64, f64)| format!("{:.1} {:.1}", x + dx, y + dy);
    format!("M{x:.1} {y:.1}L{}L{}Z", side(one), side(other))
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
