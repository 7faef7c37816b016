//! Waiting in scripts: what a call that waits raises when it has no value, and the items of a `for` loop that are waited
//! for, each of which may be an error instead.
//!
//! Rhai ignores the errors of an iterator if the loop's body is empty, which those of cells are not
//! ([`source`](crate::source)).

use rhai::{Dynamic, EvalAltResult, Position};

use crate::coroutine::BlockError;
use crate::report::error_map;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// What can be asked for one item after another.
pub(crate) trait Source {
    /// The next item; `None` at the end.
    fn next(&mut self) -> Result<Option<Dynamic>>;
}

/// The items of a loop.
pub(crate) struct Items<S> {
    source: S,
    failed: bool,
}

impl<S> Items<S> {
    pub(crate) fn new(source: S) -> Self {
        Self { source, failed: false }
    }
}

impl<S: Source> Iterator for Items<S> {
    type Item = Result<Dynamic>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let item = self.source.next();
        self.failed = item.is_err();
        item.transpose()
    }
}

/// Why a blocking call has no value, as a script error.
pub(crate) fn blocked(error: BlockError, position: Position) -> Box<EvalAltResult> {
    match error {
        BlockError::Cancelled => EvalAltResult::ErrorTerminated(Dynamic::UNIT, position).into(),
        BlockError::Outside => error_map("RuntimeError", &error.to_string(), position),
    }
}
