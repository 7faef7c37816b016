//! The reply of status `error` to a request that cannot be answered as it wants.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#request-reply>

use serde_json::json;

use super::Content;

/// Requests and their replies.
const REPLIES: [(&str, &str); 13] = [
    ("execute_request", "execute_reply"),
    ("complete_request", "complete_reply"),
    ("inspect_request", "inspect_reply"),
    ("history_request", "history_reply"),
    ("is_complete_request", "is_complete_reply"),
    ("comm_info_request", "comm_info_reply"),
    ("kernel_info_request", "kernel_info_reply"),
    ("shutdown_request", "shutdown_reply"),
    ("interrupt_request", "interrupt_reply"),
    ("debug_request", "debug_reply"),
    ("create_subshell_request", "create_subshell_reply"),
    ("delete_subshell_request", "delete_subshell_reply"),
    ("list_subshell_request", "list_subshell_reply"),
];

/// The refusal of a request of this type; `None` for a message that has no reply.
pub(crate) fn refusal(msg_type: &str, name: &str, message: &str) -> Option<Content> {
    let (_, msg_type) = REPLIES.iter().find(|(request, _)| *request == msg_type)?;
    let body = json!({
        "status": "error",
        "ename": name,
        "evalue": message,
        "traceback": [format!("{name}: {message}")],
    });
    Some(Content { msg_type, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_refused_by_their_replies_and_others_are_not() {
        let refused = refusal("inspect_request", "E", "why").unwrap();
        assert_eq!((refused.msg_type, &refused.body["evalue"]), ("inspect_reply", &json!("why")));
        assert_eq!(refusal("comm_msg", "E", "why"), None);
        assert_eq!(refusal("no_such_request", "E", "why"), None);
    }
}
