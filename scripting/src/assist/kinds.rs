//! The types of values, as the table of words names them.

use rhai::{Array, Blob, Dynamic, FnPtr, Map};

use crate::language::{FlowHandle, Reference};
use crate::nodes::ScriptStream;
use crate::rich::Rich;

/// The type of a value; `any` if the table of words knows nothing of it.
pub(super) fn kind_of(value: &Dynamic) -> &'static str {
    if value.is_int() {
        "int"
    } else if value.is_float() {
        "float"
    } else if value.is_bool() {
        "bool"
    } else if value.is_char() {
        "char"
    } else if value.is_string() {
        "string"
    } else if value.read_lock::<Array>().is_some() {
        "array"
    } else if value.read_lock::<Map>().is_some() {
        "map"
    } else if value.read_lock::<Blob>().is_some() {
        "blob"
    } else if value.read_lock::<FnPtr>().is_some() {
        "function"
    } else if value.read_lock::<Reference>().is_some() {
        "node"
    } else if value.read_lock::<FlowHandle>().is_some() {
        "flow"
    } else if value.read_lock::<Rich>().is_some() {
        "display"
    } else if value.read_lock::<ScriptStream>().is_some() {
        "stream"
    } else if value.is_unit() {
        "()"
    } else {
        "any"
    }
}

/// The fields of a map.
pub(super) fn fields_of(value: &Dynamic) -> Vec<String> {
    value
        .read_lock::<Map>()
        .map(|map| map.keys().take(FIELDS_MAX).map(ToString::to_string).collect())
        .unwrap_or_default()
}

/// How many fields are offered: more than anybody reads.
const FIELDS_MAX: usize = 200;
