//! What an engine reads otherwise than Rhai does, token by token.

use rhai::{Engine, Token};

use super::loops::NOTHING;

/// Words that Rhai reserves and that are names here: `spawn(...)`, `lock.with(...)`.
const FREED_WORDS: [&str; 2] = ["spawn", "with"];

/// Lets an engine read what cells become.
pub(crate) fn read_tokens(engine: &mut Engine) {
    #[allow(deprecated, reason = "marked as volatile, not as going away")]
    engine.on_parse_token(|token, _, _| match token {
        Token::Reserved(word) if FREED_WORDS.contains(&word.as_str()) => Token::Identifier(word),
        Token::Reserved(word) if word.starts_with(NOTHING) => Token::Continue,
        token => token,
    });
}
