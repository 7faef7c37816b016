//! Generations: which datum of a node is meant.

use std::cmp::Ordering;
use std::fmt;

/// `(k,)`: the final value of run `k`; `(k, j)`: chunk `j` of run `k` (rule A2 of the semantics).
///
/// Ordered as Flowno orders them: by run, then by chunk, and a run's final value after all its
/// chunks. "Never run" is `Option::None`, which is less than all.
///
/// ```
/// use flowno_engine::flow::Generation;
/// assert!(Generation::chunk(0, 7) < Generation::run(0));
/// assert!(Generation::run(0) < Generation::chunk(1, 0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    /// The run, from 0.
    pub run: u64,
    /// The chunk within the run, from 0; `None` for the run's final value.
    pub chunk: Option<u64>,
}

impl Generation {
    /// The final value of run `k`.
    pub fn run(k: u64) -> Self {
        Self { run: k, chunk: None }
    }

    /// Chunk `j` of run `k`.
    pub fn chunk(k: u64, j: u64) -> Self {
        Self { run: k, chunk: Some(j) }
    }
}

impl Ord for Generation {
    fn cmp(&self, other: &Self) -> Ordering {
        let chunk = |g: &Self| g.chunk.unwrap_or(u64::MAX);
        self.run.cmp(&other.run).then(chunk(self).cmp(&chunk(other)))
    }
}

impl PartialOrd for Generation {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chunk {
            None => write!(f, "({},)", self.run),
            Some(chunk) => write!(f, "({}, {chunk})", self.run),
        }
    }
}

impl From<(u64,)> for Generation {
    fn from((run,): (u64,)) -> Self {
        Self::run(run)
    }
}

impl From<(u64, u64)> for Generation {
    fn from((run, chunk): (u64, u64)) -> Self {
        Self::chunk(run, chunk)
    }
}
