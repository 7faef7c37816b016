//! The functions that a cell defines, as text: what a body sees of them, and whether they have changed.

use rhai::Token;

use super::lex::Source;

/// A `fn` of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionText {
    /// Its name.
    pub name: String,
    /// From the name to the closing brace without comments, a blank between tokens: functions are the same if this is.
    pub tokens: String,
}

/// All functions of a cell.
pub(super) fn functions(source: &Source) -> Vec<FunctionText> {
    let starts = (0..source.len()).filter(|at| *source.token(*at) == Token::Fn);
    starts.filter_map(|at| function(source, at + 1)).collect()
}

fn function(source: &Source, name: usize) -> Option<FunctionText> {
    let Token::Identifier(text) = source.token(name) else { return None };
    let mut depth = 0_usize;
    for at in name..source.len() {
        match source.token(at) {
            Token::LeftBrace | Token::MapStart => depth += 1,
            Token::RightBrace => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(FunctionText {
                        name: text.to_string(),
                        tokens: source.tokens(name..at + 1),
                    });
                }
            }
            _ => {}
        }
    }
    None
}
