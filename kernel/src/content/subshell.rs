//! `create_subshell_request`, `delete_subshell_request`, `list_subshell_request`.
//!
//! <https://jupyter.org/enhancement-proposals/91-kernel-subshells/kernel-subshells.html>

use serde_json::{Value, json};

use super::Content;
use crate::message::Object;

/// A subshell has been made.
pub(crate) fn created(subshell_id: &str) -> Content {
    let body = json!({ "status": "ok", "subshell_id": subshell_id });
    Content { msg_type: "create_subshell_reply", body }
}

/// A subshell is gone.
pub(crate) fn deleted() -> Content {
    Content { msg_type: "delete_subshell_reply", body: json!({ "status": "ok" }) }
}

/// The subshells there are; the first shell has no identity and is none of them.
pub(crate) fn list(subshell_ids: Vec<String>) -> Content {
    let body = json!({ "status": "ok", "subshell_id": subshell_ids });
    Content { msg_type: "list_subshell_reply", body }
}

/// Which subshell a `delete_subshell_request` means.
pub(crate) fn wanted(content: &Object) -> Option<&str> {
    content.get("subshell_id").and_then(Value::as_str)
}
