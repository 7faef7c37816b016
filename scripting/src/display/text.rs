//! A node as a display shows it. Nothing in its text differs between two runs of the same notebook.

use rhai::{Array, Dynamic};

use super::value::{cut, value_text};
use crate::console::plain;
use crate::datum::Datum;
use crate::engine::flow::{Blocked, Flow, NodeId, OutputPort, Outputs, Status};
use crate::event::MimeBundle;
use crate::report::printable;
use crate::rich::{Rich, caption};
use crate::wiring::whole_name;

/// The identity of a node's displays.
pub(crate) fn display_id(name: &str) -> String {
    format!("flowno/{name}")
}

/// All that a display shows of a node: its line of text, and what its value is besides if that displays richly. Not if
/// the value does not count any more: only the text can say so.
pub(crate) fn node_bundle(flow: &Flow<Datum>, node: NodeId, paused: bool) -> MimeBundle {
    let Some(rich) = rich_value(flow, node) else { return plain(&node_text(flow, node, paused)) };
    // Text in lines, such as a table's, begins on one of its own.
    let lead = if rich.plain().contains('\n') { "\n" } else { "" };
    let text = describe(flow, node, paused, &|_| format!("{lead}{}", rich.plain()));
    let mut bundle = rich.bundle_with(&text);
    caption(&mut bundle, &flow.name(node).unwrap_or_default());
    bundle
}

/// Whether a node has a value that displays richly and does not count until the node has run again.
pub(crate) fn is_stale_picture(flow: &Flow<Datum>, node: NodeId) -> bool {
    matches!(flow.status(node), Some(Status::Dirty | Status::Running))
        && flow.value(node).is_some_and(|outputs| only_rich(&outputs, false).is_some())
}

/// The rich value that a node has just now, or has given so far.
fn rich_value(flow: &Flow<Datum>, node: NodeId) -> Option<Rich> {
    let outputs = match flow.status(node)? {
        Status::Running | Status::Suspended => flow.partial_value(node)?,
        Status::Clean => flow.value(node)?,
        _ => return None,
    };
    let streams = flow.signature(node).is_some_and(|signature| signature.streaming);
    only_rich(&outputs, streams)
}

/// The only output if it displays richly; of what a stream has given, the last.
fn only_rich(outputs: &Outputs<Datum>, streams: bool) -> Option<Rich> {
    let [only] = &outputs[..] else { return None };
    let rich = |value: &Dynamic| value.read_lock::<Rich>().map(|rich| rich.clone());
    let last = || only.0.read_lock::<Array>().and_then(|chunks| rich(chunks.last()?));
    rich(&only.0).or_else(|| streams.then(last).flatten())
}

/// `name = value` in one line, or why there is no value. `paused`: its cycle could go on.
pub(crate) fn node_text(flow: &Flow<Datum>, node: NodeId, paused: bool) -> String {
    describe(flow, node, paused, &value_text)
}

/// What [`node_text`] says, without the name.
pub(crate) fn node_line(flow: &Flow<Datum>, node: NodeId, paused: bool) -> String {
    let text = node_text(flow, node, paused);
    let name = flow.name(node).unwrap_or_default();
    let rest = text.strip_prefix(&*name).unwrap_or(&text).trim_start();
    rest.strip_prefix("= ").unwrap_or(rest).to_owned()
}

/// The value that a node has, be it up to date or not; nothing if it has none.
pub(crate) fn value_of(flow: &Flow<Datum>, node: NodeId) -> String {
    let outputs = flow.value(node).or_else(|| flow.partial_value(node));
    outputs.map(|outputs| outputs_text(flow, node, &outputs, &value_text)).unwrap_or_default()
}

/// The values of all outputs as scripts get them: one as itself, several as an array.
pub(crate) fn outputs_value(outputs: &Outputs<Datum>) -> Dynamic {
    match &outputs[..] {
        [only] => only.0.clone(),
        several => several.iter().map(|output| output.0.clone()).collect::<Array>().into(),
    }
}

fn describe(flow: &Flow<Datum>, node: NodeId, paused: bool, text_of: &dyn Fn(&Dynamic) -> String) -> String {
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
            Some(outputs) => format!("{name} = {}", outputs_text(flow, node, &outputs, text_of)),
            None => format!("{name} is running"),
        },
        Some(Status::Dirty) => match flow.value(node) {
            Some(outputs) => format!("{name} = {} (stale)", outputs_text(flow, node, &outputs, text_of)),
            None => format!("{name} has not run yet"),
        },
        Some(Status::Clean) => match flow.value(node) {
            Some(outputs) => {
                let generation = flow.generation(node).filter(|_| paused);
                let paused =
                    generation.map(|g| format!(" (generation {}, paused)", g.run)).unwrap_or_default();
                let stale = if flow.is_stale(node) { " (pinned, stale)" } else { "" };
                format!("{name} = {}{paused}{stale}", outputs_text(flow, node, &outputs, text_of))
            }
            None => format!("{name} ended without a value"),
        },
    }
}

/// The values of all outputs: one as itself, several with their names.
fn outputs_text(
    flow: &Flow<Datum>,
    node: NodeId,
    outputs: &Outputs<Datum>,
    text_of: &dyn Fn(&Dynamic) -> String,
) -> String {
    if let [only] = &outputs[..] {
        return text_of(&only.0);
    }
    let names = flow.signature(node).map(|signature| signature.outputs).unwrap_or_default();
    let part = |(index, output): (usize, &Datum)| match names.get(index) {
        Some(OutputPort { name: Some(name), .. }) => format!("{name}: {}", value_text(&output.0)),
        _ => value_text(&output.0),
    };
    format!("({})", outputs.iter().enumerate().map(part).collect::<Vec<_>>().join(", "))
}

/// What is said of a name without a node.
pub(crate) fn undefined(name: &str) -> String {
    format!("no cell defines it yet: flow.{} = ...", whole_name(name))
}

/// Why a waiting node waits; `None` if it does not.
pub(crate) fn waits_for(flow: &Flow<Datum>, node: NodeId) -> Option<String> {
    match flow.root_cause(node)? {
        Blocked::Missing(name) => Some(format!("waits for {name} ({})", undefined(&name))),
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
