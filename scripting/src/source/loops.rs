//! Loops without a body.
//!
//! `for x in queue {}` waits until the queue is closed. But Rhai drops the errors of an iterator if the body is empty, and the whole
//! loop where nobody needs its value. So such a body gets a statement of one character, [`NOTHING`], which the engine
//! reads as `continue`. It takes the place of a blank in the body or before it. Where there is none, the columns to the
//! end of that line are one too many.

use rhai::Token;

use super::lex::{Source, blank};
use super::scope::{is_closing, is_opening};

/// What an empty body gets. Rhai reserves it, and cells may not write it.
pub(super) const NOTHING: char = '@';

/// The characters of the braces of a body.
pub(super) struct EmptyBody {
    open: usize,
    close: usize,
}

/// The bodies of `for` loops with no statement in them, in order of appearance.
pub(super) fn empty_bodies(source: &Source) -> Vec<EmptyBody> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    // What has begun and whose block is still to come: how many brackets are around it, and whether it is a `for`.
    let mut heads: Vec<(usize, bool)> = Vec::new();
    for at in 0..source.len() {
        match source.token(at) {
            Token::For => heads.push((depth, true)),
            Token::If | Token::While | Token::Until | Token::Switch => heads.push((depth, false)),
            Token::LeftBrace if begins_block(source, at) => {
                if let Some((_, is_for)) = heads.pop_if(|(around, _)| *around == depth)
                    && is_for
                    && let Some(close) = end_of_empty(source, at)
                {
                    let char_of = |at: usize| source.range(at).start;
                    found.push(EmptyBody { open: char_of(at), close: char_of(close) });
                }
            }
            _ => (),
        }
        if is_opening(source.token(at)) {
            depth += 1;
        } else if is_closing(source.token(at)) {
            depth = depth.saturating_sub(1);
            heads.retain(|(around, _)| *around <= depth);
        }
    }
    found
}

/// Whether a `{` stands behind a whole expression, and so begins the block of what is before that.
fn begins_block(source: &Source, at: usize) -> bool {
    let is_in_text = at > 0 && matches!(source.token(at - 1), Token::InterpolatedString(_));
    !is_in_text && !source.operand(at)
}

/// The `}` of a `{`, if no statement is between.
fn end_of_empty(source: &Source, open: usize) -> Option<usize> {
    let close = (open + 1..source.len()).find(|at| *source.token(*at) != Token::SemiColon)?;
    (*source.token(close) == Token::RightBrace).then_some(close)
}

/// A piece of a cell in which they have one.
pub(super) fn filled(text: &str) -> String {
    // A piece of what was read is read again.
    let Ok(source) = Source::lex(text) else { return text.to_owned() };
    let mut chars = source.chars().to_vec();
    fill(&mut chars, &empty_bodies(&source));
    chars.into_iter().collect()
}

/// Puts [`NOTHING`] into the bodies, but for those that have been blanked: they are in what is compiled on its own.
pub(super) fn fill(chars: &mut Vec<char>, bodies: &[EmptyBody]) {
    // From the end, so that what is inserted moves none of those to come.
    for EmptyBody { open, close } in bodies.iter().rev() {
        if chars[*open] != '{' {
            continue;
        }
        blank(&mut chars[open + 1..*close]);
        let is_blank = |c: &char| matches!(c, ' ' | '\t');
        if let Some(inside) = chars[open + 1..*close].iter().position(is_blank) {
            chars[open + 1 + inside] = NOTHING;
        } else if open.checked_sub(1).is_some_and(|before| is_blank(&chars[before])) {
            (chars[open - 1], chars[*open]) = ('{', NOTHING);
        } else {
            chars.insert(open + 1, NOTHING);
        }
    }
}
