//! Values as text, an element a step. Rhai's own takes half a microsecond an element and swallows errors of `to_debug`.

use rhai::{Array, Blob, Dynamic, Engine, ImmutableString, Map, NativeCallContext};

use super::growing::{BYTES_A_STEP, Growing};
use super::{Pace, Result};
use crate::display::hex;

/// How values are written.
pub(super) trait Form {
    /// What stands before the first field of a map.
    const MAP: &'static str;
    /// What stands between two items.
    const BETWEEN: &'static str;
    /// What stands behind a key.
    const BEHIND_KEY: &'static str;

    /// A text in quotes, each of its characters for itself.
    fn quoted(text: &str) -> String;

    /// Writes a value that is no array, map or text.
    ///
    /// # Errors
    ///
    /// What the script is to end with.
    fn write(out: &mut Growing<'_>, context: &NativeCallContext, value: &Dynamic) -> Result<()>;
}

/// A value in a form.
pub(super) fn write_value<F: Form>(
    out: &mut Growing<'_>,
    context: &NativeCallContext,
    value: &Dynamic,
) -> Result<()> {
    out.step()?;
    if let Some(array) = value.read_lock::<Array>() {
        return write_array::<F>(out, context, &array);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return write_map::<F>(out, context, &map);
    }
    match value.as_immutable_string_ref() {
        Ok(text) => out.push_quoted(&text, F::quoted),
        Err(_) => F::write(out, context, value),
    }
}

pub(super) fn write_array<F: Form>(
    out: &mut Growing<'_>,
    context: &NativeCallContext,
    array: &Array,
) -> Result<()> {
    out.push("[")?;
    for (index, element) in array.iter().enumerate() {
        if index > 0 {
            out.push(F::BETWEEN)?;
        }
        write_value::<F>(out, context, element)?;
    }
    out.push("]")
}

pub(super) fn write_map<F: Form>(
    out: &mut Growing<'_>,
    context: &NativeCallContext,
    map: &Map,
) -> Result<()> {
    out.push(F::MAP)?;
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 {
            out.push(F::BETWEEN)?;
        }
        out.push_quoted(key, F::quoted)?;
        out.push(F::BEHIND_KEY)?;
        write_value::<F>(out, context, value)?;
    }
    out.push("}")
}

/// As `to_debug` gives it.
struct Debug;

impl Form for Debug {
    const MAP: &'static str = "#{";
    const BETWEEN: &'static str = ", ";
    const BEHIND_KEY: &'static str = ": ";

    fn quoted(text: &str) -> String {
        format!("{text:?}")
    }

    fn write(out: &mut Growing<'_>, context: &NativeCallContext, value: &Dynamic) -> Result<()> {
        match (value.as_int(), value.as_bool()) {
            (Ok(number), _) => return out.push_short(number),
            (_, Ok(truth)) => return out.push_short(truth),
            _ if value.is_unit() => return out.push("()"),
            _ => {}
        }
        if let Some(blob) = value.read_lock::<Blob>() {
            return write_blob(out, &blob);
        }
        let written = context.call_native_fn_raw("to_debug", true, &mut [&mut value.clone()])?;
        match written.as_immutable_string_ref() {
            Ok(written) => out.push(&written),
            Err(_) => out.push(context.engine().map_type_name(value.type_name())),
        }
    }
}

/// `[0102030405060708 09]`
fn write_blob(out: &mut Growing<'_>, blob: &Blob) -> Result<()> {
    out.push("[")?;
    for (index, bytes) in blob.chunks(BYTES_A_STEP).enumerate() {
        out.step()?;
        out.push(if index == 0 { "" } else { " " })?;
        out.push(&hex(bytes))?;
    }
    out.push("]")
}

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    for name in ["print", "to_string", "debug", "to_debug"] {
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, array: &mut Array| {
            let mut out = Growing::new(&context, &own);
            write_array::<Debug>(&mut out, &context, array).map(|()| out.finish())
        });
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, map: &mut Map| {
            let mut out = Growing::new(&context, &own);
            write_map::<Debug>(&mut out, &context, map).map(|()| out.finish())
        });
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, blob: &mut Blob| {
            let mut out = Growing::new(&context, &own);
            write_blob(&mut out, blob).map(|()| out.finish())
        });
    }
    for name in ["debug", "to_debug"] {
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, text: ImmutableString| {
            let mut out = Growing::new(&context, &own);
            out.push_quoted(&text, Debug::quoted).map(|()| out.finish())
        });
    }
}
