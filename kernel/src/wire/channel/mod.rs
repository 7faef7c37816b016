//! The five channels, one a file; shell, control and stdin are alike and share [`requests`].

mod heartbeat;
mod iopub;
mod questions;
mod replies;
mod requests;
mod welcomes;

pub(super) use heartbeat::echo;
pub(super) use iopub::publish;
pub(super) use questions::{Asking, Questions, write_questions};
pub(super) use replies::{Outlet, Replies, write_replies};
pub(super) use requests::read_requests;
