//! Rhai's errors as reports.

use std::any::type_name;

use rhai::{EvalAltResult, ParseError, Position};

use super::kind::{kind_of_map, with_our_types};
use super::{CellText, Place, Report, Sources};
use crate::body::ANONYMOUS;
use crate::display::thrown_text;
use crate::ending::Ending;
use crate::language::Reference;

/// The function that a task counts as, in the calls that an error has come through: no cell can define one of this name.
pub(crate) const TASK: &str = "task$";

/// Bytes of a thrown value's text: with what is said around it, it is no longer than a message may be.
const THROWN_MAX: usize = 8 << 10;

/// A report of an error of Rhai's parser.
pub(crate) fn from_parse(error: &ParseError, cell: &CellText) -> Report {
    Report::new("SyntaxError", error.err_type().to_string()).at(cell, error.position())
}

/// A report of an error that a script of `cell` ended with.
///
/// An error in a function comes wrapped in one layer a call, each with the place of the call and the cell that
/// defines the function called.
pub(crate) fn from_rhai(error: &EvalAltResult, cell: &CellText, sources: &Sources) -> Report {
    let mut places = Vec::new();
    let mut here = Here { cell: cell.clone(), inside: String::new() };
    let mut error = error;
    while let EvalAltResult::ErrorInFunctionCall(function, source, inner, position) = error {
        places.push(here.place(*position));
        let cell = sources.of_function(function, source).unwrap_or(here.cell);
        let inside = if function == TASK {
            ", where the task was spawned".to_owned()
        } else if function.starts_with(ANONYMOUS) {
            ", in a closure".to_owned()
        } else if function.contains(' ') {
            format!(", in {function}")
        } else {
            format!(", in function {function}")
        };
        here = Here { cell, inside };
        error = inner;
    }
    if let EvalAltResult::ErrorParsing(kind, position) = error {
        let mut report = Report::new("SyntaxError", kind.to_string());
        report.places = vec![here.place(*position)];
        return report;
    }
    let (name, message) = describe(error);
    let position = match names_type(&message, NODE) {
        true => here.cell.operand_start(error.position()),
        false => error.position(),
    };
    let mut report = Report::new(&name, message);
    places.push(here.place(position));
    places.reverse();
    // A native function that a closure failed in stands where it was called: the line would be there twice.
    places.dedup_by(|outer, inner| {
        outer.is_at(inner) && {
            std::mem::swap(&mut outer.inside, &mut inner.inside);
            true
        }
    });
    report.places = places;
    report
}

/// What went wrong, without the calls that led there: what a thrown value says, else Rhai's own text. No
/// place is in it.
pub(crate) fn in_one_line(error: &EvalAltResult) -> String {
    match error.unwrap_inner() {
        EvalAltResult::ErrorRuntime(value, _) => match kind_of_map(value) {
            Some((name, message)) => format!("{name}: {message}"),
            None => thrown_text(value, THROWN_MAX),
        },
        error @ (EvalAltResult::ErrorTerminated(..) | EvalAltResult::ErrorStackOverflow(..)) => {
            let (name, message) = describe(error);
            format!("{name}: {message}")
        }
        error => without_position(error),
    }
}

/// Where the walk over the layers is.
struct Here {
    cell: CellText,
    inside: String,
}

impl Here {
    fn place(&self, position: Position) -> Place {
        Place { cell: self.cell.clone(), position, inside: self.inside.clone() }
    }
}

/// The kind and the text of an error, without its position.
fn describe(error: &EvalAltResult) -> (String, String) {
    if let EvalAltResult::ErrorRuntime(value, _) = error {
        return kind_of_map(value)
            .unwrap_or_else(|| ("RuntimeError".to_owned(), thrown_text(value, THROWN_MAX)));
    }
    if let Some(ending) = Ending::of(error) {
        return match ending {
            Ending::StackLow => {
                let message = "functions call each other too deeply: the stack is used up".to_owned();
                ("RecursionError".to_owned(), message)
            }
            Ending::TooNested => {
                let message =
                    "a value holds another that holds another, and so on, deeper than can be copied: keep \
                               them side by side, in an array or a map"
                        .to_owned();
                ("NestingLimitError".to_owned(), message)
            }
            Ending::OutOfMemory(message) => ("MemoryLimitError".to_owned(), message.to_string()),
        };
    }
    if let EvalAltResult::ErrorFunctionNotFound(call, _) = error
        && call.starts_with(ANONYMOUS)
    {
        let message = "a closure is called with more or fewer arguments than it takes".to_owned();
        return ("NameError".to_owned(), message);
    }
    if let EvalAltResult::ErrorDataRace(what, _) = error {
        let what = if what.is_empty() { "the variable" } else { what };
        let message = format!(
            "{what} is in use by a call on it that is under way, here or in another task: copy it, or guard it with a \
             Lock"
        );
        return ("DataRaceError".to_owned(), message);
    }
    let name = match error {
        EvalAltResult::ErrorVariableNotFound(..)
        | EvalAltResult::ErrorFunctionNotFound(..)
        | EvalAltResult::ErrorPropertyNotFound(..)
        | EvalAltResult::ErrorModuleNotFound(..)
        | EvalAltResult::ErrorIndexNotFound(..) => "NameError",
        EvalAltResult::ErrorMismatchDataType(..)
        | EvalAltResult::ErrorMismatchOutputType(..)
        | EvalAltResult::ErrorIndexingType(..) => "TypeError",
        EvalAltResult::ErrorArithmetic(..) => "ArithmeticError",
        EvalAltResult::ErrorArrayBounds(..)
        | EvalAltResult::ErrorStringBounds(..)
        | EvalAltResult::ErrorBitFieldBounds(..) => "IndexError",
        EvalAltResult::ErrorTerminated(..) => "KeyboardInterrupt",
        EvalAltResult::ErrorStackOverflow(..) => "RecursionError",
        EvalAltResult::ErrorAssignmentToConstant(..) => "AssignmentError",
        _ => "RuntimeError",
    };
    (name.to_owned(), without_position(error))
}

/// The text of an error without the position that Rhai appends.
fn without_position(error: &EvalAltResult) -> String {
    let text = error.to_string();
    let position = format!(" ({})", error.position());
    let text = text.strip_suffix(&position).unwrap_or(&text);
    // Where Rhai expected a value it names the Rust type.
    let text = with_our_types(&text.replace(type_name::<Reference>(), NODE).replace(TEXTS, "string"));
    match names_type(&text, NODE) {
        true => text + ": flow.a is the node, flow.a.value its value",
        false => text,
    }
}

/// What Rhai calls a string where it says which types it was given.
const TEXTS: &str = "&str | ImmutableString | String";

/// The type of a node, as messages name it.
const NODE: &str = "Node";

/// Whether a message names a type as a word of its own.
fn names_type(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}
