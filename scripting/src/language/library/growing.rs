//! A text that a function makes in steps, and not beyond the memory that scripts may have.

use std::fmt::{Display, Write};

use rhai::{NativeCallContext, Position};

use super::{Pace, Result};
use crate::display::boundary;

/// How many bytes of text are written between two steps.
pub(super) const BYTES_A_STEP: usize = 16 << 10;

/// More than what [`Growing::push_short`] is given takes.
const SHORT: usize = 64;

/// What is written so far.
pub(super) struct Growing<'a> {
    pace: &'a Pace,
    position: Position,
    text: String,
}

impl<'a> Growing<'a> {
    /// The empty text, for a function that is called here.
    pub(super) fn new(context: &NativeCallContext, pace: &'a Pace) -> Self {
        Self { pace, position: context.call_position(), text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// Counts a step.
    ///
    /// # Errors
    ///
    /// What the script is to end with.
    pub(super) fn step(&self) -> Result<()> {
        self.pace.step(self.position)
    }

    /// Adds a text as it is: as fast as memory is copied.
    ///
    /// # Errors
    ///
    /// If there is no room for it.
    pub(super) fn push(&mut self, more: &str) -> Result<()> {
        self.reserve(more.len())?;
        self.text.push_str(more);
        Ok(())
    }

    /// Adds a number or the like.
    ///
    /// # Errors
    ///
    /// If there is no room for it.
    pub(super) fn push_short(&mut self, short: impl Display) -> Result<()> {
        self.reserve(SHORT)?;
        let _ = write!(self.text, "{short}"); // a String takes all
        Ok(())
    }

    /// Adds a text in quotes. `quoted` puts a piece of it into quotes, each character for itself.
    ///
    /// # Errors
    ///
    /// What the script is to end with.
    pub(super) fn push_quoted(&mut self, text: &str, quoted: impl Fn(&str) -> String) -> Result<()> {
        if text.len() <= BYTES_A_STEP {
            return self.push(&quoted(text));
        }
        self.push("\"")?;
        let mut rest = text;
        while !rest.is_empty() {
            self.step()?;
            let (piece, after) = rest.split_at(boundary(rest, BYTES_A_STEP));
            let piece = quoted(piece);
            self.push(&piece[1..piece.len() - 1])?;
            rest = after;
        }
        self.push("\"")
    }

    fn reserve(&self, more: usize) -> Result<()> {
        let bytes = self.text.len() + more;
        match bytes > self.text.capacity() {
            true => self.pace.room_for(2 * bytes, self.position),
            false => Ok(()),
        }
    }
}
