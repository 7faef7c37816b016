//! Seconds as scripts write them.

use std::time::Duration;

use rhai::{Dynamic, EvalAltResult, Position};

use crate::display::called;
use crate::report::error_map;

/// A number of seconds, int or float, from 0; one too large for the clock is for ever.
///
/// # Errors
///
/// `ValueError` that says what `word` takes.
pub(crate) fn seconds(
    word: &str,
    value: &Dynamic,
    position: Position,
) -> Result<Duration, Box<EvalAltResult>> {
    let number = value.as_float().or_else(|_| value.as_int().map(|int| int as f64));
    match number {
        Ok(number) if number >= 0.0 => Ok(Duration::try_from_secs_f64(number).unwrap_or(Duration::MAX)),
        Ok(number) => {
            let message = format!("{word} takes a number of seconds from 0, not {number}");
            Err(error_map("ValueError", &message, position))
        }
        Err(_) => {
            let message = format!(
                "{word} takes a number of seconds, not a value of type {}",
                called(value.type_name())
            );
            Err(error_map("TypeError", &message, position))
        }
    }
}
