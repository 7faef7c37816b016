//! Why the event loop gave no value.

use std::error::Error;
use std::time::Duration;

use super::{TaskError, Waits};

/// Why [`EventLoop::run_until_complete`](super::EventLoop::run_until_complete) gave no value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoopError {
    /// The root cannot end: nothing is ready, no timer runs, no socket is waited for, and no other thread can send anything.
    #[error("nothing can run any more: {waits}")]
    Stalled {
        /// Who waits for what, the root included.
        waits: Waits,
    },
    /// Nothing has come for as long as the caller would wait.
    #[error("nothing has happened for {} s: {waits}", .max_wait.as_secs_f64())]
    WaitedTooLong {
        /// How long that was.
        max_wait: Duration,
        /// Who waits for what.
        waits: Waits,
    },
    /// A task has ended the loop with an error, by [`exit_with_error`](super::exit_with_error).
    #[error("{0}")]
    Exit(#[source] Box<dyn Error + Send + Sync>),
    /// A task has ended the loop with a value of another type than the root's, by [`exit`](super::exit).
    #[error("a task has ended the event loop with a value of type {given}, where {wanted} is awaited")]
    ExitType {
        /// The type of the value.
        given: &'static str,
        /// The type of the root's value.
        wanted: &'static str,
    },
    /// The root task was cancelled or panicked.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The operating system refused to poll.
    #[error("the event loop cannot poll: {0}")]
    Io(#[from] std::io::Error),
}
