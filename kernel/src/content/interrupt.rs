//! `interrupt_request`: the interrupt as a message.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-interrupt>

use jupyter_protocol::InterruptReply;

use super::Content;

/// The interrupt has been raised.
pub(crate) fn reply() -> Content {
    Content::typed(InterruptReply::new(), "interrupt_reply")
}
