//! Why the event loop gave no value.

use super::TaskError;

/// Why [`EventLoop::run_until_complete`](super::EventLoop::run_until_complete) gave no value.
#[derive(Debug, thiserror::Error)]
pub enum LoopError {
    /// The root cannot end: nothing is ready, no timer runs, and no other thread can send anything.
    #[error("the event loop has nothing left to run, but {waiting} task(s) still wait")]
    Stalled {
        /// How many tasks wait, the root included.
        waiting: usize,
    },
    /// The root task was cancelled or panicked.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The operating system refused to poll.
    #[error("the event loop cannot poll: {0}")]
    Io(#[from] std::io::Error),
}
