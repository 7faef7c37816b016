//! `complete_request`: nothing is offered yet.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#completion>

use jupyter_protocol::{CompleteReply, CompleteRequest};
use serde_json::Value;

use super::Content;
use crate::wire::Object;

/// No matches at the cursor.
///
/// # Errors
///
/// When the content is not that of a `complete_request`.
pub(crate) fn reply(content: Object) -> Result<Content, serde_json::Error> {
    let request: CompleteRequest = serde_json::from_value(Value::Object(content))?;
    let at = request.cursor_pos;
    let reply = CompleteReply { cursor_start: at, cursor_end: at, ..CompleteReply::default() };
    Ok(Content::typed(reply, "complete_reply"))
}
