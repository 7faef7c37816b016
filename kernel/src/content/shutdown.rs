//! `shutdown_request`: the last request.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-shutdown>

use jupyter_protocol::{ReplyStatus, ShutdownReply, ShutdownRequest};
use serde_json::Value;

use super::Content;
use crate::message::Object;

/// The reply, which repeats whether a restart follows.
///
/// # Errors
///
/// When the content is not that of a `shutdown_request`.
pub(crate) fn reply(mut content: Object) -> Result<Content, serde_json::Error> {
    content.entry("restart").or_insert(Value::Bool(false));
    let ShutdownRequest { restart } = serde_json::from_value(Value::Object(content))?;
    let reply = ShutdownReply { restart, status: ReplyStatus::Ok, error: None };
    Ok(Content::typed(reply, "shutdown_reply"))
}
