//! Comms: this kernel has none, and says so.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages>

use jupyter_protocol::CommInfoReply;
use serde_json::{Value, json};

use super::Content;
use crate::wire::Object;

/// The reply to `comm_info_request`: no comm is open.
pub(crate) fn info_reply() -> Content {
    Content::typed(CommInfoReply::default(), "comm_info_reply")
}

/// What the protocol wants in answer to a `comm_open` for a target that the kernel does not have.
/// `None` when the message names no comm.
pub(crate) fn close(open: &Object) -> Option<Content> {
    let comm_id = open.get("comm_id").and_then(Value::as_str)?;
    Some(Content { msg_type: "comm_close", body: json!({ "comm_id": comm_id, "data": {} }) })
}
