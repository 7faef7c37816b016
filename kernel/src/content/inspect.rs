//! `inspect_request`: nothing is found yet.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#introspection>

use jupyter_protocol::InspectReply;

use super::Content;

/// The reply for an object that is not known.
pub(crate) fn not_found() -> Content {
    Content::typed(InspectReply::default(), "inspect_reply")
}
