//! How a flow is run to its end, and how that can fail.

use std::rc::Rc;
use std::time::Duration;

use super::draft_node::DraftNode;
use super::finalize::WiringError;
use crate::event_loop::LoopError;
use crate::flow::{CompleteError, Generation, RunError};

/// How [`FlowHDL::run_until_complete`](super::FlowHDL::run_until_complete) runs: Flowno's parameters and defaults.
///
/// A stop alone will do: `()`, `(3,)`, or `[(&f.total, (3,))]`.
#[derive(Clone)]
pub struct RunUntilComplete {
    /// The generation at which to stop; by default never.
    pub stop_at_node_generation: StopAt,
    /// Whether the first failure of a node ends the run; if not, what does not depend on it goes on. Here `true` by
    /// default, unlike a [`Flow`](crate::flow::Flow)'s.
    pub terminate_on_node_error: bool,
    /// The longest wait for a timer, a socket or another thread in which nothing happens (`_debug_max_wait_time`); after it the run
    /// ends with [`LoopError::WaitedTooLong`], which says who waits. By default any.
    pub max_wait: Option<Duration>,
}

impl Default for RunUntilComplete {
    fn default() -> Self {
        Self { stop_at_node_generation: StopAt::Never, terminate_on_node_error: true, max_wait: None }
    }
}

/// When a run stops with [`RunError::TerminateLimitReached`] (Flowno's `stop_at_node_generation`).
#[derive(Clone, Default)]
pub enum StopAt {
    /// Never: `()`.
    #[default]
    Never,
    /// Once any node gets there.
    All(Generation),
    /// Once one of these nodes gets to its generation.
    Nodes(Vec<(DraftNode, Generation)>),
}

/// A run that did not complete. What was computed stays, and a further run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The graph could not be finalized.
    #[error(transparent)]
    Wiring(#[from] WiringError),
    /// A node given in [`StopAt::Nodes`] is none of this flow.
    #[error("cannot stop at {0}: it is no node of this flow")]
    UnknownStop(Rc<str>),
    /// The flow ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The event loop ended early.
    #[error(transparent)]
    Loop(#[from] LoopError),
}

impl From<CompleteError> for FlowError {
    fn from(error: CompleteError) -> Self {
        match error {
            CompleteError::Run(error) => Self::Run(error),
            CompleteError::Loop(error) => Self::Loop(error),
        }
    }
}

impl From<()> for StopAt {
    fn from((): ()) -> Self {
        Self::Never
    }
}

impl From<Generation> for StopAt {
    fn from(generation: Generation) -> Self {
        Self::All(generation)
    }
}

impl From<(u64,)> for StopAt {
    fn from(generation: (u64,)) -> Self {
        Self::All(generation.into())
    }
}

impl From<(u64, u64)> for StopAt {
    fn from(generation: (u64, u64)) -> Self {
        Self::All(generation.into())
    }
}

impl<S, G: Into<Generation>, const N: usize> From<[(&DraftNode<S>, G); N]> for StopAt {
    fn from(nodes: [(&DraftNode<S>, G); N]) -> Self {
        Self::Nodes(nodes.into_iter().map(|(node, generation)| (node.typed(), generation.into())).collect())
    }
}

impl<T> From<T> for RunUntilComplete
where
    StopAt: From<T>,
{
    fn from(stop: T) -> Self {
        Self { stop_at_node_generation: stop.into(), ..Self::default() }
    }
}
