//! `status`: what the kernel is doing.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#kernel-status>

use jupyter_protocol::Status;

use super::Content;

/// A request has been taken up.
pub(crate) fn busy() -> Content {
    Content::typed(Status::busy(), "status")
}

/// A request is done with: nothing more comes under its header.
pub(crate) fn idle() -> Content {
    Content::typed(Status::idle(), "status")
}

/// The process has started.
pub(crate) fn starting() -> Content {
    Content::typed(Status::starting(), "status")
}
