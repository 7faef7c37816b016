//! `inspect_request`: what something at the cursor is.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection>

use flowno_scripting::event::MimeBundle;
use jupyter_protocol::InspectRequest;
use serde_json::{Value, json};

use super::Content;
use crate::message::Object;

/// What is asked.
///
/// # Errors
///
/// When the content is not that of an `inspect_request`.
pub(crate) fn request(content: Object) -> Result<InspectRequest, serde_json::Error> {
    serde_json::from_value(Value::Object(content))
}

/// What is known; `None` for what nobody knows.
pub(crate) fn reply(page: Option<MimeBundle>) -> Content {
    let body = json!({
        "status": "ok",
        "found": page.is_some(),
        "data": Value::Object(page.unwrap_or_default()),
        "metadata": {},
    });
    Content { msg_type: "inspect_reply", body }
}
