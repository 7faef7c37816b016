//! Ending the loop from any of its tasks: Flowno's `exit`.

use std::any::{Any, type_name};
use std::error::Error;
use std::future::pending;

use super::{LoopError, waits, with_current};

/// What a task has ended the loop with.
pub(super) enum Exit {
    Value(Box<dyn Any>, &'static str),
    Error(Box<dyn Error + Send + Sync>),
}

impl Exit {
    /// As what [`run_with`](super::EventLoop::run_with) gives.
    pub(super) fn into_result<T: 'static>(self, join: bool) -> Result<Option<T>, LoopError> {
        match self {
            Self::Error(error) => Err(LoopError::Exit(error)),
            Self::Value(..) if !join => Ok(None),
            Self::Value(value, given) => match value.downcast::<T>() {
                Ok(value) => Ok(Some(*value)),
                Err(_) => Err(LoopError::ExitType { given, wanted: type_name::<T>() }),
            },
        }
    }
}

/// Ends the loop at once, from any of its tasks, with what its root would give. The root and the task that calls it are
/// cancelled; the others stay where they are until the next call, or until the loop is dropped.
///
/// If the value is not of the root's type, and the caller joins the root, that is [`LoopError::ExitType`].
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn exit<T: 'static>(value: T) -> ! {
    leave(Exit::Value(Box::new(value), type_name::<T>())).await
}

/// Ends the loop at once, from any of its tasks, with [`LoopError::Exit`]; else as [`exit`].
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn exit_with_error(error: impl Into<Box<dyn Error + Send + Sync>>) -> ! {
    leave(Exit::Error(error.into())).await
}

async fn leave(exit: Exit) -> ! {
    with_current(|inner| {
        let mut place = inner.exit.borrow_mut();
        // The first who leaves decides.
        place.get_or_insert((exit, waits::polled_task()));
        inner.exits.set(true);
    });
    pending::<std::convert::Infallible>().await;
    unreachable!("it never comes")
}
