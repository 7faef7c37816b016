//! What may be asked of the history, and what it finds.

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    pub(crate) access: Access,
    /// Whether results are wanted beside the sources.
    pub(crate) output: bool,
}

/// Which cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// The cells of one session from number `start` to before `stop`. Sessions count from 1; 0 is the current one, a
    /// negative number counts back from it.
    Range { session: i64, start: i64, stop: Option<i64> },
    /// The last `n` cells of all sessions.
    Tail { n: usize },
    /// The last `n` cells that match `pattern`, in which `*` stands for anything and `?` for one character. `unique`
    /// leaves out those whose source comes again later.
    Search { pattern: String, n: Option<usize>, unique: bool },
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) session: i64,
    /// Its number, as in `In [n]`.
    pub(crate) line: i64,
    pub(crate) source: String,
    /// Its result as text; always `None` if it is not asked for.
    pub(crate) output: Option<String>,
}

impl Entry {
    /// About how many bytes it takes in a reply.
    pub(super) fn weight(&self) -> usize {
        const BESIDE: usize = 32;
        BESIDE + self.source.len() + self.output.as_ref().map_or(0, String::len)
    }
}
