//! `history_request`: no history is kept.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#history>

use jupyter_protocol::HistoryReply;

use super::Content;

/// An empty history, which consoles take as a fresh start.
pub(crate) fn reply() -> Content {
    Content::typed(HistoryReply::default(), "history_reply")
}
