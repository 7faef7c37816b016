//! Scripts' values as JSON: `json(x)`, and specifications of Vega and Vega-Lite.

use rhai::{Array, Dynamic, Map};
use serde_json::{Number, Value};

use super::{Refusal, Rich};
use crate::display::{cut, value_text};

/// How deep values nest at most; front ends give up earlier.
const DEPTH_MAX: usize = 100;

/// Vega-Lite in the version that JupyterLab draws.
pub(super) const VEGA_LITE: &str = "application/vnd.vegalite.v5+json";

/// The schema that says so inside a specification.
pub(super) const VEGA_LITE_SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v5.json";

/// Vega, likewise.
const VEGA: &str = "application/vnd.vega.v5+json";

/// `json(value)`: a tree that can be opened and closed.
///
/// # Errors
///
/// When the value nests too deeply.
pub(crate) fn json(value: &Dynamic) -> Result<Rich, Refusal> {
    let json = to_json(value)?;
    let summary = match &json {
        Value::Array(items) => format!("json array of {} items", items.len()),
        Value::Object(fields) => format!("json object of {} fields", fields.len()),
        other => format!("json {other}"),
    };
    let text = serde_json::to_string_pretty(&json).unwrap_or_default();
    // The protocol wants an object or an array there; what is neither is its text.
    let content = (json.is_object() || json.is_array()).then_some(("application/json", json));
    Ok(Rich::new(cut(&summary), cut(&text), content))
}

/// `vega(spec)`: a specification of Vega-Lite, or of Vega if its `$schema` says so, as a map or as JSON text.
///
/// # Errors
///
/// When it is neither, or of a version that front ends do not draw.
pub(crate) fn vega(spec: &Dynamic) -> Result<Rich, Refusal> {
    let spec = match spec.as_immutable_string_ref() {
        Ok(text) => {
            serde_json::from_str(&text).map_err(|error| format!("vega takes a map or JSON text: {error}"))?
        }
        Err(_) => to_json(spec)?,
    };
    let Value::Object(mut spec) = spec else {
        return Err("vega takes a specification: a map, or the JSON text of an object".to_owned());
    };
    let schema = spec.entry("$schema").or_insert_with(|| VEGA_LITE_SCHEMA.into());
    let schema = schema.as_str().unwrap_or_default().to_owned();
    let (mime, what) = if schema.contains("/vega-lite/v5") {
        (VEGA_LITE, "Vega-Lite")
    } else if schema.contains("/vega/v5") {
        (VEGA, "Vega")
    } else {
        return Err(format!("vega draws Vega-Lite v5 and Vega v5; this specification's $schema is {schema}"));
    };
    let title = match spec.get("title") {
        Some(Value::String(title)) => format!(": {title}"),
        _ => String::new(),
    };
    let summary = cut(&format!("{what} chart{title}")).into_owned();
    Ok(Rich::new(summary.clone(), summary, [(mime, Value::Object(spec))]))
}

/// A value as JSON. What JSON does not have becomes its text; numbers that it does not have become null.
///
/// # Errors
///
/// When the value nests too deeply.
pub(crate) fn to_json(value: &Dynamic) -> Result<Value, Refusal> {
    nested(value, DEPTH_MAX)
}

fn nested(value: &Dynamic, depth: usize) -> Result<Value, Refusal> {
    let Some(deeper) = depth.checked_sub(1) else {
        return Err(format!("this value nests more than {DEPTH_MAX} levels deep"));
    };
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(|item| nested(item, deeper)).collect();
    }
    if let Some(fields) = value.read_lock::<Map>() {
        let field =
            |(key, value): (&rhai::Identifier, &Dynamic)| Ok((key.to_string(), nested(value, deeper)?));
        return fields.iter().map(field).collect::<Result<_, Refusal>>().map(Value::Object);
    }
    if let Ok(text) = value.as_immutable_string_ref() {
        return Ok(text.as_str().into());
    }
    Ok(match (value.as_int(), value.as_float(), value.as_bool(), value.as_char()) {
        (Ok(number), ..) => number.into(),
        (_, Ok(number), ..) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        (.., Ok(flag), _) => flag.into(),
        (.., Ok(c)) => c.to_string().into(),
        _ if value.is_unit() => Value::Null,
        _ => value_text(value).into(),
    })
}
