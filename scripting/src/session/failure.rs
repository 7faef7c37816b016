//! What went wrong in a cell or a node, as a report.

use rhai::{EvalAltResult, Map};

use crate::display::waits_for;
use crate::engine::flow::{NodeFailure, NodePanic, RunError, Status};
use crate::nodes::ScriptFailure;
use crate::report::{CellText, Report, from_rhai};
use crate::run::error_name;
use crate::world::World;

impl World {
    /// A report of an error that a cell's script ended with.
    pub(crate) fn report(&self, error: &EvalAltResult, cell: &CellText) -> Report {
        let mut report = from_rhai(error, cell, &self.sources);
        if let Some(failure) = self.failure_of(error) {
            let node = self.node_report(&failure);
            report.places.splice(0..0, node.places);
            report.notes.extend(node.notes);
        }
        if let EvalAltResult::ErrorFunctionNotFound(call, _) = error.unwrap_inner() {
            let name = call.split([' ', '(']).next().unwrap_or(call);
            if let Some(node_type) = self.definitions.borrow().node_type(name) {
                report.message = format!("{} cannot be called like this: {call}", node_type.usage());
            }
        }
        report
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
        let node = format!("node {}, generation {}", failure.name, failure.generation);
        let inner = match failure.error.downcast_ref::<ScriptFailure>() {
            Some(script) => from_rhai(&script.error, &script.cell, &self.sources),
            None => {
                let name = if failure.error.is::<NodePanic>() { "InternalError" } else { "RuntimeError" };
                Report::new(name, failure.error.to_string())
            }
        };
        let message = format!("node {} failed: {}: {}", failure.name, inner.name, inner.message);
        let mut report = Report::new("NodeExecutionError", message);
        report.places = inner.places;
        report.note(format!("in {node}"))
    }

    /// The report of a cell that was interrupted; what runs is still running.
    pub(crate) fn interrupted(&self) -> Report {
        self.who_waits(Report::new("KeyboardInterrupt", "the cell was interrupted"))
    }

    /// The report of a cell that can go no further.
    pub(crate) fn stalled(&self) -> Report {
        let message = "nothing is left that could run, but the cell still waits";
        self.who_waits(Report::new("StalledError", message))
    }

    /// Adds which nodes run, and which wait for what.
    fn who_waits(&self, mut report: Report) -> Report {
        for node in self.flow.nodes() {
            let Some(name) = self.flow.name(node) else { continue };
            match self.flow.status(node) {
                Some(Status::Running) => report = report.note(format!("{name} was running")),
                Some(Status::Waiting(_)) => {
                    let reason = waits_for(&self.flow, node).unwrap_or_default();
                    report = report.note(format!("{name} {reason}"));
                }
                _ => {}
            }
        }
        report
    }
}
