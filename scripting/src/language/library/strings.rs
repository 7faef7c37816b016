//! Texts: cutting them up, replacing in them, making them longer, going over their characters.

use std::any::TypeId;
use std::ops::{ControlFlow, Range};

use rhai::{
    Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, Module, NativeCallContext, Position,
};

use super::growing::{BYTES_A_STEP, Growing};
use super::search::{Needle, Search};
use super::{Pace, Result, register_changing};
use crate::display::boundary;
use crate::report::error_map;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    register_searches(engine, pace);
    let own = pace.clone();
    engine.register_fn("to_chars", move |context: NativeCallContext, text: &str| {
        let mut pieces = Pieces::new(&own, context.call_position());
        for char in text.chars() {
            own.step(pieces.position)?;
            pieces.push(char)?;
        }
        Ok::<_, Box<EvalAltResult>>(pieces.array)
    });
    let own = pace.clone();
    register_changing(
        engine,
        "pad",
        move |context: NativeCallContext, text: &mut ImmutableString, length: INT, by: char| {
            pad(&context, &own, text, length, by.encode_utf8(&mut [0; 4]))
        },
    );
    let own = pace.clone();
    register_changing(
        engine,
        "pad",
        move |context: NativeCallContext, text: &mut ImmutableString, length: INT, by: &str| {
            pad(&context, &own, text, length, by)
        },
    );
    let own = pace.clone();
    register_changing(
        engine,
        "trim",
        move |context: NativeCallContext, text: &mut ImmutableString| -> Result<()> {
            let word = trimmed(&context, &own, text)?;
            if word.len() < text.len() {
                *text = word.into();
            }
            Ok(())
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

/// Registers what searches a text, for a type of what is searched for.
macro_rules! register_searching {
    ($engine:ident, $pace:ident, $needle:ty) => {
        let own = $pace.clone();
        $engine.register_fn("contains", move |context: NativeCallContext, text: &str, find: $needle| {
            contains(&Search::new(&context, &own, text, find.into())?)
        });
        let own = $pace.clone();
        $engine.register_fn("split", move |context: NativeCallContext, text: &str, by: $needle| {
            split(&Search::new(&context, &own, text, by.into())?, INT::MAX)
        });
        let own = $pace.clone();
        $engine.register_fn(
            "split",
            move |context: NativeCallContext, text: &str, by: $needle, parts: INT| {
                split(&Search::new(&context, &own, text, by.into())?, parts)
            },
        );
        let own = $pace.clone();
        $engine.register_fn("split_rev", move |context: NativeCallContext, text: &str, by: $needle| {
            split_rev(&Search::new(&context, &own, text, by.into())?, INT::MAX)
        });
        let own = $pace.clone();
        $engine.register_fn(
            "split_rev",
            move |context: NativeCallContext, text: &str, by: $needle, parts: INT| {
                split_rev(&Search::new(&context, &own, text, by.into())?, parts)
            },
        );
        let own = $pace.clone();
        register_changing(
            $engine,
            "replace",
            move |context: NativeCallContext, text: &mut ImmutableString, find: $needle, by: &str| {
                replace(&context, &own, text, find.into(), by)
            },
        );
        let own = $pace.clone();
        register_changing(
            $engine,
            "replace",
            move |context: NativeCallContext, text: &mut ImmutableString, find: $needle, by: char| {
                replace(&context, &own, text, find.into(), by.encode_utf8(&mut [0; 4]))
            },
        );
    };
}

fn register_searches(engine: &mut Engine, pace: &Pace) {
    register_searching!(engine, pace, &str);
    register_searching!(engine, pace, char);
    let own = pace.clone();
    engine.register_fn("split", move |context: NativeCallContext, text: &str| {
        split_words(&Search::new(&context, &own, text, Needle::WhiteSpace)?)
    });
}

fn contains(search: &Search<'_>) -> Result<bool> {
    let mut contains = false;
    search.forwards(&mut |_| {
        contains = true;
        Ok(ControlFlow::Break(()))
    })?;
    Ok(contains)
}

fn split(search: &Search<'_>, parts: INT) -> Result<Array> {
    let (mut pieces, most) = (Pieces::new(search.pace, search.position), parts_of(parts));
    let mut rest = 0;
    search.forwards(&mut |found| {
        if pieces.array.len() + 1 >= most {
            return Ok(ControlFlow::Break(()));
        }
        pieces.push(&search.text[rest..found.start])?;
        rest = found.end;
        Ok(ControlFlow::Continue(()))
    })?;
    pieces.push(&search.text[rest..])?;
    Ok(pieces.array)
}

fn split_rev(search: &Search<'_>, parts: INT) -> Result<Array> {
    let (mut pieces, most) = (Pieces::new(search.pace, search.position), parts_of(parts));
    let mut rest = search.text.len();
    search.backwards(&mut |found| {
        if pieces.array.len() + 1 >= most {
            return Ok(ControlFlow::Break(()));
        }
        pieces.push(&search.text[found.end..rest])?;
        rest = found.start;
        Ok(ControlFlow::Continue(()))
    })?;
    pieces.push(&search.text[..rest])?;
    Ok(pieces.array)
}

/// What stands between white space.
fn split_words(search: &Search<'_>) -> Result<Array> {
    let mut pieces = Pieces::new(search.pace, search.position);
    let mut rest = 0;
    let mut push = |word: Range<usize>| match word.is_empty() {
        true => Ok(()),
        false => pieces.push(&search.text[word]),
    };
    search.forwards(&mut |found| {
        push(rest..found.start)?;
        rest = found.end;
        Ok(ControlFlow::Continue(()))
    })?;
    push(rest..search.text.len())?;
    Ok(pieces.array)
}

fn parts_of(parts: INT) -> usize {
    usize::try_from(parts).unwrap_or(0).max(1)
}

fn replace(
    context: &NativeCallContext,
    pace: &Pace,
    text: &mut ImmutableString,
    find: Needle<'_>,
    by: &str,
) -> Result<()> {
    let search = Search::new(context, pace, text, find)?;
    let mut replaced = Growing::new(context, pace);
    let mut rest = None;
    search.forwards(&mut |found| {
        replaced.push(&search.text[rest.unwrap_or(0)..found.start])?;
        replaced.push(by)?;
        rest = Some(found.end);
        Ok(ControlFlow::Continue(()))
    })?;
    if let Some(rest) = rest {
        replaced.push(&search.text[rest..])?;
        *text = replaced.finish().into();
    }
    Ok(())
}

/// An array of pieces of a text.
struct Pieces<'a> {
    array: Array,
    pace: &'a Pace,
    position: Position,
}

impl<'a> Pieces<'a> {
    fn new(pace: &'a Pace, position: Position) -> Self {
        Self { array: Array::new(), pace, position }
    }

    fn push(&mut self, piece: impl Into<Dynamic>) -> Result<()> {
        if self.array.len() == self.array.capacity() {
            self.pace.room_for(self.array.len() * 2 * size_of::<Dynamic>(), self.position)?;
        }
        self.array.push(piece.into());
        Ok(())
    }
}

/// A text without the white space around it.
fn trimmed<'a>(context: &NativeCallContext, pace: &Pace, text: &'a str) -> Result<&'a str> {
    let mut rest = text;
    loop {
        pace.step(context.call_position())?;
        let piece = &rest[..boundary(rest, BYTES_A_STEP)];
        let word = piece.trim_start();
        rest = &rest[piece.len() - word.len()..];
        if !word.is_empty() || rest.is_empty() {
            break;
        }
    }
    loop {
        pace.step(context.call_position())?;
        let at = boundary(rest, rest.len().saturating_sub(BYTES_A_STEP));
        let word = rest[at..].trim_end();
        rest = &rest[..at + word.len()];
        if !word.is_empty() || rest.is_empty() {
            return Ok(rest);
        }
    }
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
