//! Text that a front end interprets: what the user gives is shown as it is.

use std::borrow::Cow;

use super::Rich;
use crate::display::cut;

/// `html(text)`.
pub(crate) fn html(text: &str) -> Rich {
    Rich::new(length("html", text), cut(text), [("text/html", text.into())])
}

/// `markdown(text)`.
pub(crate) fn markdown(text: &str) -> Rich {
    Rich::new(length("markdown", text), cut(text), [("text/markdown", text.into())])
}

/// `latex(text)`; front ends want it between dollar signs.
pub(crate) fn latex(text: &str) -> Rich {
    let is_delimited =
        ["$", "\\(", "\\[", "\\begin"].iter().any(|start| text.trim_start().starts_with(start));
    let delimited = if is_delimited { text.to_owned() } else { format!("$\\displaystyle {text}$") };
    Rich::new(length("latex", text), cut(text), [("text/latex", delimited.into())])
}

/// `svg(text)`.
pub(crate) fn svg(text: &str) -> Rich {
    let summary = length("svg picture", text);
    Rich::new(summary.clone(), summary, [("image/svg+xml", text.into())])
}

fn length(what: &str, text: &str) -> String {
    format!("{what} of {} characters", text.chars().count())
}

/// Text that stands in HTML or SVG as itself, in elements and in quoted attributes. Control characters become visible: SVG with
/// one in it is not drawn at all.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(|c| matches!(c, '&' | '<' | '>' | '"' | '\'') || is_control(c)) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c if is_control(c) => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped.into()
}
