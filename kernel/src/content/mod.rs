//! The contents of messages, a family a file.
//!
//! Contents are built with the types of `jupyter-protocol` where those say what this kernel says,
//! and as JSON where they would lose something (MIME bundles, `supported_features`).

pub(crate) mod comm;
pub(crate) mod complete;
pub(crate) mod execute;
pub(crate) mod history;
pub(crate) mod input;
pub(crate) mod inspect;
pub(crate) mod interrupt;
pub(crate) mod is_complete;
pub(crate) mod kernel_info;
pub(crate) mod output;
pub(crate) mod refusal;
pub(crate) mod shutdown;
pub(crate) mod status;
pub(crate) mod subshell;
pub(crate) mod welcome;

use jupyter_protocol::JupyterMessageContent;
use serde_json::Value;

/// The part of a message that depends on its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    pub(crate) msg_type: &'static str,
    pub(crate) body: Value,
}

impl Content {
    /// From a type of `jupyter-protocol`.
    fn typed(body: impl Into<JupyterMessageContent>, msg_type: &'static str) -> Self {
        let body = serde_json::to_value(body.into()).expect("keys of message contents are strings");
        Self { msg_type, body }
    }

    /// About how many bytes this takes in memory and on the wire.
    pub(crate) fn weight(&self) -> usize {
        weight(&self.body)
    }
}

/// What a value takes beside its text: a number, or the bookkeeping of a string or a container.
const VALUE_BYTES: usize = 16;

fn weight(value: &Value) -> usize {
    VALUE_BYTES
        + match value {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(fields) => fields.iter().map(|(key, value)| key.len() + weight(value)).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}
