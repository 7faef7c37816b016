//! Blobs as arrays and as texts, which take sixteen and three times their size.

use rhai::{Array, Blob, Dynamic, Engine, INT, ImmutableString, NativeCallContext};

use super::growing::{BYTES_A_STEP, Growing};
use super::{Pace, Result, register_changing};

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    let own = pace.clone();
    engine.register_fn("to_array", move |context: NativeCallContext, blob: &mut Blob| {
        to_array(&context, &own, blob)
    });
    let own = pace.clone();
    engine.register_fn("as_string", move |context: NativeCallContext, blob: &mut Blob| {
        joined(&context, &own, "", blob, "")
    });
    let own = pace.clone();
    engine.register_fn("+", move |context: NativeCallContext, text: &str, blob: Blob| {
        joined(&context, &own, text, &blob, "")
    });
    let own = pace.clone();
    engine.register_fn("+", move |context: NativeCallContext, blob: Blob, text: &str| {
        joined(&context, &own, "", &blob, text)
    });
    for name in ["+=", "append"] {
        let own = pace.clone();
        register_changing(
            engine,
            name,
            move |context: NativeCallContext, text: &mut ImmutableString, blob: Blob| -> Result<()> {
                *text = joined(&context, &own, text, &blob, "")?.into();
                Ok(())
            },
        );
    }
}

fn to_array(context: &NativeCallContext, pace: &Pace, blob: &Blob) -> Result<Array> {
    let position = context.call_position();
    pace.room_for(blob.len().saturating_mul(size_of::<Dynamic>()), position)?;
    let mut array = Array::with_capacity(blob.len());
    for bytes in blob.chunks(BYTES_A_STEP) {
        pace.step(position)?;
        array.extend(bytes.iter().map(|byte| Dynamic::from(INT::from(*byte))));
    }
    Ok(array)
}

/// A blob's bytes as UTF-8 between two texts. What is none is `�`.
fn joined(
    context: &NativeCallContext,
    pace: &Pace,
    before: &str,
    blob: &Blob,
    behind: &str,
) -> Result<String> {
    let mut out = Growing::new(context, pace);
    out.push(before)?;
    for (index, chunk) in blob.utf8_chunks().enumerate() {
        if index % BYTES_A_STEP == 0 {
            out.step()?;
        }
        out.push(chunk.valid())?;
        if !chunk.invalid().is_empty() {
            out.push("\u{fffd}")?;
        }
    }
    out.push(behind)?;
    Ok(out.finish())
}
