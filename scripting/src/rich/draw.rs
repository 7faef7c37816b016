//! A plot as SVG.

use std::error::Error;
use std::ops::Range;

use plotters::prelude::*;

use super::plot::{SIZE, range};
use super::series::{Chart, Kind, Series};

/// Space around what is drawn, and for the labels of the axes, in pixels.
const MARGIN: u32 = 8;
const X_LABELS: u32 = 36;
const Y_LABELS: u32 = 56;

/// Height of the title's letters, in pixels.
const TITLE: u32 = 16;

/// How large a number can be drawn: beyond, the differences that axes need are no numbers any more.
const LARGEST: f64 = 1e300;

/// An axis spans at least this share of its numbers: below, its ticks would fall together.
const LEAST_SPAN: f64 = 1e-9;

/// How much of an axis is left free at both ends.
const PADDING: f64 = 0.05;

/// Colours that are told apart on white and on black, also by the colour-blind (Okabe and Ito's).
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(120, 120, 120),
];

/// The plot on a white ground; `None` if there is nothing that could be drawn.
pub(super) fn draw(chart: &Chart) -> Option<String> {
    let is_based = matches!(chart.kind, Kind::Bars | Kind::Area);
    let x = axis(chart, |point| point.0, false)?;
    let y = axis(chart, |point| point.1, is_based)?;
    let mut svg = String::new();
    draw_in(&mut svg, chart, x, y).ok()?;
    Some(svg)
}

/// The range of an axis, with some space around; `None` without a finite number.
fn axis(chart: &Chart, of: impl Fn(&(f64, f64)) -> f64 + Copy, from_zero: bool) -> Option<Range<f64>> {
    let ranges = chart.series.iter().filter_map(|series| range(series, of));
    let (least, greatest) = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    if least < -LARGEST || greatest > LARGEST {
        return None;
    }
    let (least, greatest) = if from_zero { (least.min(0.0), greatest.max(0.0)) } else { (least, greatest) };
    let largest = least.abs().max(greatest.abs());
    let span = (greatest - least).max(largest * LEAST_SPAN);
    let space = if span > 0.0 { span * PADDING } else { 0.5 };
    Some(least - space..greatest + space)
}

fn draw_in(svg: &mut String, chart: &Chart, x: Range<f64>, y: Range<f64>) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut builder = ChartBuilder::on(&root);
    builder.margin(MARGIN).x_label_area_size(X_LABELS).y_label_area_size(Y_LABELS);
    if !chart.title.is_empty() {
        builder.caption(&chart.title, ("sans-serif", TITLE));
    }
    let slot = bar_slot(chart, &x);
    let mut context = builder.build_cartesian_2d(x, y)?;
    context
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc(&chart.x_label)
        .y_desc(&chart.y_label)
        .x_label_formatter(&|value| tick(*value))
        .y_label_formatter(&|value| tick(*value))
        .draw()?;
    for (index, series) in chart.series.iter().enumerate() {
        let colour = COLOURS[index % COLOURS.len()];
        let legend = move |(x, y): (i32, i32)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled());
        let drawn = match chart.kind {
            Kind::Line => {
                for piece in pieces(series).skip(1) {
                    context.draw_series(LineSeries::new(piece.iter().copied(), colour.stroke_width(2)))?;
                }
                let first = pieces(series).next().unwrap_or_default();
                context.draw_series(LineSeries::new(first.iter().copied(), colour.stroke_width(2)))?
            }
            Kind::Points => {
                context.draw_series(finite(series).map(|point| Circle::new(point, 3, colour.filled())))?
            }
            Kind::Bars => {
                let width = slot / chart.series.len() as f64;
                let left = -slot / 2.0 + width * index as f64;
                context.draw_series(finite(series).map(move |(x, y)| {
                    Rectangle::new([(x + left, 0.0), (x + left + width, y)], colour.filled())
                }))?
            }
            Kind::Area => context.draw_series(pieces(series).map(move |piece| {
                let mut outline = piece.to_vec();
                if let ([first, ..], [.., last]) = (piece, piece) {
                    outline.extend([(last.0, 0.0), (first.0, 0.0)]);
                }
                Polygon::new(outline, colour.mix(0.6).filled())
            }))?,
        };
        if !series.name.is_empty() {
            drawn.label(&series.name).legend(legend);
        }
    }
    if chart.is_named() {
        context
            .configure_series_labels()
            .background_style(WHITE.mix(0.8))
            .border_style(TRANSPARENT)
            .draw()?;
    }
    root.present()?;
    Ok(())
}

/// A number at a tick of an axis, without the digits that arithmetic leaves behind.
fn tick(value: f64) -> String {
    let rounded = (value * 1e6).round() / 1e6;
    match rounded.abs() {
        0.0 if value.abs() > f64::EPSILON => format!("{value:.1e}"),
        1e6.. => format!("{value:.2e}"),
        _ => rounded.to_string(),
    }
}

/// The points between gaps.
fn pieces(series: &Series) -> impl Iterator<Item = &[(f64, f64)]> {
    series.points.split(|(x, y)| !x.is_finite() || !y.is_finite()).filter(|piece| !piece.is_empty())
}

fn finite(series: &Series) -> impl Iterator<Item = (f64, f64)> {
    series.points.iter().copied().filter(|(x, y)| x.is_finite() && y.is_finite())
}

/// How wide the bars at one place are together.
fn bar_slot(chart: &Chart, x: &Range<f64>) -> f64 {
    let most = chart.series.iter().map(|series| series.points.len()).max().unwrap_or(1);
    (x.end - x.start) * 0.8 / most.max(1) as f64
}
