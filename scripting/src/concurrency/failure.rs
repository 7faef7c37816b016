//! An error that is raised more than once: each `join` of a failed task raises it.

use std::cell::{Cell, RefCell};

use rhai::{Dynamic, EvalAltResult, Position};

use crate::report::{error_map, in_one_line};

/// What a task has failed with.
pub(super) struct Failure {
    /// The error itself, which can be raised once: Rhai's errors cannot be copied.
    original: RefCell<Option<Box<EvalAltResult>>>,
    /// From the outermost call inwards: function, its cell, place of the call.
    calls: Vec<(String, String, Position)>,
    value: Dynamic,
    position: Position,
    seen: Cell<bool>,
}

impl Failure {
    pub(super) fn new(error: Box<EvalAltResult>) -> Self {
        let mut calls = Vec::new();
        let mut inner = &*error;
        while let EvalAltResult::ErrorInFunctionCall(function, source, next, position) = inner {
            calls.push((function.clone(), source.clone(), *position));
            inner = next;
        }
        let value = match inner {
            EvalAltResult::ErrorRuntime(value, _) => value.clone(),
            other => thrown(other),
        };
        let position = inner.position();
        Self { original: RefCell::new(Some(error)), calls, value, position, seen: Cell::new(false) }
    }

    /// The error, to be raised.
    pub(super) fn raise(&self) -> Box<EvalAltResult> {
        self.seen.set(true);
        if let Some(error) = self.original.take() {
            return error;
        }
        let inner = Box::new(EvalAltResult::ErrorRuntime(self.value.clone(), self.position));
        self.calls.iter().rev().fold(inner, |inner, (function, source, position)| {
            Box::new(EvalAltResult::ErrorInFunctionCall(function.clone(), source.clone(), inner, *position))
        })
    }

    /// Whether nobody has been told of it.
    pub(super) fn is_unseen(&self) -> bool {
        !self.seen.get()
    }
}

/// An error of Rhai's own as a value that says the same.
fn thrown(error: &EvalAltResult) -> Dynamic {
    match *error_map("RuntimeError", &in_one_line(error), error.position()) {
        EvalAltResult::ErrorRuntime(value, _) => value,
        _ => Dynamic::UNIT,
    }
}
