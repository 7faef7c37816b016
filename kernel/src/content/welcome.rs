//! `iopub_welcome`: tells a subscriber that its subscription holds, so that it need not poll.
//!
//! <https://jupyter.org/enhancement-proposals/65-jupyter-xpub/jupyter-xpub.html>

use jupyter_protocol::IoPubWelcome;

use super::Content;

/// The greeting for a new subscription to `topic`.
pub(crate) fn welcome(topic: &[u8]) -> Content {
    let topic = String::from_utf8_lossy(topic).into_owned();
    Content::typed(IoPubWelcome::new(topic), "iopub_welcome")
}
