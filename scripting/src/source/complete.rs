//! Whether a cell is whole: what a console asks before it runs what was typed.
//!
//! More text can only follow on the next line. So what counts as incomplete is what a further line could
//! mend: an open bracket, a text, raw string, continued string or comment that is not closed, a header or
//! an expression that stops at the end of the cell, and a doc comment without what it documents. A `"`
//! string that was never closed is invalid: no line after it helps.
//!
//! Parsing takes an engine of its own with nothing in it but the syntax that cells have on top of Rhai's,
//! so that this works on any thread and while a cell runs.

use rhai::{Engine, ParseError, ParseErrorType, Position, Token};

use super::error::SourceError;
use super::lex::Source;
use super::tokens::read_tokens;

/// What one level of braces adds to the indentation of the next line.
const INDENT: &str = "    ";

/// Whether a piece of source could run as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It parses.
    Complete,
    /// It ends too early; `indent` is what the next line should begin with.
    Incomplete {
        /// Blanks for the next line.
        indent: String,
    },
    /// It does not parse, and more text would not mend it.
    Invalid,
}

/// Whether `code` is a whole cell. Pure, and callable from any thread.
pub fn is_complete(code: &str) -> Completeness {
    let source = match Source::lex(code) {
        Ok(source) => source,
        // Inside a string or a comment, indentation would be text.
        Err(error) => return verdict(&error, String::new()),
    };
    let indent = INDENT.repeat(open_braces(&source));
    let cell = match super::rewrite(code) {
        Ok(cell) => cell,
        Err(error) => return verdict(&error, indent),
    };
    match syntax_engine().compile(&cell.rhai) {
        Ok(_) if source.ends_with_doc() => Completeness::Incomplete { indent },
        Ok(_) => Completeness::Complete,
        Err(error) if stops_at_end(&error, &source) => Completeness::Incomplete { indent },
        Err(_) => Completeness::Invalid,
    }
}

fn verdict(error: &SourceError, indent: String) -> Completeness {
    if error.incomplete { Completeness::Incomplete { indent } } else { Completeness::Invalid }
}

/// How many braces are open at the end.
fn open_braces(source: &Source) -> usize {
    (0..source.len()).fold(0_usize, |open, at| match source.token(at) {
        Token::LeftBrace | Token::MapStart => open + 1,
        Token::RightBrace => open.saturating_sub(1),
        _ => open,
    })
}

/// Whether Rhai missed something exactly where the cell ends.
fn stops_at_end(error: &ParseError, source: &Source) -> bool {
    let at_end = match source.len().checked_sub(1) {
        Some(last) => error.position() > source.position(last),
        None => false,
    };
    matches!(error.err_type(), ParseErrorType::UnexpectedEOF)
        || (at_end && error.position() != Position::NONE)
}

/// An engine that parses what cells parse. It never runs anything.
fn syntax_engine() -> Engine {
    let mut engine = Engine::new_raw();
    // `yield x`; cannot fail: the word is reserved and the pattern well-formed.
    let _ = engine.register_custom_syntax(["yield", "$expr$"], false, |_, _| Ok(rhai::Dynamic::UNIT));
    read_tokens(&mut engine);
    engine
}
