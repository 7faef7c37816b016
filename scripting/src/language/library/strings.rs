//! Texts: cutting them up, replacing in them, making them longer, going over their characters.

use std::any::TypeId;

use rhai::{Array, Dynamic, Engine, INT, ImmutableString, Module, NativeCallContext};

use super::{Pace, Result};
use crate::report::error_map;

/// How many bytes of text are made between two steps.
const BYTES_A_STEP: usize = 16 << 10;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    register_split(engine, pace);
    register_replace(engine, pace);
    let own = pace.clone();
    engine.register_fn(
        "pad",
        move |context: NativeCallContext, text: &mut ImmutableString, length: INT, by: char| {
            pad(&context, &own, text, length, by.encode_utf8(&mut [0; 4]))
        },
    );
    let own = pace.clone();
    engine.register_fn(
        "pad",
        move |context: NativeCallContext, text: &mut ImmutableString, length: INT, by: &str| {
            pad(&context, &own, text, length, by)
        },
    );
    // Rhai's own begins by copying all characters.
    let mut module = Module::new();
    module
        .set_iter(TypeId::of::<ImmutableString>(), |text| Box::new(Characters { text: text.cast(), at: 0 }));
    engine.register_global_module(module.into());
}

/// The characters of a text, one after another.
struct Characters {
    text: ImmutableString,
    /// The byte that the next begins at.
    at: usize,
}

impl Iterator for Characters {
    type Item = Dynamic;

    fn next(&mut self) -> Option<Dynamic> {
        let character = self.text[self.at..].chars().next()?;
        self.at += character.len_utf8();
        Some(character.into())
    }
}

/// Registers `split` and `split_rev` for a delimiter of some type, without and with a number of parts.
macro_rules! split_by {
    ($engine:ident, $pace:ident, $delimiter:ty) => {
        let own = $pace.clone();
        $engine.register_fn(
            "split",
            move |context: NativeCallContext, text: ImmutableString, delimiter: $delimiter| {
                own.pieces(&context, text.split(delimiter))
            },
        );
        let own = $pace.clone();
        $engine.register_fn(
            "split",
            move |context: NativeCallContext, text: ImmutableString, delimiter: $delimiter, parts: INT| {
                own.pieces(&context, text.splitn(parts_of(parts), delimiter))
            },
        );
        let own = $pace.clone();
        $engine.register_fn(
            "split_rev",
            move |context: NativeCallContext, text: ImmutableString, delimiter: $delimiter| {
                own.pieces(&context, text.rsplit(delimiter))
            },
        );
        let own = $pace.clone();
        $engine.register_fn(
            "split_rev",
            move |context: NativeCallContext, text: ImmutableString, delimiter: $delimiter, parts: INT| {
                own.pieces(&context, text.rsplitn(parts_of(parts), delimiter))
            },
        );
    };
}

fn register_split(engine: &mut Engine, pace: &Pace) {
    split_by!(engine, pace, &str);
    split_by!(engine, pace, char);
    let own = pace.clone();
    engine.register_fn("split", move |context: NativeCallContext, text: ImmutableString| {
        own.pieces(&context, text.split_whitespace())
    });
    let own = pace.clone();
    engine.register_fn("to_chars", move |context: NativeCallContext, text: &str| {
        own.pieces(&context, text.chars())
    });
}

fn parts_of(parts: INT) -> usize {
    usize::try_from(parts).unwrap_or(0).max(1)
}

impl Pace {
    /// An array of pieces of a text.
    fn pieces<T: Into<Dynamic>>(
        &self,
        context: &NativeCallContext,
        pieces: impl Iterator<Item = T>,
    ) -> Result<Array> {
        let position = context.call_position();
        let mut array = Array::new();
        for piece in pieces {
            self.step(position)?;
            if array.len() == array.capacity() {
                self.room_for(array.len() * 2 * size_of::<Dynamic>(), position)?;
            }
            array.push(piece.into());
        }
        Ok(array)
    }
}

fn register_replace(engine: &mut Engine, pace: &Pace) {
    let own = pace.clone();
    engine.register_fn(
        "replace",
        move |context: NativeCallContext, text: &mut ImmutableString, find: &str, by: &str| {
            replace(&context, &own, text, text.clone().match_indices(find), by)
        },
    );
    let own = pace.clone();
    engine.register_fn(
        "replace",
        move |context: NativeCallContext, text: &mut ImmutableString, find: &str, by: char| {
            replace(&context, &own, text, text.clone().match_indices(find), by.encode_utf8(&mut [0; 4]))
        },
    );
    let own = pace.clone();
    engine.register_fn(
        "replace",
        move |context: NativeCallContext, text: &mut ImmutableString, find: char, by: &str| {
            replace(&context, &own, text, text.clone().match_indices(find), by)
        },
    );
    let own = pace.clone();
    engine.register_fn(
        "replace",
        move |context: NativeCallContext, text: &mut ImmutableString, find: char, by: char| {
            replace(&context, &own, text, text.clone().match_indices(find), by.encode_utf8(&mut [0; 4]))
        },
    );
}

fn replace<'a>(
    context: &NativeCallContext,
    pace: &Pace,
    text: &mut ImmutableString,
    matches: impl Iterator<Item = (usize, &'a str)>,
    by: &str,
) -> Result<()> {
    let position = context.call_position();
    let mut replaced = String::new();
    let mut end = 0;
    for (at, found) in matches {
        pace.step(position)?;
        push(pace, context, &mut replaced, &text[end..at])?;
        push(pace, context, &mut replaced, by)?;
        end = at + found.len();
    }
    if end > 0 || !replaced.is_empty() {
        push(pace, context, &mut replaced, &text[end..])?;
        *text = replaced.into();
    }
    Ok(())
}

/// Adds to a text that grows.
fn push(pace: &Pace, context: &NativeCallContext, text: &mut String, more: &str) -> Result<()> {
    if text.len() + more.len() > text.capacity() {
        pace.room_for(2 * (text.len() + more.len()), context.call_position())?;
    }
    text.push_str(more);
    Ok(())
}

/// Makes a text at least `length` characters long.
fn pad(
    context: &NativeCallContext,
    pace: &Pace,
    text: &mut ImmutableString,
    length: INT,
    by: &str,
) -> Result<()> {
    let position = context.call_position();
    let has = text.chars().count();
    let missing = usize::try_from(length).unwrap_or(0).saturating_sub(has);
    if missing == 0 {
        return Ok(());
    }
    let characters = by.chars().count();
    if characters == 0 {
        return Err(error_map("ValueError", "pad needs a text that is not empty", position));
    }
    let bytes = missing.saturating_mul(by.len()) / characters;
    pace.room_for(bytes.saturating_add(text.len()), position)?;
    let mut padded = String::with_capacity(text.len() + bytes);
    padded.push_str(text);
    let mut stepped = padded.len();
    for _ in 0..missing / characters {
        padded.push_str(by);
        if padded.len() - stepped >= BYTES_A_STEP {
            pace.step(position)?;
            stepped = padded.len();
        }
    }
    padded.extend(by.chars().take(missing % characters));
    *text = padded.into();
    Ok(())
}
