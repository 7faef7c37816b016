//! The items of a `for` loop that are waited for, each of which may be an error instead.
//!
//! Rhai ignores the errors of an iterator if the loop's body is empty: it counts an operation, and asks for the next item. So
//! an error is kept while the iterator lives, for the operation that comes after it to end the script with. Where the
//! body is not empty, the iterator is gone before there is an operation.

use std::cell::{Cell, RefCell};

use rhai::{Dynamic, EvalAltResult};

use super::pace::Ending;

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
        if let Err(error) = &item {
            self.failed = true;
            FAILURE.with(|failure| failure.replace(Some(token(error))));
            HAS_FAILURE.set(true);
        }
        item.transpose()
    }
}

impl<S> Drop for Items<S> {
    fn drop(&mut self) {
        if self.failed {
            take_failure();
        }
    }
}

thread_local! {
    /// What the last item of the loop that runs was instead, as a script ends with it.
    static FAILURE: RefCell<Option<Dynamic>> = const { RefCell::new(None) };
    /// Whether there is one, for operations to ask.
    static HAS_FAILURE: Cell<bool> = const { Cell::new(false) };
}

/// The token to end the script with whose loop has met an error and not seen it.
#[inline]
pub(super) fn take_failure() -> Option<Dynamic> {
    if HAS_FAILURE.get() { take() } else { None }
}

#[cold]
fn take() -> Option<Dynamic> {
    HAS_FAILURE.set(false);
    FAILURE.take()
}

/// Rhai's errors cannot be copied, but what scripts would see of one can.
fn token(error: &EvalAltResult) -> Dynamic {
    match error.unwrap_inner() {
        EvalAltResult::ErrorTerminated(token, _) => token.clone(),
        EvalAltResult::ErrorRuntime(value, _) => Dynamic::from(Ending::Raised(value.clone())),
        other => Dynamic::from(Ending::Raised(other.to_string().into())),
    }
}
