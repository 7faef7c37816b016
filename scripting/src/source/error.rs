//! What was wrong with a cell's source, and where.

use std::fmt;

use rhai::Position;

/// An error in a cell's source, before Rhai has seen it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// Where: the line from 1, the column from 1 in characters.
    pub position: Position,
    /// What, in one line, without the position.
    pub message: String,
    /// Whether more text at the end of the cell could mend it.
    pub incomplete: bool,
}

impl SourceError {
    /// An error that more text at the end would not mend.
    pub(super) fn new(position: Position, message: impl Into<String>) -> Self {
        Self { position, message: message.into(), incomplete: false }
    }

    /// The cell ends too early.
    pub(super) fn incomplete(position: Position, message: impl Into<String>) -> Self {
        Self { position, message: message.into(), incomplete: true }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.position)
    }
}

impl std::error::Error for SourceError {}
