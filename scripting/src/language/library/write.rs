//! Arrays and maps as text. Rhai's own takes half a microsecond an element and swallows errors of `to_debug`.

use std::fmt::Write;

use rhai::{Array, Dynamic, Engine, INT, ImmutableString, Map, NativeCallContext};

use super::{Pace, Result};

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    for name in ["print", "to_string", "debug", "to_debug"] {
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, array: &mut Array| {
            let mut text = String::new();
            write_array(&context, &own, &mut text, array).map(|()| text)
        });
        let own = pace.clone();
        engine.register_fn(name, move |context: NativeCallContext, map: &mut Map| {
            let mut text = String::new();
            write_map(&context, &own, &mut text, map).map(|()| text)
        });
    }
}

fn write_array(context: &NativeCallContext, pace: &Pace, text: &mut String, array: &Array) -> Result<()> {
    text.push('[');
    for (index, element) in array.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_value(context, pace, text, element)?;
    }
    text.push(']');
    Ok(())
}

fn write_map(context: &NativeCallContext, pace: &Pace, text: &mut String, map: &Map) -> Result<()> {
    text.push_str("#{");
    for (index, (key, value)) in map.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        let _ = write!(text, "{key:?}: "); // a String takes all
        write_value(context, pace, text, value)?;
    }
    text.push('}');
    Ok(())
}

/// A value as `to_debug` gives it.
fn write_value(context: &NativeCallContext, pace: &Pace, text: &mut String, value: &Dynamic) -> Result<()> {
    pace.step(context.call_position())?;
    if let Some(array) = value.read_lock::<Array>() {
        return write_array(context, pace, text, &array);
    }
    if let Some(map) = value.read_lock::<Map>() {
        return write_map(context, pace, text, &map);
    }
    if value.is::<INT>() || value.is::<bool>() || value.is_unit() || value.is::<ImmutableString>() {
        let _ = write!(text, "{value:?}"); // a String takes all
        return Ok(());
    }
    let written = context.call_native_fn_raw("to_debug", true, &mut [&mut value.clone()])?;
    match written.as_immutable_string_ref() {
        Ok(written) => text.push_str(&written),
        Err(_) => text.push_str(context.engine().map_type_name(value.type_name())),
    }
    Ok(())
}
