//! `to_json` and `parse_json`, an element a step. They take any value, where Rhai's own take maps only.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, BufReader};

use rhai::{
    Array, Blob, Dynamic, Engine, EvalAltResult, FLOAT, FnPtr, INT, ImmutableString, Map, NativeCallContext,
};
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::growing::{BYTES_A_STEP, Growing};
use super::guard::WALKED_TEXT_MAX;
use super::write::{Form, write_array, write_map};
use super::{Pace, Result};
use crate::report::error_map;

/// JSON, without white space.
struct Json;

impl Form for Json {
    const MAP: &'static str = "{";
    const BETWEEN: &'static str = ",";
    const BEHIND_KEY: &'static str = ":";

    fn quoted(text: &str) -> String {
        serde_json::to_string(text).unwrap_or_default() // a text always is one in JSON
    }

    fn write(out: &mut Growing<'_>, _: &NativeCallContext, value: &Dynamic) -> Result<()> {
        if let Some(blob) = value.read_lock::<Blob>() {
            return write_blob(out, &blob);
        }
        match (value.as_int(), value.as_float(), value.as_bool()) {
            (Ok(number), ..) => out.push_short(number),
            // JSON has no word for these.
            (_, Ok(number), _) if !number.is_finite() => out.push("null"),
            (_, Ok(number), _) => out.push_short(format_args!("{:?}", Dynamic::from(number))),
            (.., Ok(truth)) => out.push_short(truth),
            _ if value.is_unit() => out.push("null"),
            _ => out.push_quoted(&as_text(value), Self::quoted),
        }
    }
}

fn as_text(value: &Dynamic) -> String {
    match value.read_lock::<FnPtr>() {
        Some(function) => function.fn_name().to_owned(),
        None => value.to_string(),
    }
}

/// An array of numbers.
fn write_blob(out: &mut Growing<'_>, blob: &Blob) -> Result<()> {
    out.push("[")?;
    for (index, bytes) in blob.chunks(BYTES_A_STEP).enumerate() {
        out.step()?;
        for (number, byte) in bytes.iter().enumerate() {
            if index + number > 0 {
                out.push(",")?;
            }
            out.push_short(byte)?;
        }
    }
    out.push("]")
}

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    let own = pace.clone();
    engine.register_fn("to_json", move |context: NativeCallContext, map: &mut Map| {
        let mut out = Growing::new(&context, &own);
        write_map::<Json>(&mut out, &context, map).map(|()| out.finish())
    });
    let own = pace.clone();
    engine.register_fn("to_json", move |context: NativeCallContext, array: &mut Array| {
        let mut out = Growing::new(&context, &own);
        write_array::<Json>(&mut out, &context, array).map(|()| out.finish())
    });
    let own = pace.clone();
    engine
        .register_fn("parse_json", move |context: NativeCallContext, text: &str| parse(&context, &own, text));
}

fn parse(context: &NativeCallContext, pace: &Pace, text: &str) -> Result<Dynamic> {
    let ended = RefCell::default();
    let element = Element { context, pace, ended: &ended };
    // A single text in it may be as long as all.
    let value = match text.len() <= WALKED_TEXT_MAX {
        true => element.only_one_of(&mut serde_json::Deserializer::from_str(text)),
        false => {
            let steps = Steps { element, rest: text.as_bytes() };
            let steps = BufReader::with_capacity(BYTES_A_STEP, steps);
            element.only_one_of(&mut serde_json::Deserializer::from_reader(steps))
        }
    };
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

impl Element<'_> {
    fn only_one_of<'de, R: serde_json::de::Read<'de>>(
        self,
        parser: &mut serde_json::Deserializer<R>,
    ) -> serde_json::Result<Dynamic> {
        let value = self.deserialize(&mut *parser)?;
        parser.end().map(|()| value)
    }

    fn step(self) -> std::result::Result<(), &'static str> {
        self.pace.step(self.context.call_position()).map_err(|error| {
            *self.ended.borrow_mut() = Some(error);
            "ended"
        })
    }
}

/// A text of which each reading is a step.
struct Steps<'a> {
    element: Element<'a>,
    rest: &'a [u8],
}

impl io::Read for Steps<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.element.step().map_err(io::Error::other)?;
        self.rest.read(buffer)
    }
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = Dynamic;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> std::result::Result<Dynamic, D::Error> {
        self.step().map_err(D::Error::custom)?;
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
