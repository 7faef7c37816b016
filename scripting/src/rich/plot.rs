//! `plot(xs)`: a specification of Vega-Lite, which JupyterLab and VS Code draw themselves, an SVG for all others, and
//! a line of text a series.

use serde_json::{Map, Value, json};

use super::Rich;
use super::draw::draw;
use super::json::{VEGA_LITE, VEGA_LITE_SCHEMA};
use super::series::{Chart, Kind, Series};
use crate::display::cut_to;
use crate::report::printable;

/// The size of a plot, in pixels.
pub(super) const SIZE: (u32, u32) = (480, 280);

/// How many bars a text's sketch of a series has.
const SKETCH: usize = 40;

/// How much of a name the text says, in bytes.
const NAME_MAX: usize = 100;

/// A plot as a value.
pub(crate) fn plot(chart: &Chart) -> Rich {
    let points: usize = chart.series.iter().map(|series| series.points_in_all).sum();
    let series = match chart.series.len() {
        1 => String::new(),
        count => format!(", {count} series"),
    };
    let summary = format!("{} plot of {points} points{series}", chart.kind.name());
    let mut lines = vec![summary.clone()];
    lines.extend((!chart.title.is_empty()).then(|| one_line(&chart.title)));
    lines.extend(chart.series.iter().map(describe));
    let svg = draw(chart).map(|svg| ("image/svg+xml", svg.into()));
    Rich::new(summary, lines.join("\n"), svg.into_iter().chain([(VEGA_LITE, specification(chart))]))
}

fn one_line(text: &str) -> String {
    printable(&cut_to(text, NAME_MAX)).replace('\n', " ")
}

/// `speed ▁▃▅█  x 0 to 3, y 1 to 4`.
fn describe(series: &Series) -> String {
    let (Some(x), Some(y)) = (range(series, |point| point.0), range(series, |point| point.1)) else {
        return format!("{} no points", one_line(&series.name)).trim_start().to_owned();
    };
    let drawn = match series.points.len() < series.points_in_all {
        true => format!(", {} of {} points drawn", series.points.len(), series.points_in_all),
        false => String::new(),
    };
    let sketch = sketch(series, y);
    let text =
        format!("{} {sketch}  x {} to {}, y {} to {}{drawn}", one_line(&series.name), x.0, x.1, y.0, y.1);
    text.trim_start().to_owned()
}

/// The least and the greatest finite value of one coordinate.
pub(super) fn range(series: &Series, of: impl Fn(&(f64, f64)) -> f64) -> Option<(f64, f64)> {
    let finite = series.points.iter().map(of).filter(|value| value.is_finite());
    finite.fold(None, |range, value| {
        let (least, greatest) = range.unwrap_or((value, value));
        Some((f64::min(least, value), f64::max(greatest, value)))
    })
}

/// A series in bars of text, each for a stretch of it.
fn sketch(series: &Series, (least, greatest): (f64, f64)) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let stretch = series.points.len().div_ceil(SKETCH).max(1);
    let bar = |part: &[(f64, f64)]| {
        let finite: Vec<f64> = part.iter().map(|point| point.1).filter(|y| y.is_finite()).collect();
        if finite.is_empty() {
            return ' ';
        }
        let mean = finite.iter().map(|y| y / finite.len() as f64).sum::<f64>();
        let share = (mean / 2.0 - least / 2.0) / (greatest / 2.0 - least / 2.0);
        let step = if share.is_finite() { (share * BARS.len() as f64) as usize } else { BARS.len() / 2 };
        BARS[step.min(BARS.len() - 1)]
    };
    series.points.chunks(stretch).map(bar).collect()
}

/// The plot in Vega-Lite, its points in it.
fn specification(chart: &Chart) -> Value {
    let mut points = Vec::new();
    for series in &chart.series {
        for (x, y) in &series.points {
            let mut point = Map::new();
            point.insert("x".to_owned(), json!(x));
            point.insert("y".to_owned(), json!(y));
            if chart.is_named() {
                point.insert("series".to_owned(), json!(series.name));
            }
            points.push(Value::Object(point));
        }
    }
    let mark = match chart.kind {
        Kind::Line => json!({ "type": "line", "tooltip": true }),
        Kind::Points => json!({ "type": "point", "tooltip": true }),
        Kind::Bars => json!({ "type": "bar", "tooltip": true, "width": bar_width(chart) }),
        Kind::Area => json!({ "type": "area", "tooltip": true, "opacity": 0.6 }),
    };
    let label = |label: &str, axis: &str| if label.is_empty() { axis.to_owned() } else { label.to_owned() };
    let scale = json!({ "zero": matches!(chart.kind, Kind::Bars | Kind::Area) });
    let x_scale = match chart.kind {
        Kind::Bars => json!({ "zero": false, "padding": bar_width(chart) / 2.0 + 4.0 }),
        _ => json!({ "zero": false }),
    };
    let mut encoding = json!({
        "x": { "field": "x", "type": "quantitative", "title": label(&chart.x_label, "x"), "scale": x_scale },
        "y": { "field": "y", "type": "quantitative", "title": label(&chart.y_label, "y"), "scale": scale },
    });
    if chart.is_named() {
        let order: Vec<&str> = chart.series.iter().map(|series| series.name.as_str()).collect();
        encoding["color"] = json!({ "field": "series", "type": "nominal", "title": null, "sort": order, "legend": { "orient": "top" } });
    }
    let mut spec = json!({ "$schema": VEGA_LITE_SCHEMA });
    if !chart.title.is_empty() {
        spec["title"] = json!(chart.title);
    }
    spec["width"] = json!(SIZE.0);
    spec["height"] = json!(SIZE.1);
    spec["data"] = json!({ "values": points });
    spec["mark"] = mark;
    spec["encoding"] = encoding;
    spec
}

/// How wide a bar is in pixels: as the nearest two allow, since Vega-Lite's own are five pixels on an axis of numbers.
fn bar_width(chart: &Chart) -> f64 {
    const WIDEST: f64 = 60.0;
    let mut xs: Vec<f64> =
        chart.series.iter().flat_map(|series| &series.points).map(|point| point.0).collect();
    xs.sort_by(f64::total_cmp);
    let span = xs.last().zip(xs.first()).map_or(0.0, |(last, first)| last - first);
    let nearest = xs.windows(2).map(|pair| pair[1] - pair[0]).filter(|gap| *gap > 0.0).fold(span, f64::min);
    let share = if span > 0.0 { nearest / (span + nearest) } else { 1.0 };
    let width = f64::from(SIZE.0) * 0.8 * share;
    if width.is_finite() { width.clamp(1.0, WIDEST).round() } else { WIDEST }
}

impl Chart {
    /// Whether the series have names to tell them apart by.
    pub(super) fn is_named(&self) -> bool {
        self.series.iter().any(|series| !series.name.is_empty())
    }
}
