//! Running a flow as Flowno's `Flow` is run: to its end, or one node once.

use std::time::Duration;

use super::Flow;
use super::error::RunError;
use super::generation::Generation;
use super::graph::NodeId;
use super::run::{RunEnd, RunOptions, Scope};
use super::stop::Stop;
use super::value::Value;
use crate::event_loop::{EventLoop, LoopError, RunUntil};

/// How [`Flow::run_until_complete`] runs: Flowno's parameters and defaults.
///
/// A stop alone will do: `()`, `(3,)`, or `[(node, (3,))]`.
#[derive(Debug, Clone, Default)]
pub struct UntilComplete {
    /// The generation at which to stop; by default never.
    pub stop_at_node_generation: Stop,
    /// Whether the first failure of a node ends the run; if not, as by default, what does not depend on it goes on.
    pub terminate_on_node_error: bool,
    /// The longest wait for timers and sockets in which nothing happens (`_debug_max_wait_time`); by default any.
    pub max_wait: Option<Duration>,
}

impl<T> From<T> for UntilComplete
where
    Stop: From<T>,
{
    fn from(stop: T) -> Self {
        Self { stop_at_node_generation: stop.into(), ..Self::default() }
    }
}

/// Why [`Flow::run_until_complete`] ended early. What was computed stays, and a further run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum CompleteError {
    /// The flow ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The event loop ended early.
    #[error(transparent)]
    Loop(#[from] LoopError),
}

impl<V: Value> Flow<V> {
    /// Runs the flow on an event loop until nothing is left to do (Flowno's `run_until_complete`; there each flow has a
    /// loop of its own).
    ///
    /// A further run goes on where the last one ended: a cycle from the generation at which it was stopped, a stream from
    /// its last chunk, on another loop from its first; nodes that failed are tried again; what is up to date does not run.
    ///
    /// ```
    /// use flowno_engine::event_loop::EventLoop;
    /// use flowno_engine::flow::{Arg, CompleteError, Evaluation, Flow, InputDef, NodeDef, RunError, Signature};
    /// use flowno_engine::native::node;
    ///
    /// let double = node(Signature::new("Double").input("x"), |call| {
    ///     let [Arg::Value(x)] = &call.args[..] else { unreachable!("one value") };
    ///     Evaluation::value(x * 2)
    /// });
    /// let (flow, event_loop) = (Flow::<i64>::new(), EventLoop::new()?);
    /// let a = flow.add_node(NodeDef::new("a", double).input(InputDef::node("a").or(1)))?;
    /// let stopped = flow.run_until_complete(&event_loop, (2,));
    /// assert!(matches!(stopped, Err(CompleteError::Run(RunError::TerminateLimitReached(_)))));
    /// assert_eq!(flow.value(a).expect("it has run")[0], 8);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`CompleteError::Run`]: as [`run`](Self::run); and [`RunError::Waiting`] if nothing can run any more and nodes
    /// still wait, for a node that nothing defines or one that is held. [`CompleteError::Loop`]: among others
    /// [`LoopError::Stalled`] if bodies of nodes wait for what never comes; their tasks bear the nodes' names.
    pub fn run_until_complete(
        &self,
        event_loop: &EventLoop,
        options: impl Into<UntilComplete>,
    ) -> Result<(), CompleteError> {
        let UntilComplete { stop_at_node_generation: stop, terminate_on_node_error, max_wait } =
            options.into();
        let flow = self.clone();
        let root = async move { flow.complete(stop, terminate_on_node_error).await };
        let until = RunUntil { join: true, wait_for_spawned_tasks: false, max_wait };
        match event_loop.run_with(root, until)? {
            Some(result) => Ok(result?),
            None => unreachable!("the root is joined"),
        }
    }

    /// [`run_until_complete`](Self::run_until_complete) on the event loop that awaits this.
    pub(crate) async fn complete(&self, stop: Stop, terminate_on_node_error: bool) -> Result<(), RunError> {
        let options =
            RunOptions { scope: Scope::All, stop, terminate_on_node_error, ..RunOptions::default() };
        self.run(options).await?;
        let waits = self.waits();
        if waits.is_empty() { Ok(()) } else { Err(RunError::Waiting(waits)) }
    }

    /// Evaluates a node once more, on the current event loop, with what that needs: producers that have not made the
    /// generation that it reads are evaluated too, a stream among them as far as it is read. What reads the node is
    /// not. Gives the generation that it has reached.
    ///
    /// Flowno's `evaluate_node` is the endless task that evaluates one node whenever it is resumed; the driver of
    /// [`run`](Self::run) does that here for all nodes.
    ///
    /// # Errors
    ///
    /// [`RunError`]: that of the node, or of one that it needs; [`RunError::Waiting`] if it cannot run.
    pub async fn evaluate_node(&self, node: NodeId) -> Result<Generation, RunError> {
        let wanted =
            self.0.core.borrow().graph.get(node).map(|slot| slot.done).ok_or(RunError::NoSuchNode)?;
        let scope = Scope::Next(vec![node]);
        let options = RunOptions { scope, terminate_on_node_error: true, ..RunOptions::default() };
        let end: RunEnd = self.run(options).await?;
        debug_assert_eq!(end, RunEnd::Completed, "there is no limit");
        match self.generation(node) {
            Some(generation) if generation >= Generation::run(wanted) => Ok(generation),
            _ => Err(RunError::Waiting(self.wait_of(node))),
        }
    }
}
