//! Waits that something outside the loop will end, so that they are no stall.

use std::cell::Cell;
use std::rc::Rc;

use super::{Inner, try_current};

/// Awaits what another thread is sure to bring, so that waiting for it is no stall: room in an outgoing queue,
/// an answer of the user.
pub async fn from_outside<F: Future>(future: F) -> F::Output {
    let _counted = Counted::new(|inner| &inner.promised);
    future.await
}

/// Counts a wait in one of the current loop's counters as long as it lasts.
pub(crate) struct Counted {
    inner: Option<Rc<Inner>>,
    counter: fn(&Inner) -> &Cell<usize>,
}

impl Counted {
    fn new(counter: fn(&Inner) -> &Cell<usize>) -> Self {
        let inner = try_current();
        if let Some(inner) = &inner {
            let count = counter(inner);
            count.set(count.get() + 1);
        }
        Self { inner, counter }
    }

    /// A receiver that another thread may wake.
    pub(crate) fn receiver() -> Self {
        Self::new(|inner| &inner.outside)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if let Some(inner) = &self.inner {
            let count = (self.counter)(inner);
            count.set(count.get() - 1);
        }
    }
}
