//! Errors as people read them: what, where, and the line with a caret.
//!
//! Everything that goes wrong in a cell ends here as a [`Report`], whether Rhai's parser, a script, a node or
//! the wiring found it. The kernel gets it as a [`CellError`].

mod cut;
mod kind;
mod rhai_error;
mod source;

use rhai::Position;
use unicode_width::UnicodeWidthStr;

pub(crate) use self::kind::{add_places, error_map, kind_of_map, with_our_types};
pub(crate) use self::rhai_error::{TASK, from_parse, from_rhai, in_one_line};
pub(crate) use self::source::{CellText, Sources};

/// An error as a front end shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The kind, as `ename`: `MissingDefaultError`, `SyntaxError`, `KeyboardInterrupt`, ...
    pub name: String,
    /// One line, as `evalue`.
    pub message: String,
    /// The whole report, a line an element, with ANSI colours.
    pub traceback: Vec<String>,
}

/// A place in a cell.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) cell: CellText,
    pub(crate) position: Position,
    /// What stands there: "in function `f`"; empty for the cell itself.
    pub(crate) inside: String,
}

impl Place {
    fn is_at(&self, other: &Self) -> bool {
        self.position == other.position && self.cell.is(&other.cell)
    }
}

/// An error and all that is known of it.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) name: String,
    pub(crate) message: String,
    /// From the place of the error outwards to the cell's own statement.
    pub(crate) places: Vec<Place>,
    /// Further lines: which node, what to do.
    pub(crate) notes: Vec<String>,
}

const RED: &str = "\u{1b}[31m";
const CYAN: &str = "\u{1b}[36m";
const RESET: &str = "\u{1b}[0m";

impl Report {
    pub(crate) fn new(name: &str, message: impl Into<String>) -> Self {
        Self { name: name.to_owned(), message: message.into(), places: Vec::new(), notes: Vec::new() }
    }

    pub(crate) fn at(mut self, cell: &CellText, position: Position) -> Self {
        self.places.push(Place { cell: cell.clone(), position, inside: String::new() });
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// `another task failed: ValueError: no such thing (In [3], line 1, column 5)`.
    pub(crate) fn in_one_line(&self, what: &str) -> String {
        let place = self
            .places
            .first()
            .and_then(|place| Some(format!(" ({}, {})", place.cell.label(), place.line_and_column()?)));
        format!("{what}: {}: {}{}", self.name, self.message, place.unwrap_or_default())
    }

    pub(crate) fn into_cell_error(self) -> CellError {
        let name = printable(&cut::message(&self.name));
        let message = printable(&cut::message(&self.message));
        let mut traceback = vec![format!("{RED}{name}{RESET}: {message}")];
        for place in &self.places {
            traceback.extend(place.lines());
        }
        traceback.extend(self.notes.iter().map(|note| format!("  {}", printable(&cut::message(note)))));
        let traceback = traceback.iter().flat_map(|line| line.split('\n')).map(str::to_owned).collect();
        // Without the cell's number, which is another one when nbval runs the notebook.
        let message = match self.places.first().and_then(|place| place.line_and_column()) {
            Some(place) => format!("{message} ({place})"),
            None => message,
        };
        CellError { name, message, traceback }
    }
}

impl Place {
    /// `line 1, column 5`; `None` if the position is not known.
    fn line_and_column(&self) -> Option<String> {
        Some(format!("line {}, column {}", self.position.line()?, self.position.position()?))
    }

    fn lines(&self) -> Vec<String> {
        let Some(place) = self.line_and_column() else { return Vec::new() };
        let mut lines = vec![format!("  {CYAN}{}, {place}{RESET}{}", self.cell.label(), self.inside)];
        if let (Some(line), Some(column)) = (self.position.line(), self.position.position())
            && let Some(text) = self.cell.line(line)
        {
            let number = line.to_string();
            let gutter = " ".repeat(number.len());
            let (shown, before) = cut::line_around(text, column);
            lines.push(format!("  {number} | {}", printable(&shown)));
            let width = UnicodeWidthStr::width(printable(&before).as_str());
            lines.push(format!("  {gutter} | {}{RED}^{RESET}", " ".repeat(width)));
        }
        lines
    }
}

/// Text with control characters made visible, so that data cannot steer a terminal; tabs become one blank to keep
/// carets in place.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '\n',
            '\t' => ' ',
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}
