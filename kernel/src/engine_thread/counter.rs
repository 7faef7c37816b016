//! The number in `In [n]`.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#execution-counter-prompt-number>

use std::cell::Cell;
use std::rc::Rc;

/// Counts the cells that are stored in the history; the others carry the number reached so far. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter(Rc<Cell<u32>>);

impl Counter {
    /// The number of the cell that is about to run.
    pub(crate) fn number(&self, store_history: bool) -> u32 {
        if store_history {
            self.0.set(self.0.get().saturating_add(1));
        }
        self.0.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stored_cells_count() {
        let counter = Counter::default();
        let numbers = [false, true, true, false, true].map(|store| counter.number(store));
        assert_eq!(numbers, [0, 1, 2, 2, 3]);
    }
}
