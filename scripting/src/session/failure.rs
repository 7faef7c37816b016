//! What went wrong in a cell or a node, as a report.

use std::rc::Rc;

use rhai::{Dynamic, EvalAltResult, Map, Position};

use crate::body::ANONYMOUS;
use crate::concurrency::is_task;
use crate::coroutine::ScriptError;
use crate::datum::Datum;
use crate::display::{value_text, waits_for};
use crate::engine::event_loop::waits;
use crate::engine::flow::{NodeError, NodeFailure, NodePanic, RunError, Status};
use crate::nodes::ScriptFailure;
use crate::report::{CellText, Place, Report, from_rhai, with_our_types};
use crate::run::error_name;
use crate::suggest::did_you_mean;
use crate::words::{Kind, Word, named, words};
use crate::world::World;

/// How many nodes a report names.
const NODES_NAMED_MAX: usize = 12;

/// Why a node that was running has failed though its body did not.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct EndedEarly(&'static str);

impl World {
    /// A report of an error that a cell's script ended with.
    pub(crate) fn report(&self, error: &EvalAltResult, cell: &CellText) -> Report {
        let mut report = from_rhai(error, cell, &self.sources);
        if let Some(failure) = self.failure_of(error) {
            let node = self.node_report(&failure);
            report.places.splice(0..0, node.places);
            report.notes.extend(node.notes);
        }
        report.places.extend(self.related(error));
        self.add_hint(&mut report, error, false);
        report
    }

    /// Says what was probably meant.
    fn add_hint(&self, report: &mut Report, error: &EvalAltResult, in_body: bool) {
        match error.unwrap_inner() {
            EvalAltResult::ErrorVariableNotFound(name, _) => {
                let scope = self.scope.borrow();
                let variables: Vec<&str> = scope.iter_raw().map(|(name, ..)| name).collect();
                let hint = if self.constants.borrow().has(name) {
                    format!("; it is a constant of cells: write global::{name}")
                } else if in_body && variables.contains(&name.as_str()) {
                    "; it is a variable of cells, which bodies do not see: make it a parameter".to_owned()
                } else {
                    let variables = if in_body { Vec::new() } else { variables };
                    did_you_mean(name, variables.into_iter().chain(["flow", "this"]))
                };
                report.message.push_str(&hint);
            }
            EvalAltResult::ErrorFunctionNotFound(call, _) if !call.starts_with(ANONYMOUS) => {
                let name = call.split([' ', '(']).next().unwrap_or(call);
                let definitions = self.definitions.borrow();
                if let Some(usage) = definitions.usage(name) {
                    let call = with_our_types(call);
                    report.message = format!("{usage} cannot be called like this: {call}");
                } else if let Some(word) = named(name).find(|word| is_callable(word)) {
                    let signature = word.signature.lines().next().unwrap_or_default();
                    report.message.push_str(&format!("; it is called as `{signature}`"));
                } else {
                    let known = words().filter(|word| is_callable(word)).map(|word| word.name);
                    let name = name.trim_end_matches("::");
                    report.message.push_str(&did_you_mean(name, known.chain(definitions.names())));
                }
            }
            EvalAltResult::ErrorModuleNotFound(name, _) => {
                let modules = words().filter_map(|word| Some(word.name.split_once("::")?.0));
                report.message.push_str(&did_you_mean(name, modules));
            }
            EvalAltResult::ErrorPropertyNotFound(property, _) => {
                let name = property.split([' ', '\'']).next().unwrap_or(property);
                let known = words().filter(|word| matches!(word.kind, Kind::Property | Kind::Method));
                report.message.push_str(&did_you_mean(name, known.map(|word| word.name)));
            }
            _ => {}
        }
    }

    /// Further places that an error of ours names: the two ends of an edge.
    fn related(&self, error: &EvalAltResult) -> Vec<Place> {
        let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner() else { return Vec::new() };
        let Some(places) = value.read_lock::<Map>().and_then(|map| map.get("places").cloned()) else {
            return Vec::new();
        };
        let place = |place: Dynamic| {
            let place = place.try_cast::<Map>()?;
            let text = |key: &str| place.get(key)?.clone().into_string().ok();
            let number = |key: &str| place.get(key)?.as_int().ok().and_then(|n| u16::try_from(n).ok());
            let cell = self.sources.get(&text("cell")?)?;
            let position = Position::new(number("line")?, number("column")?);
            Some(Place { cell, position, inside: format!(", {}", text("what")?) })
        };
        places.into_array().unwrap_or_default().into_iter().filter_map(place).collect()
    }

    /// The failure of the node that a thrown error names.
    fn failure_of(&self, error: &EvalAltResult) -> Option<NodeFailure> {
        let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner() else { return None };
        let name = value.read_lock::<Map>()?.get("node")?.clone().into_string().ok()?;
        match self.flow.status(self.flow.node(&name)?)? {
            Status::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// A report of a run that the cell did not start itself.
    pub(crate) fn run_report(&self, error: &RunError) -> Report {
        match error {
            RunError::NodeExecution(failure) => self.node_report(failure),
            error => Report::new(error_name(error), error.to_string()),
        }
    }

    /// A report of a failed node: where in its body, and which node it is.
    pub(crate) fn node_report(&self, failure: &NodeFailure) -> Report {
        let inner = match failure.error.downcast_ref::<ScriptFailure>() {
            Some(script) => {
                let mut report = from_rhai(&script.error, &script.cell, &self.sources);
                self.add_hint(&mut report, &script.error, true);
                report
            }
            None => {
                let name = match failure.error.downcast_ref::<ScriptError>() {
                    Some(error) => error.name(),
                    None if failure.error.is::<NodePanic>() => "InternalError",
                    None => "RuntimeError",
                };
                Report::new(name, failure.error.to_string())
            }
        };
        let message = format!("node {} failed: {}: {}", failure.name, inner.name, inner.message);
        let mut report = Report::new("NodeExecutionError", message);
        report.places = inner.places;
        report.note(self.who_failed(failure))
    }

    /// `in node share (Share), generation (0,), with bill = 66, guests = 0`.
    fn who_failed(&self, failure: &NodeFailure) -> String {
        let node = self.flow.node(&failure.name);
        let signature = node.and_then(|node| self.flow.signature(node));
        let type_name = signature.map(|signature| format!(" ({})", signature.type_name)).unwrap_or_default();
        let input = |(name, value): (_, Option<Datum>)| match value {
            Some(value) => format!("{name} = {}", value_text(&value.0)),
            None => format!("{name}: a stream"),
        };
        let inputs: Vec<String> =
            node.iter().flat_map(|node| self.flow.input_values(*node)).map(input).collect();
        let with = if inputs.is_empty() { String::new() } else { format!(", with {}", inputs.join(", ")) };
        format!("in node {}{type_name}, generation {}{with}", failure.name, failure.generation)
    }

    /// Ends what runs for an interrupt, and reports it. Nodes whose first run since a change it was have failed: were
    /// they only dirty, the next cell would run them into the same loop. The others keep what they have.
    pub(crate) fn interrupted(&self) -> Report {
        let report =
            self.who_waits(self.where_it_was(Report::new("KeyboardInterrupt", "the cell was interrupted")));
        self.end_running("interrupted");
        report
    }

    /// Ends what runs when it can go no further, and reports it.
    pub(crate) fn stalled(&self) -> Report {
        let message = "nothing is left that could run, but the cell still waits";
        let report = self.who_waits(self.where_it_was(Report::new("StalledError", message)));
        self.end_running("it waited for what could never come");
        report
    }

    /// Ends the evaluations that a cell has begun. What somebody else runs is not its own.
    fn end_running(&self, why: &'static str) {
        if !self.is_driven_elsewhere() {
            self.flow.fail_running(&(Rc::new(EndedEarly(why)) as NodeError));
        }
    }

    /// Adds the place of the cell that its script had come to.
    fn where_it_was(&self, report: Report) -> Report {
        match self.with_cell(|cell| (cell.text.clone(), cell.dropped_at)) {
            Some((text, position)) if !position.is_none() => report.at(&text, position),
            _ => report,
        }
    }

    /// Adds which nodes run, and which wait for what.
    fn who_waits(&self, report: Report) -> Report {
        let waits = waits();
        let mut running = Vec::new();
        let mut waiting = Vec::new();
        for node in self.flow.node_tasks() {
            match self.flow.status(node.node) {
                Some(Status::Running) => {
                    let wait = waits.iter().find(|wait| node.task == Some(wait.number));
                    running.push(match wait.and_then(|wait| wait.waits_for.as_deref()) {
                        Some(what) => format!("{} waits for {what}", node.name),
                        None => format!("{} was running", node.name),
                    });
                }
                Some(Status::Waiting(_)) => {
                    let what = waits_for(&self.flow, node.node).unwrap_or_default();
                    waiting.push(format!("{} {what}", node.name));
                }
                _ => {}
            }
        }
        running.append(&mut waiting);
        let more = running.len().saturating_sub(NODES_NAMED_MAX);
        let nodes = running.into_iter().take(NODES_NAMED_MAX);
        let more = (more > 0).then(|| format!("and {more} more nodes"));
        let is_spawned = |name: &Option<String>| name.as_deref().is_some_and(is_task);
        let spawned = waits.iter().filter(|wait| is_spawned(&wait.name)).take(NODES_NAMED_MAX);
        nodes.chain(more).chain(spawned.map(ToString::to_string)).fold(report, Report::note)
    }
}

fn is_callable(word: &Word) -> bool {
    matches!(word.kind, Kind::Function | Kind::Method)
}
