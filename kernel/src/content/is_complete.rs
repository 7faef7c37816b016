//! `is_complete_request`: whether Enter runs the cell or opens a new line.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#code-completeness>

use flowno_scripting::Completeness;
use jupyter_protocol::{IsCompleteReply, IsCompleteRequest};
use serde_json::Value;

use super::Content;
use crate::message::Object;

/// The source in question.
///
/// # Errors
///
/// When the content is not that of an `is_complete_request`.
pub(crate) fn code(content: Object) -> Result<String, serde_json::Error> {
    let request: IsCompleteRequest = serde_json::from_value(Value::Object(content))?;
    Ok(request.code)
}

/// The answer. Parsing a long source takes a while: not to be called where others wait.
pub(crate) fn reply(code: &str) -> Content {
    let reply = match flowno_scripting::is_complete(code) {
        Completeness::Complete => IsCompleteReply::complete(),
        Completeness::Incomplete { indent } => IsCompleteReply::incomplete(indent),
        Completeness::Invalid => IsCompleteReply::invalid(),
    };
    Content::typed(reply, "is_complete_reply")
}

/// The answer when there is none.
pub(crate) fn unknown() -> Content {
    Content::typed(IsCompleteReply::unknown(), "is_complete_reply")
}
