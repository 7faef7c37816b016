//! `to_json` and `parse_json`, an element a step. They take any value, where Rhai's own take maps only.

use std::cell::RefCell;
use std::fmt::{self, Write};

use rhai::{
    Array, Blob, Dynamic, Engine, EvalAltResult, FLOAT, FnPtr, INT, ImmutableString, Map, NativeCallContext,
};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::{Pace, Result};
use crate::report::error_map;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    let own = pace.clone();
    engine.register_fn("to_json", move |context: NativeCallContext, map: &mut Map| {
        let mut text = String::new();
        write_map(&context, &own, &mut text, map).map(|()| text)
    });
    let own = pace.clone();
    engine.register_fn("to_json", move |context: NativeCallContext, array: &mut Array| {
        let mut text = String::new();
        write_array(&context, &own, &mut text, array).map(|()| text)
    });
    let own = pace.clone();
    engine
        .register_fn("parse_json", move |context: NativeCallContext, text: &str| parse(&context, &own, text));
}

fn write_map(context: &NativeCallContext, pace: &Pace, text: &mut String, map: &Map) -> Result<()> {
    text.push('{');
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_text(text, key);
        text.push(':');
        write_value(context, pace, text, value)?;
    }
    text.push('}');
    Ok(())
}

fn write_array(context: &NativeCallContext, pace: &Pace, text: &mut String, array: &Array) -> Result<()> {
    text.push('[');
    for (index, element) in array.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(context, pace, text, element)?;
    }
    text.push(']');
    Ok(())
}

fn write_value(context: &NativeCallContext, pace: &Pace, text: &mut String, value: &Dynamic) -> Result<()> {
    pace.step(context.call_position())?;
    if let Some(array) = value.read_lock::<Array>() {
        return write_array(context, pace, text, &array);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return write_map(context, pace, text, &map);
    }
    if let Some(blob) = value.read_lock::<Blob>() {
        let bytes = blob.iter().map(|byte| Dynamic::from(INT::from(*byte))).collect();
        return write_array(context, pace, text, &bytes);
    }
    if let Some(function) = value.read_lock::<FnPtr>() {
        write_text(text, function.fn_name());
        return Ok(());
    }
    match (value.as_float(), value.as_immutable_string_ref()) {
        // JSON has no word for these.
        (Ok(number), _) if !number.is_finite() => text.push_str("null"),
        (_, Ok(string)) => write_text(text, &string),
        _ if value.is_unit() => text.push_str("null"),
        _ if value.is::<FLOAT>() || value.is::<INT>() || value.is::<bool>() => {
            let _ = write!(text, "{value:?}"); // a String takes all
        }
        _ => write_text(text, &value.to_string()),
    }
    Ok(())
}

/// A text in quotes.
fn write_text(text: &mut String, content: &str) {
    text.push_str(&serde_json::Value::from(content).to_string());
}

fn parse(context: &NativeCallContext, pace: &Pace, text: &str) -> Result<Dynamic> {
    let ended = RefCell::default();
    let mut parser = serde_json::Deserializer::from_str(text);
    let element = Element { context, pace, ended: &ended };
    let value = element.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    value.map_err(|error| {
        let message =
            || error_map("ValueError", &format!("this is no JSON: {error}"), context.call_position());
        ended.take().unwrap_or_else(message)
    })
}

/// A value to be parsed.
#[derive(Clone, Copy)]
struct Element<'a> {
    context: &'a NativeCallContext<'a>,
    pace: &'a Pace,
    /// What the script is to end with, if a step said so.
    ended: &'a RefCell<Option<Box<EvalAltResult>>>,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Dynamic;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> std::result::Result<Dynamic, D::Error> {
        self.pace.step(self.context.call_position()).map_err(|error| {
            *self.ended.borrow_mut() = Some(error);
            D::Error::custom("ended")
        })?;
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = Dynamic;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Dynamic, E> {
        Ok(Dynamic::UNIT)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Dynamic, E> {
        Ok(INT::try_from(value).map_or_else(|_| Dynamic::from(value as FLOAT), Dynamic::from))
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Dynamic, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Dynamic, E> {
        Ok(ImmutableString::from(value).into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> std::result::Result<Dynamic, A::Error> {
        let mut array = Array::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Dynamic, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            map.insert(key.into(), entries.next_value_seed(self)?);
        }
        Ok(map.into())
    }
}
