//! Errors as catchable maps: `#{ error: "QueueClosedError", message: "..." }`.

use rhai::{Array, Dynamic, EvalAltResult, Map, Position};

/// An error that scripts can catch, with the name under which they know it.
pub(crate) fn error_map(name: &str, message: &str, position: Position) -> Box<EvalAltResult> {
    let mut map = Map::new();
    map.insert("error".into(), name.into());
    map.insert("message".into(), with_our_types(message).into());
    if let (Some(line), Some(column)) = (position.line(), position.position()) {
        map.insert("line".into(), (line as i64).into());
        map.insert("column".into(), (column as i64).into());
    }
    EvalAltResult::ErrorRuntime(map.into(), position).into()
}

/// A message in which numbers have the types that users type, where Rhai has put those of Rust.
pub(crate) fn with_our_types(message: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        text.push_str(match &rest[..end] {
            "i64" => "int",
            "f64" => "float",
            other => other,
        });
        rest = &rest[end..];
    }
    text
}

/// Adds places to an error: a cell's label, where in it, and what stands there.
pub(crate) fn add_places(error: &mut EvalAltResult, places: Vec<(String, Position, String)>) {
    let EvalAltResult::ErrorRuntime(value, _) = error else { return };
    let Some(mut map) = value.write_lock::<Map>() else { return };
    let place = |(cell, position, what): (String, Position, String)| {
        let mut place = Map::new();
        place.insert("cell".into(), cell.into());
        place.insert("line".into(), (position.line().unwrap_or_default() as i64).into());
        place.insert("column".into(), (position.position().unwrap_or_default() as i64).into());
        place.insert("what".into(), what.into());
        Dynamic::from(place)
    };
    let places: Array = places.into_iter().map(place).collect();
    map.insert("places".into(), places.into());
}

/// The name and message of a thrown value, if it is such a map.
pub(crate) fn kind_of_map(value: &Dynamic) -> Option<(String, String)> {
    let map = value.read_lock::<Map>()?;
    let text = |key: &str| map.get(key).and_then(|value| value.clone().into_string().ok());
    Some((text("error")?, text("message").unwrap_or_default()))
}
