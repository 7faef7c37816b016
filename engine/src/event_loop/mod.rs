//! The event loop.

pub mod mailbox;
