//! Portions of texts and arrays: which are meant, and `sub_string` and `crop`, whose own versions copy all characters.

use std::ops::{Range, RangeInclusive};

use rhai::{Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use super::growing::BYTES_A_STEP;
use super::{Pace, Result, register_changing};
use crate::display::boundary;

/// A start and a length, as Rhai's functions take them: a negative start counts from the end.
#[derive(Clone, Copy)]
pub(super) struct Portion {
    start: INT,
    length: INT,
}

impl Portion {
    /// What the arguments after the first mean: a range, a start, or a start and a length.
    pub(super) fn of(arguments: &[&mut Dynamic]) -> Self {
        let int = |at: usize| arguments.get(at).and_then(|argument| argument.as_int().ok());
        let from = |start: INT| Self { start, length: int(1).unwrap_or(INT::MAX) };
        let first = arguments.first();
        let range =
            first.and_then(|first| first.read_lock::<Range<INT>>().map(|range| (*range).clone().into()));
        let closed = || first?.read_lock::<RangeInclusive<INT>>().map(|range| (*range).clone().into());
        range.or_else(closed).unwrap_or_else(|| from(int(0).unwrap_or(0)))
    }

    /// Which of so many it is.
    pub(super) fn among(self, count: usize) -> Range<usize> {
        let from_end = usize::try_from(self.start.unsigned_abs()).unwrap_or(usize::MAX);
        let start = if self.start < 0 { count.saturating_sub(from_end) } else { from_end.min(count) };
        let length = usize::try_from(self.length).unwrap_or(0);
        start..start.saturating_add(length).min(count)
    }
}

impl From<Range<INT>> for Portion {
    fn from(range: Range<INT>) -> Self {
        let start = range.start.max(0);
        Self { start, length: range.end.saturating_sub(start) }
    }
}

impl From<RangeInclusive<INT>> for Portion {
    fn from(range: RangeInclusive<INT>) -> Self {
        let start = (*range.start()).max(0);
        let end = (*range.end()).max(start); // as in Rhai, one at least
        Self { start, length: (end - start).saturating_add(1) }
    }
}

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    register_portion(engine, pace, |range: Range<INT>| range.into());
    register_portion(engine, pace, |range: RangeInclusive<INT>| range.into());
    register_portion(engine, pace, |start: INT| Portion { start, length: INT::MAX });
    let own = pace.clone();
    engine.register_fn(
        "sub_string",
        move |context: NativeCallContext, text: &str, start: INT, length: INT| {
            sub_string(&context, &own, text, Portion { start, length })
        },
    );
    let own = pace.clone();
    register_changing(
        engine,
        "crop",
        move |context: NativeCallContext, text: &mut ImmutableString, start: INT, length: INT| {
            crop(&context, &own, text, Portion { start, length })
        },
    );
}

/// Registers both functions for portions that one argument says.
fn register_portion<T: Clone + 'static>(engine: &mut Engine, pace: &Pace, portion: fn(T) -> Portion) {
    let own = pace.clone();
    engine.register_fn("sub_string", move |context: NativeCallContext, text: &str, what: T| {
        sub_string(&context, &own, text, portion(what))
    });
    let own = pace.clone();
    register_changing(
        engine,
        "crop",
        move |context: NativeCallContext, text: &mut ImmutableString, what: T| {
            crop(&context, &own, text, portion(what))
        },
    );
}

fn sub_string(
    context: &NativeCallContext,
    pace: &Pace,
    text: &str,
    portion: Portion,
) -> Result<ImmutableString> {
    let bytes = bytes_of(context, pace, text, portion)?;
    pace.room_for(bytes.len(), context.call_position())?;
    Ok(text[bytes].into())
}

fn crop(
    context: &NativeCallContext,
    pace: &Pace,
    text: &mut ImmutableString,
    portion: Portion,
) -> Result<()> {
    *text = sub_string(context, pace, text, portion)?;
    Ok(())
}

/// Where a portion of a text's characters stands.
fn bytes_of(context: &NativeCallContext, pace: &Pace, text: &str, portion: Portion) -> Result<Range<usize>> {
    // Only what counts from the end needs to know where that is.
    let count = match portion.start < 0 {
        true => skip(context, pace, text, usize::MAX)?.characters,
        false => usize::MAX,
    };
    let characters = portion.among(count);
    let start = skip(context, pace, text, characters.start)?.bytes;
    let length = skip(context, pace, &text[start..], characters.len())?.bytes;
    Ok(start..start + length)
}

/// A part of a text from its start.
#[derive(Default)]
struct Skipped {
    bytes: usize,
    characters: usize,
}

/// So many characters of a text, or all it has.
fn skip(context: &NativeCallContext, pace: &Pace, text: &str, most: usize) -> Result<Skipped> {
    let mut skipped = Skipped::default();
    loop {
        pace.step(context.call_position())?;
        let rest = &text[skipped.bytes..];
        let piece = &rest[..boundary(rest, BYTES_A_STEP)];
        let (within, left) = (piece.chars().count(), most - skipped.characters);
        if within > left || piece.is_empty() {
            skipped.bytes += piece.char_indices().nth(left).map_or(0, |(at, _)| at);
            skipped.characters += within.min(left);
            return Ok(skipped);
        }
        skipped.bytes += piece.len();
        skipped.characters += within;
    }
}
