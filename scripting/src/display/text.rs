//! A node as one line of text. Nothing in it differs between two runs of the same notebook.

use std::borrow::Cow;

use rhai::Dynamic;

use crate::body::ANONYMOUS;
use crate::datum::Datum;
use crate::engine::flow::{Blocked, Flow, NodeId, OutputPort, Outputs, Status};
use crate::report::printable;

/// How much text a display shows, in bytes; `.value` has all.
const TEXT_MAX: usize = 10 * 1024;

/// How long the number in a closure's name is.
const CLOSURE_DIGITS: usize = 16;

/// The identity of a node's displays.
pub(crate) fn display_id(name: &str) -> String {
    format!("flowno/{name}")
}

/// A value in Rhai's debug form, strings in quotes.
pub(crate) fn value_text(value: &Dynamic) -> String {
    cut(&without_numbers(format!("{value:?}"))).into_owned()
}

/// A text without the numbers that Rhai gives closures: they differ from run to run.
fn without_numbers(text: String) -> String {
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = text.split(ANONYMOUS);
    let first = parts.next().unwrap_or_default();
    let rest = parts.flat_map(|part| match part.get(..CLOSURE_DIGITS).filter(is_number) {
        Some(number) => [ANONYMOUS, &part[number.len()..]],
        None => [ANONYMOUS, part],
    });
    std::iter::once(first).chain(rest).collect()
}

/// `name = value`, or why there is no value. `paused`: its cycle could go on.
pub(crate) fn node_text(flow: &Flow<Datum>, node: NodeId, paused: bool) -> String {
    let Some(name) = flow.name(node) else { return String::new() };
    match flow.status(node) {
        None => format!("{name} (removed)"),
        Some(Status::Failed(failure)) => {
            format!("{name} failed: {}", printable(&cut(&failure.error.to_string())))
        }
        Some(Status::Waiting(_)) => {
            let reason = waits_for(flow, node).unwrap_or_else(|| "waits".to_owned());
            format!("{name} {reason}")
        }
        Some(Status::Running | Status::Suspended) => match flow.partial_value(node) {
            Some(outputs) => format!("{name} = {}", outputs_text(flow, node, &outputs)),
            None => format!("{name} is running"),
        },
        Some(Status::Dirty) => match flow.value(node) {
            Some(outputs) => format!("{name} = {} (stale)", outputs_text(flow, node, &outputs)),
            None => format!("{name} has not run yet"),
        },
        Some(Status::Clean) => match flow.value(node) {
            Some(outputs) => {
                let generation = flow.generation(node).filter(|_| paused);
                let paused =
                    generation.map(|g| format!(" (generation {}, paused)", g.run)).unwrap_or_default();
                format!("{name} = {}{paused}", outputs_text(flow, node, &outputs))
            }
            None => format!("{name} ended without a value"),
        },
    }
}

/// The values of all outputs: one as itself, several with their names.
fn outputs_text(flow: &Flow<Datum>, node: NodeId, outputs: &Outputs<Datum>) -> String {
    if let [only] = &outputs[..] {
        return value_text(&only.0);
    }
    let names = flow.signature(node).map(|signature| signature.outputs).unwrap_or_default();
    let part = |(index, output): (usize, &Datum)| match names.get(index) {
        Some(OutputPort { name: Some(name), .. }) => format!("{name}: {}", value_text(&output.0)),
        _ => value_text(&output.0),
    };
    format!("({})", outputs.iter().enumerate().map(part).collect::<Vec<_>>().join(", "))
}

/// Why a waiting node waits; `None` if it does not.
pub(crate) fn waits_for(flow: &Flow<Datum>, node: NodeId) -> Option<String> {
    match flow.root_cause(node)? {
        Blocked::Missing(name) => {
            Some(format!("waits for {name} (no cell defines it yet: flow.{name} = ...)"))
        }
        Blocked::Upstream(from) => {
            let name = flow.name(from).unwrap_or_default();
            Some(format!("waits for {name}, which failed"))
        }
        Blocked::Stalled => Some("waits for a node that is held".to_owned()),
        Blocked::Cycle => Some("waits for itself: its cycle has no default".to_owned()),
    }
}

/// A node's status in one word.
pub(crate) fn status_word(flow: &Flow<Datum>, node: NodeId) -> &'static str {
    match flow.status(node) {
        None => "removed",
        Some(Status::Clean) => "clean",
        Some(Status::Dirty) => "dirty",
        Some(Status::Running) => "running",
        Some(Status::Suspended) => "suspended",
        Some(Status::Waiting(_)) => "waiting",
        Some(Status::Failed(_)) => "failed",
    }
}

/// At most [`TEXT_MAX`] bytes of a text, and how much is left out.
fn cut(text: &str) -> Cow<'_, str> {
    if text.len() <= TEXT_MAX {
        return text.into();
    }
    let end = (0..=TEXT_MAX).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    let left = text[end..].chars().count();
    format!("{}… ({left} more characters; .value has all)", &text[..end]).into()
}
