//! Searching texts, a part of one a step: a text without a match is otherwise gone through in a single operation.

use std::ops::{ControlFlow, Range};

use rhai::{NativeCallContext, Position};

use super::{Pace, Result};
use crate::display::boundary;
use crate::report::error_map;

/// How many bytes of a text are searched between two steps, about 1 ns each.
const BYTES_A_STEP: usize = 64 << 10;

/// Bytes of what is searched for: a step goes through as many of the text.
const NEEDLE_MAX: usize = 1 << 20;

/// What is searched for.
#[derive(Clone, Copy)]
pub(super) enum Needle<'a> {
    Text(&'a str),
    Char(char),
    WhiteSpace,
}

impl<'a> From<&'a str> for Needle<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<char> for Needle<'_> {
    fn from(char: char) -> Self {
        Self::Char(char)
    }
}

impl Needle<'_> {
    /// Bytes that a match has at most.
    fn longest(self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Char(_) | Self::WhiteSpace => char::MAX.len_utf8(),
        }
    }
}

/// What is to become of a match.
type Found<'f> = &'f mut dyn FnMut(Range<usize>) -> Result<ControlFlow<()>>;

/// A search through a text.
pub(super) struct Search<'a> {
    pub(super) text: &'a str,
    needle: Needle<'a>,
    pub(super) pace: &'a Pace,
    pub(super) position: Position,
}

impl<'a> Search<'a> {
    /// # Errors
    ///
    /// If too long a text is searched for.
    pub(super) fn new(
        context: &NativeCallContext,
        pace: &'a Pace,
        text: &'a str,
        needle: Needle<'a>,
    ) -> Result<Self> {
        let position = context.call_position();
        if needle.longest() > NEEDLE_MAX && needle.longest() <= text.len() {
            let name = context.fn_name();
            let message = format!("`{name}` searches for at most {NEEDLE_MAX} bytes of text: work in parts");
            return Err(error_map("SizeLimitError", &message, position));
        }
        Ok(Self { text, needle, pace, position })
    }

    /// Gives each match to `found`, from the front, until that breaks.
    ///
    /// # Errors
    ///
    /// Those of `found`; what the script is to end with.
    pub(super) fn forwards(&self, found: Found<'_>) -> Result<()> {
        match self.needle {
            Needle::Text(text) => self.forwards_by(|part| part.match_indices(text), found),
            Needle::Char(char) => self.forwards_by(|part| part.match_indices(char), found),
            Needle::WhiteSpace => self.forwards_by(|part| part.match_indices(char::is_whitespace), found),
        }
    }

    /// As [`forwards`](Self::forwards), from the back.
    ///
    /// # Errors
    ///
    /// As there.
    pub(super) fn backwards(&self, found: Found<'_>) -> Result<()> {
        match self.needle {
            Needle::Text(text) => self.backwards_by(|part| part.rmatch_indices(text), found),
            Needle::Char(char) => self.backwards_by(|part| part.rmatch_indices(char), found),
            Needle::WhiteSpace => self.backwards_by(|part| part.rmatch_indices(char::is_whitespace), found),
        }
    }

    fn forwards_by<I: Iterator<Item = (usize, &'a str)>>(
        &self,
        matches: impl Fn(&'a str) -> I,
        found: Found<'_>,
    ) -> Result<()> {
        let (text, longest) = (self.text, self.needle.longest());
        let mut at = 0;
        loop {
            self.pace.step(self.position)?;
            // What begins before `end` lies in the part as a whole.
            let end = boundary_behind(text, at + BYTES_A_STEP.max(longest));
            let part = &text[at..boundary_behind(text, end + longest)];
            let is_last = end == text.len();
            let mut next = end;
            for (start, text) in matches(part) {
                let range = at + start..at + start + text.len();
                if range.start >= end && !is_last {
                    break;
                }
                self.pace.step(self.position)?;
                next = next.max(range.end);
                if found(range)?.is_break() {
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
            at = next;
        }
    }

    fn backwards_by<I: Iterator<Item = (usize, &'a str)>>(
        &self,
        matches: impl Fn(&'a str) -> I,
        found: Found<'_>,
    ) -> Result<()> {
        let (text, longest) = (self.text, self.needle.longest());
        let mut at = text.len();
        loop {
            self.pace.step(self.position)?;
            // What ends behind `begin` lies in the part as a whole.
            let begin = boundary(text, at.saturating_sub(BYTES_A_STEP.max(longest)));
            let part_at = boundary(text, begin.saturating_sub(longest));
            let is_last = begin == 0;
            let mut next = begin;
            for (start, text) in matches(&text[part_at..at]) {
                let range = part_at + start..part_at + start + text.len();
                if range.end <= begin && !is_last {
                    break;
                }
                self.pace.step(self.position)?;
                next = next.min(range.start);
                if found(range)?.is_break() {
                    return Ok(());
                }
            }
            if is_last {
                return Ok(());
            }
            at = next;
        }
    }
}

/// The first place at `at` or behind it where a text can be cut.
fn boundary_behind(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}
