//! What a script is ended with that none of its own catches.

use std::rc::Rc;

use rhai::{Dynamic, EvalAltResult, Position};

use crate::coroutine::begin_operation;

/// Why Rhai is told to end a script. Not to be caught by scripts.
#[derive(Debug, Clone)]
pub(crate) enum Ending {
    /// Calls have used up the stack.
    StackLow,
    /// A value is nested so deeply that copying it, or letting go of it, goes far down the stack.
    TooNested,
    /// Scripts have more memory than they may; what is to be said.
    OutOfMemory(Rc<str>),
}

impl Ending {
    /// What an error ended a script with, if it is one of these.
    pub(crate) fn of(error: &EvalAltResult) -> Option<Self> {
        match error.unwrap_inner() {
            EvalAltResult::ErrorTerminated(token, _) => token.clone().try_cast(),
            _ => None,
        }
    }

    /// To be asked when a script has ended: its last operation has none behind it that would look.
    ///
    /// # Errors
    ///
    /// What it is to end with instead.
    pub(crate) fn of_last_operation(position: Position) -> Result<(), Box<EvalAltResult>> {
        match begin_operation() {
            true => Err(EvalAltResult::ErrorTerminated(Dynamic::from(Self::TooNested), position).into()),
            false => Ok(()),
        }
    }

    pub(crate) fn is_out_of_memory(&self) -> bool {
        matches!(self, Self::OutOfMemory(_))
    }
}
