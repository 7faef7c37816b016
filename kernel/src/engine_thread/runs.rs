//! The requests whose outputs may still come.
//!
//! A node's display goes on after its cell has ended, under that cell's header, so headers are kept.
//! Not for ever: beyond [`KEPT`] the oldest is forgotten.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use flowno_scripting::DisplayMode;
use flowno_scripting::event::RunId;

use crate::message::Origin;

/// Runs kept, some 500 bytes each. Who runs so many cells has run each of them again since.
const KEPT: usize = 10_000;

/// One execute request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// The header that its outputs have as their parent.
    pub(crate) header: Bytes,
    /// Who can be asked for input, if anybody can.
    pub(crate) asker: Option<Arc<Origin>>,
    /// The cell's number.
    pub(crate) number: u32,
    /// Whether the history has it.
    pub(crate) stored: bool,
    /// How its displays are sent: live ones keep to a pace.
    pub(crate) mode: DisplayMode,
    /// Whether its outputs are dropped.
    pub(crate) silent: bool,
}

/// The latest runs, numbered in order.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// The number of the first in `kept`.
    first: u64,
    kept: VecDeque<Run>,
}

impl Runs {
    /// Numbers a new run.
    pub(crate) fn add(&mut self, run: Run) -> RunId {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
            self.first += 1;
        }
        self.kept.push_back(run);
        RunId(self.first + self.kept.len() as u64 - 1)
    }

    /// A run that is not forgotten yet.
    pub(crate) fn get(&self, id: RunId) -> Option<&Run> {
        self.kept.get(usize::try_from(id.0.checked_sub(self.first)?).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_is_forgotten() {
        let mode = DisplayMode::Live;
        let run =
            |number| Run { header: Bytes::new(), asker: None, number, stored: true, mode, silent: false };
        let mut runs = Runs::default();
        let first = runs.add(run(0));
        let ids: Vec<RunId> = (1..=KEPT as u32).map(|number| runs.add(run(number))).collect();
        assert_eq!(runs.get(first), None);
        assert_eq!(runs.get(ids[0]).map(|run| run.number), Some(1));
        assert_eq!(runs.get(ids[KEPT - 1]).map(|run| run.number), Some(KEPT as u32));
        assert_eq!(runs.get(RunId(u64::MAX)), None);
    }
}
