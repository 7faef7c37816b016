//! What tasks use to talk to each other.

mod queue;

pub use self::queue::{AsyncQueue, QueueClosedError, UntilEmpty};
