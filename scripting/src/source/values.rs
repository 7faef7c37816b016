//! Where a node stands and only a value makes sense, and Rhai would say nothing.
//!
//! `switch` on a node takes the default, `??` gives the node, and `${flow.a}` is the text "flow.a": no function is called
//! that could refuse it. So what can be seen is refused here; a node in a variable is not seen.

use rhai::Token;

use super::error::SourceError;
use super::header::REFERENCE_MEMBERS;
use super::lex::Source;

/// Settings of the flow, which are values.
const SETTINGS: [&str; 5] = ["auto", "generations", "show", "clock", "KEYWORDS"];

/// Refuses a node at lexeme `at`, if that needs a value.
pub(super) fn require_value(source: &Source, at: usize) -> Result<(), SourceError> {
    match source.token(at) {
        Token::Switch => {
            let end = node_from(source, at + 1);
            refuse(source, at, "`switch`", end.filter(|end| *source.token(*end) == Token::LeftBrace), at + 1)
        }
        Token::LeftBrace if is_interpolation(source, at) => {
            let end = node_from(source, at + 1);
            refuse(
                source,
                at + 1,
                "a text",
                end.filter(|end| *source.token(*end) == Token::RightBrace),
                at + 1,
            )
        }
        Token::In => {
            // With something in the loop it is the iterator that refuses.
            let is_empty = |end: &usize| {
                *source.token(*end) == Token::LeftBrace && *source.token(*end + 1) == Token::RightBrace
            };
            refuse(source, at, "`for`", node_from(source, at + 1).filter(is_empty), at + 1)
        }
        Token::DoubleQuestion => {
            let start = (0..at).rev().take_while(|at| is_part(source.token(*at))).last();
            let start = start.filter(|start| node_from(source, *start) == Some(at));
            refuse(source, at, "`??`", start.map(|_| at), start.unwrap_or(at))
        }
        _ => Ok(()),
    }
}

/// Refuses what stands from `start` to `end`.
fn refuse(
    source: &Source,
    at: usize,
    what: &str,
    end: Option<usize>,
    start: usize,
) -> Result<(), SourceError> {
    let Some(end) = end else { return Ok(()) };
    let node = source.text(source.range(start).start..source.range(end - 1).end);
    let message = format!("{what} needs a value, and {node} is a node: write {node}.value");
    Err(SourceError::new(source.position(at), message))
}

fn is_interpolation(source: &Source, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| matches!(source.token(before), Token::InterpolatedString(_)))
}

fn is_part(token: &Token) -> bool {
    matches!(token, Token::Identifier(_) | Token::Period)
}

/// The lexeme after `flow.a.b`, if that begins here and is no value.
fn node_from(source: &Source, at: usize) -> Option<usize> {
    let name = |at: usize| match source.token(at) {
        Token::Identifier(name) => Some(name.as_str()),
        _ => None,
    };
    if name(at) != Some("flow") {
        return None;
    }
    let mut end = at + 1;
    while *source.token(end) == Token::Period {
        let part = name(end + 1)?;
        if REFERENCE_MEMBERS.contains(&part) || (end == at + 1 && SETTINGS.contains(&part)) {
            return None;
        }
        end += 2;
    }
    (end > at + 1).then_some(end)
}
