//! `table(rows)`: HTML, and text in columns.

use std::fmt::Write as _;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::rows::{Cell, Rows};
use super::{Rich, escape};
use crate::display::cut;
use crate::report::printable;

/// A table as a value.
pub(crate) fn table(rows: &Rows) -> Rich {
    let summary = match rows.rows_in_all {
        1 => "table of 1 row".to_owned(),
        count => format!("table of {count} rows"),
    };
    Rich::new(summary, cut(&as_text(rows)), [("text/html", as_html(rows).into())])
}

/// What is not shown; `None` if all is.
fn left_out(rows: &Rows) -> Option<String> {
    let columns = rows.cells.iter().map(Vec::len).chain([rows.columns.len()]).max().unwrap_or(0);
    let mut parts = Vec::new();
    if rows.rows_in_all > rows.cells.len() {
        parts.push(format!("{} of {} rows", rows.cells.len(), rows.rows_in_all));
    }
    if rows.columns_in_all > columns {
        parts.push(format!("{columns} of {} columns", rows.columns_in_all));
    }
    (!parts.is_empty()).then(|| format!("{} shown", parts.join(", ")))
}

fn as_text(rows: &Rows) -> String {
    if rows.rows_in_all == 0 && rows.columns.is_empty() {
        return "no rows".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if !rows.columns.is_empty() {
        table.set_header(rows.columns.iter().map(|name| one_line(name)));
    }
    for row in &rows.cells {
        table.add_row(row.iter().map(|cell| {
            let alignment = if cell.is_number { CellAlignment::Right } else { CellAlignment::Left };
            comfy_table::Cell::new(one_line(&cell.text)).set_alignment(alignment)
        }));
    }
    let mut text: String = table.lines().map(|line| line.trim_end().to_owned() + "\n").collect();
    match left_out(rows) {
        Some(left_out) => text.push_str(&left_out),
        None => text.truncate(text.trim_end().len()),
    }
    text
}

fn one_line(text: &str) -> String {
    printable(text).replace('\n', "⏎")
}

fn as_html(rows: &Rows) -> String {
    let mut html = String::from("<table>");
    if !rows.columns.is_empty() {
        html.push_str("<thead><tr>");
        for (index, name) in rows.columns.iter().enumerate() {
            let is_number = rows.cells.iter().any(|row| row.get(index).is_some_and(|cell| cell.is_number));
            let _ = write!(html, "<th{}>{}</th>", alignment(is_number), escape(name));
        }
        html.push_str("</tr></thead>");
    }
    html.push_str("<tbody>");
    for row in &rows.cells {
        html.push_str("<tr>");
        for Cell { text, is_number } in row {
            let _ = write!(html, "<td{}>{}</td>", alignment(*is_number), escape(text));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    if let Some(left_out) = left_out(rows) {
        let _ = write!(html, "<p>{left_out}</p>");
    }
    html
}

/// JupyterLab puts cells at the right unless told otherwise.
fn alignment(is_number: bool) -> &'static str {
    if is_number { " style=\"text-align: right\"" } else { " style=\"text-align: left\"" }
}
