//! A value as text: Rhai's debug form, bounded.

use std::borrow::Cow;
use std::fmt::{self, Write};

use rhai::{Array, Blob, Dynamic, Map};

use super::called::own_kind;
use crate::body::ANONYMOUS;
use crate::language::{FlowHandle, GroupHandle, Reference, TypeValue};
use crate::nodes::ScriptStream;
use crate::rich::Rich;

/// How much text a display shows, in bytes.
const TEXT_MAX: usize = 10 * 1024;

/// How many characters beyond that are counted: some milliseconds for what can be counted only by writing it.
const COUNTED_MAX: usize = 100_000;

/// So many bytes of a text or a blob are more than that, whatever the characters.
const LOOKED_AT: usize = TEXT_MAX + char::MAX.len_utf8() * COUNTED_MAX;

/// How deep a value is written out; what nests deeper is `...`.
const DEPTH_MAX: usize = 100;

/// How long the number in a closure's name is.
const CLOSURE_DIGITS: usize = 16;

/// A value in Rhai's debug form, strings in quotes, and how much is left out of a long one.
pub(crate) fn value_text(value: &Dynamic) -> String {
    bounded(value, TEXT_MAX, "; .value has all")
}

/// A value as a script has thrown it: texts without quotes, and at most `most` bytes.
pub(crate) fn thrown_text(value: &Dynamic, most: usize) -> String {
    match value.as_immutable_string_ref() {
        Ok(text) => cut_to(&text, most).into_owned(),
        Err(_) if value.is_unit() || value.is_char() => value.to_string(),
        Err(_) => bounded(value, most, ""),
    }
}

/// At most `most` bytes of a value's text, how much is left out, and `hint`.
fn bounded(value: &Dynamic, most: usize, hint: &str) -> String {
    let mut text = Bounded { text: String::new(), most, left: 0 };
    let written = write_value(&mut text, value, DEPTH_MAX);
    let Bounded { text, left, .. } = text;
    match written {
        Ok(()) if left == 0 => text,
        Ok(()) => format!("{text}… ({left} more characters{hint})"),
        Err(fmt::Error) => format!("{text}… (more than {COUNTED_MAX} more characters{hint})"),
    }
}

/// At most 10 KiB of a text, and how much is left out.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    cut_to(text, TEXT_MAX)
}

/// At most `most` bytes of a text, and how much is left out.
pub(crate) fn cut_to(text: &str, most: usize) -> Cow<'_, str> {
    if text.len() <= most {
        return text.into();
    }
    let end = boundary(text, most);
    format!("{}… ({} more characters)", &text[..end], text[end..].chars().count()).into()
}

/// The last place at or before `at` where a text can be cut.
pub(crate) fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Keeps the beginning of what is written and counts the rest; refuses what is too much to be counted.
struct Bounded {
    text: String,
    /// Bytes that are kept.
    most: usize,
    left: usize,
}

impl Write for Bounded {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        let room = if self.left > 0 { 0 } else { self.most.saturating_sub(self.text.len()) };
        let end = boundary(part, room);
        self.text.push_str(&part[..end]);
        self.left += part[end..].chars().count();
        if self.left > COUNTED_MAX { Err(fmt::Error) } else { Ok(()) }
    }
}

impl Bounded {
    /// A text in quotes.
    fn write_quoted(&mut self, text: &str) -> fmt::Result {
        write!(self, "{:?}", &text[..boundary(text, LOOKED_AT)])
    }
}

fn write_value(out: &mut Bounded, value: &Dynamic, depth: usize) -> fmt::Result {
    let Some(deeper) = depth.checked_sub(1) else { return out.write_str("...") };
    if let Some(items) = value.read_lock::<Array>() {
        out.write_str("[")?;
        for (index, item) in items.iter().enumerate() {
            out.write_str(if index == 0 { "" } else { ", " })?;
            write_value(out, item, deeper)?;
        }
        return out.write_str("]");
    }
    if let Some(fields) = value.read_lock::<Map>() {
        out.write_str("#{")?;
        for (index, (key, item)) in fields.iter().enumerate() {
            out.write_str(if index == 0 { "" } else { ", " })?;
            out.write_quoted(key)?;
            out.write_str(": ")?;
            write_value(out, item, deeper)?;
        }
        return out.write_str("}");
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return out.write_quoted(&text);
    }
    if let Some(bytes) = value.read_lock::<Blob>() {
        return write!(out, "[{}]", hex(&bytes[..bytes.len().min(LOOKED_AT)]));
    }
    match of_ours(value) {
        Some(text) => out.write_str(&text),
        None if value.is_fnptr() => out.write_str(&without_numbers(format!("{value:?}"))),
        None => write!(out, "{:?}", value.flatten_clone()),
    }
}

/// `0102030405060708 09`: bytes in groups of eight, as Rhai writes a blob.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const GROUP: usize = 8;
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(2 * bytes.len() + bytes.len() / GROUP);
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 && index.is_multiple_of(GROUP) {
            text.push(' ');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// The text of a value of a type of ours, of which Rhai knows only Rust's name.
fn of_ours(value: &Dynamic) -> Option<String> {
    if let Some(rich) = value.read_lock::<Rich>() {
        return Some(format!("({})", rich.summary()));
    }
    if let Some(reference) = value.read_lock::<Reference>() {
        return Some(reference.to_string());
    }
    if value.is::<GroupHandle>() {
        return Some("(a template's flow)".to_owned());
    }
    if let Some(node_type) = value.read_lock::<TypeValue>() {
        return Some(node_type.usage.to_string());
    }
    if value.is::<FlowHandle>() {
        return Some("flow".to_owned());
    }
    if value.is::<ScriptStream>() {
        return Some("(stream)".to_owned());
    }
    own_kind(value.type_name()).map(|kind| format!("({kind})"))
}

/// A text without the numbers that Rhai gives closures: they differ from run to run.
fn without_numbers(text: String) -> String {
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = text.split(ANONYMOUS);
    let first = parts.next().unwrap_or_default();
    let rest = parts.flat_map(|part| match part.get(..CLOSURE_DIGITS).filter(is_number) {
        Some(number) => [ANONYMOUS, &part[number.len()..]],
        None => [ANONYMOUS, part],
    });
    std::iter::once(first).chain(rest).collect()
}
