//! The beginning of a cell as tokens, for completion: whatever is wrong with it or missing, it can be read.

use std::ops::Range;

use rhai::Token;

pub(crate) use super::lex::OpenEnd;
use super::lex::Source;

/// Tokens up to where the text ends.
pub(crate) struct OpenSource {
    source: Source,
    end: OpenEnd,
}

impl OpenSource {
    /// Lexes a text. `None` if it is longer than any cell may be.
    pub(crate) fn lex(code: &str) -> Option<Self> {
        let (source, end) = Source::lex_open(code)?;
        Some(Self { source, end })
    }

    /// What the text ends in.
    pub(crate) fn end(&self) -> OpenEnd {
        self.end
    }

    /// The number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.source.len()
    }

    /// A token; `EOF` past the end.
    pub(crate) fn token(&self, at: usize) -> &Token {
        self.source.token(at)
    }

    /// The characters of a token.
    pub(crate) fn range(&self, at: usize) -> Range<usize> {
        self.source.range(at)
    }

    /// The text of a range of characters.
    pub(crate) fn text(&self, range: Range<usize>) -> String {
        self.source.text(range)
    }
}
