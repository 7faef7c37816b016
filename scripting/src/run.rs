//! Between the engine's runs and scripts: stops from script values, errors to script errors.

use std::collections::HashMap;

use rhai::{Array, Dynamic, EvalAltResult, Map, Position};

use crate::datum::Datum;
use crate::display::value_text;
use crate::engine::flow::{Flow, Generation, RunError, Stop};
use crate::report::error_map;

/// Flowno's `stop_at_node_generation`: `3`, `[3]`, `[3, 0]`, or a map from node to one of these.
///
/// # Errors
///
/// A sentence that says what was expected.
pub(crate) fn stop_of(flow: &Flow<Datum>, stop: &Dynamic) -> Result<Stop, String> {
    if stop.is_unit() {
        return Ok(Stop::Never);
    }
    if let Some(limits) = stop.read_lock::<Map>() {
        let limit = |(name, limit): (&_, &Dynamic)| {
            let name: &rhai::Identifier = name;
            let node = flow
                .node(name)
                .ok_or_else(|| format!("stop_at_node_generation names {name}, which no cell defines"))?;
            Ok((node, generation_of(limit)?))
        };
        return limits.iter().map(limit).collect::<Result<HashMap<_, _>, String>>().map(Stop::Nodes);
    }
    generation_of(stop).map(Stop::All)
}

/// A generation as scripts write it: `3`, `[3]` or `[3, 0]`.
///
/// # Errors
///
/// A sentence that says what was expected.
pub(crate) fn generation_of(value: &Dynamic) -> Result<Generation, String> {
    let number = |value: &Dynamic| value.as_int().ok().and_then(|number| u64::try_from(number).ok());
    let parts = value.read_lock::<Array>().map(|parts| parts.iter().map(number).collect::<Option<Vec<_>>>());
    match (number(value), parts) {
        (Some(run), _) => Ok(Generation::run(run)),
        (None, Some(Some(parts))) if parts.len() == 1 => Ok(Generation::run(parts[0])),
        (None, Some(Some(parts))) if parts.len() == 2 => Ok(Generation::chunk(parts[0], parts[1])),
        _ => Err(format!("a generation is written 3, [3] or [3, 0]; {} is not one", value_text(value))),
    }
}

/// The name of a failed run's error, as scripts know it.
pub(crate) fn error_name(error: &RunError) -> &'static str {
    match error {
        RunError::NodeExecution(_) => "NodeExecutionError",
        RunError::TerminateLimitReached(_) => "TerminateLimitReached",
        RunError::MissingDefault(_) => "MissingDefaultError",
        RunError::Waiting(_) | RunError::NoSuchNode | RunError::AlreadyRunning => "RuntimeError",
    }
}

/// A failed run as an error that scripts can catch; `node` in it names the node.
pub(crate) fn raise(error: &RunError, position: Position) -> Box<EvalAltResult> {
    let mut raised = error_map(error_name(error), &error.to_string(), position);
    let node = match error {
        RunError::NodeExecution(failure) => Some(&failure.name),
        RunError::TerminateLimitReached(reached) => Some(&reached.name),
        _ => None,
    };
    if let (Some(node), EvalAltResult::ErrorRuntime(value, _)) = (node, &mut *raised)
        && let Some(mut map) = value.write_lock::<Map>()
    {
        map.insert("node".into(), node.to_string().into());
    }
    raised
}
