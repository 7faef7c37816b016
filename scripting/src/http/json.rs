//! JSON and values.

use rhai::{Dynamic, INT, Map};
use serde_json::Value;

use crate::rich::to_json;

/// A value as JSON.
///
/// # Errors
///
/// Why it has no such form.
pub(super) fn text_of(value: &Dynamic) -> Result<String, String> {
    to_json(value).map(|json| json.to_string())
}

/// The value that JSON stands for: `null` is `()`, numbers too large for an int are floats.
///
/// # Errors
///
/// Where it is none; nested deeper than 128 levels counts as that.
pub(super) fn parse(text: &[u8]) -> Result<Dynamic, String> {
    serde_json::from_slice(text).map(value_of).map_err(|error| error.to_string())
}

fn value_of(json: Value) -> Dynamic {
    match json {
        Value::Null => Dynamic::UNIT,
        Value::Bool(value) => value.into(),
        Value::Number(number) => match number.as_i64() {
            Some(int) => Dynamic::from(int as INT),
            None => Dynamic::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => text.into(),
        Value::Array(items) => items.into_iter().map(value_of).collect::<Vec<_>>().into(),
        Value::Object(entries) => {
            entries.into_iter().map(|(key, value)| (key.into(), value_of(value))).collect::<Map>().into()
        }
    }
}
