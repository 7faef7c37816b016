//! Running a flow: what a run begins with, and how it ends.
//!
//! The calls are made by the driver (`driver.rs`). A body that is a future becomes a task of its own. Between runs
//! such tasks stand still: what a limit left unfinished goes on when the flow runs again.

use std::rc::Rc;

use super::cycle;
use super::driver::Driver;
use super::error::{MissingDefaultError, RunError, TerminateLimitReached};
use super::graph::{EvaluationId, NodeId};
use super::node::{NodeError, NodeFailure};
use super::slot::Slot;
use super::stop::Stop;
use super::value::Value;
use super::{Core, Flow, Generation};
use crate::event_loop::Place;

/// What a run begins with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    /// The dirty nodes, and all that their data lead to.
    #[default]
    Dirty,
    /// The dirty and the failed nodes, and every cycle that can go on.
    All,
    /// These nodes if they are dirty, and what they need; streams among them to their end. What reads them
    /// does not run.
    Nodes(Vec<NodeId>),
    /// One more evaluation of each of these nodes, dirty or not, and what it needs; one that has failed is tried
    /// again. What reads them does not run.
    Next(Vec<NodeId>),
}

/// How to run a flow.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// What to begin with.
    pub scope: Scope,
    /// When to end early.
    pub stop: Stop,
    /// By how many generations a node may advance at most; a fresh node's first is 0. `None`: no limit.
    pub generations: Option<u64>,
    /// Whether the first failure ends the run. If not, what does not depend on it goes on.
    pub terminate_on_node_error: bool,
    /// Whether streams that a display shows run to their end without other readers.
    pub drain_shown: bool,
}

/// How a run ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// Nothing was left to do.
    Completed,
    /// Only calls beyond [`RunOptions::generations`] were left.
    Paused,
}

/// How a run ends early.
#[derive(Debug, Clone)]
pub(crate) enum End {
    Limit { name: Rc<str>, generation: Generation },
    Failed(NodeFailure),
    MissingDefault(MissingDefaultError),
}

/// A run under way.
pub(crate) struct Run {
    pub(crate) number: u64,
    pub(crate) stop: Stop,
    pub(crate) generations: Option<u64>,
    pub(crate) terminate_on_node_error: bool,
    pub(crate) drain_shown: bool,
    /// Whether data demand the calls that read them.
    pub(crate) follow: bool,
    /// Whether a demand went beyond `generations`.
    pub(crate) capped: bool,
    /// Whether it begins no more calls: it ends when those under way have.
    pub(crate) winds_down: bool,
    /// Failures with their node's place in the order of definition.
    pub(crate) failures: Vec<(u64, NodeFailure)>,
    pub(crate) end: Option<End>,
}

impl<V: Value> Flow<V> {
    /// Runs the flow on the current event loop until nothing is left to do, or as `options` say.
    ///
    /// Dropping the future pauses the run where it is. Evaluations under way belong to the loop that they have begun on:
    /// when that is dropped, or the flow is run on another, they begin anew, but for streams that only wait to be read.
    ///
    /// # Errors
    ///
    /// [`RunError`]; of several failures the one whose node was defined first. What was computed stays.
    pub async fn run(&self, options: RunOptions) -> Result<RunEnd, RunError> {
        if self.0.core.borrow().run.is_some() {
            return Err(RunError::AlreadyRunning);
        }
        let ending = Ending(self);
        tracing::debug!(scope = ?options.scope, stop = ?options.stop, "a run begins");
        self.0.with(|core| core.begin_run(options));
        Driver(&self.0).await;
        let run = self.0.core.borrow_mut().run.take();
        drop(ending);
        let result = run.map_or(Ok(RunEnd::Completed), Run::result);
        match &result {
            Ok(end) => tracing::debug!("the run has ended: {end:?}"),
            Err(error) => tracing::info!("the run has ended early: {error}"),
        }
        result
    }

    /// Whether a run is under way.
    pub fn is_running(&self) -> bool {
        self.0.core.borrow().run.is_some()
    }

    /// Wants of the run under way what [`Scope::Nodes`] would: these nodes if they are dirty, streams among them to their
    /// end. Nothing happens if there is none.
    pub fn want(&self, nodes: &[NodeId]) {
        self.0.with(|core| {
            if core.run.is_some() {
                nodes.iter().for_each(|id| core.demand_value(*id));
                core.await_unbreakable();
            }
        });
        self.0.busy.wake_driver();
    }

    /// Lets the run under way end early: it begins no more calls, its streams make no more chunks, and when the calls
    /// under way have come to their end, it has too. What is left goes on when the flow runs again.
    pub fn wind_down(&self) {
        self.0.with(|core| {
            if let Some(run) = &mut core.run {
                run.winds_down = true;
                core.busy.holds.set(true);
            }
        });
        self.0.busy.wake_driver();
    }

    /// Ends every evaluation under way, but for streams that only wait to be read, as if it had not begun.
    pub fn drop_running(&self) {
        self.0.with(|core| core.busy_nodes().into_iter().for_each(|id| drop(core.drop_evaluation(id))));
    }

    /// Ends every evaluation under way, but for streams that only wait to be read. A node of which a call has
    /// completed since it became dirty keeps what it has. Another has failed, and is tried again when it is made
    /// dirty: were it only dirty, the next run would take it to the same place.
    pub fn fail_running(&self, error: &NodeError) {
        self.0.with(|core| {
            for id in core.busy_nodes() {
                let slot = core.graph.node(id);
                if slot.dirty || slot.streaming {
                    core.fail(id, error.clone());
                } else {
                    core.drop_evaluation(id);
                }
            }
        });
    }
}

/// Cleans up when a run has ended or its future is dropped.
struct Ending<'a, V: Value>(&'a Flow<V>);

impl<V: Value> Drop for Ending<'_, V> {
    fn drop(&mut self) {
        let shared = &self.0.0;
        shared.busy.forget_driver();
        shared.with(|core| {
            core.run = None;
            core.busy.runs.set(false);
            core.run_number = 0;
            while let Some(id) = core.ready.pop_front() {
                core.graph.node_mut(id).queued = false;
            }
            if core.told {
                core.tell(|told| told.on_flow_end(core.number));
            }
        });
    }
}

impl Run {
    fn result(mut self) -> Result<RunEnd, RunError> {
        match self.end {
            Some(End::Limit { name, generation }) => {
                let reached = TerminateLimitReached { name, generation };
                return Err(RunError::TerminateLimitReached(reached));
            }
            Some(End::Failed(failure)) => return Err(RunError::NodeExecution(failure)),
            Some(End::MissingDefault(error)) => return Err(RunError::MissingDefault(error)),
            None => {}
        }
        self.failures.sort_by_key(|(order, _)| *order);
        match self.failures.into_iter().next() {
            Some((_, failure)) => Err(RunError::NodeExecution(failure)),
            None if self.capped => Ok(RunEnd::Paused),
            None => Ok(RunEnd::Completed),
        }
    }
}

impl<V: Value> Core<V> {
    fn begin_run(&mut self, options: RunOptions) {
        if self.told {
            self.tell(|told| told.on_flow_start(self.number));
        }
        self.runs += 1;
        self.run_number = self.runs;
        self.busy.runs.set(true);
        self.run = Some(Run {
            number: self.runs,
            stop: options.stop,
            generations: options.generations,
            terminate_on_node_error: options.terminate_on_node_error,
            drain_shown: options.drain_shown,
            follow: !matches!(options.scope, Scope::Nodes(_) | Scope::Next(_)),
            capped: false,
            winds_down: false,
            failures: Vec::new(),
            end: None,
        });
        if self.home.moves_here() {
            self.leave_other_loops();
        }
        self.release_held();
        for id in std::mem::take(&mut self.limited) {
            if self.graph.get(id).is_some() {
                self.resume_readers(id);
            }
        }
        match options.scope {
            Scope::Dirty => self.demand_all_dirty(),
            Scope::All => {
                let failed: Vec<NodeId> =
                    self.graph.ids().filter(|id| self.graph.node(*id).failure().is_some()).collect();
                self.run_anew(&failed);
                self.demand_all_dirty();
                let ids: Vec<NodeId> = self.all_nodes();
                ids.iter().for_each(|id| self.demand_enabled(*id));
                self.drain_shown(&ids);
            }
            Scope::Nodes(ids) => ids.into_iter().for_each(|id| self.demand_value(id)),
            Scope::Next(ids) => ids.into_iter().for_each(|id| self.demand_next(id)),
        }
        self.demand_lost();
        if !self.unbreakable.is_empty() {
            self.await_unbreakable();
        }
    }

    /// Ends the evaluations whose tasks belong to other loops, which may never be turned again; streams that only wait to
    /// be read come along.
    fn leave_other_loops(&mut self) {
        let is_elsewhere = |id: &NodeId| {
            self.graph.node(*id).activity.as_ref().is_some_and(|activity| activity.is_elsewhere())
        };
        let elsewhere: Vec<NodeId> = self.graph.ids().filter(is_elsewhere).collect();
        let (suspended, others): (Vec<NodeId>, Vec<NodeId>) = elsewhere
            .into_iter()
            .partition(|id| Place::can_be_taken() && self.graph.node(*id).is_suspended());
        for id in others {
            let dropped = self.drop_evaluation(id);
            self.lost.extend(dropped);
        }
        for id in suspended {
            let slot = self.graph.node(id);
            if let Some(activity) = &slot.activity {
                activity.move_here(slot.name.clone());
            }
        }
    }

    /// Whether this evaluation makes a stream that only waits to be read.
    pub(crate) fn is_suspended(&self, evaluation: EvaluationId) -> bool {
        self.graph.is_under_way(evaluation) && self.graph.node(evaluation.node).is_suspended()
    }

    fn demand_all_dirty(&mut self) {
        self.dirty.sweep(&mut self.graph);
        let drain_shown = self.run.as_ref().is_some_and(|run| run.drain_shown);
        for index in 0..self.dirty.nodes().len() {
            let id = self.dirty.nodes()[index];
            self.demand_dirty_node(id);
            if drain_shown && self.graph.node(id).shown {
                let done = self.graph.node(id).done;
                self.drain(id, done + 1);
            }
        }
    }

    /// Drains the streams that displays show and that a run has left where they were.
    fn drain_shown(&mut self, ids: &[NodeId]) {
        if !self.run.as_ref().is_some_and(|run| run.drain_shown) {
            return;
        }
        for &id in ids {
            let slot = self.graph.node(id);
            if slot.shown && slot.streaming && slot.is_running() {
                let runs = slot.done + 1;
                self.drain(id, runs);
            }
        }
    }

    /// What `.value` of a node needs.
    fn demand_value(&mut self, id: NodeId) {
        let Some(slot) = self.graph.get(id) else { return };
        let (done, dirty, running) = (slot.done, slot.dirty, slot.is_running());
        if slot.streaming && (dirty || running) {
            self.drain(id, done + 1);
        }
        if dirty {
            self.demand(id, done + 1);
            self.demand_unbreakable(id);
        }
    }

    fn busy_nodes(&self) -> Vec<NodeId> {
        let is_busy = |id: &NodeId| {
            let slot = self.graph.node(*id);
            slot.is_running() && !slot.activity.as_ref().is_some_and(|activity| activity.is_parked())
        };
        self.graph.ids().filter(is_busy).collect()
    }

    /// What one more evaluation of a node needs.
    fn demand_next(&mut self, id: NodeId) {
        let Some(slot) = self.graph.get(id) else { return };
        if slot.failure().is_some() {
            self.run_anew(&[id]);
        }
        let slot = self.graph.node(id);
        let calls = slot.done + 1;
        if slot.streaming {
            self.drain(id, calls);
        }
        self.demand(id, calls);
        self.demand_unbreakable(id);
    }

    /// Makes nodes dirty, and what depends on them, whatever they are now.
    pub(crate) fn run_anew(&mut self, nodes: &[NodeId]) {
        if nodes.is_empty() {
            return;
        }
        let closure = self.dirty_closure(nodes);
        let stitches = cycle::plan(&self.graph, &closure);
        self.make_dirty(&closure, Some(stitches));
    }

    pub(crate) fn end_run(&mut self, end: End) {
        if let Some(run) = &mut self.run {
            run.end.get_or_insert(end);
            self.busy.runs.set(false);
            self.busy.wake_driver();
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        !self.busy.runs.get()
    }

    pub(crate) fn winds_down(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.winds_down)
    }

    /// Lets the streams go on that a run has held when it wound down.
    fn release_held(&mut self) {
        if !self.busy.holds.replace(false) {
            return;
        }
        for id in self.graph.ids() {
            if let Some(stream) = &self.graph.node(id).stream {
                // What this run wants to come to its end, it says anew.
                stream.unset_drain();
                stream.grant();
            }
        }
    }
}

impl<V: Value> Slot<V> {
    /// Whether it makes a stream that only waits to be read, on whatever loop.
    fn is_suspended(&self) -> bool {
        self.is_running()
            && self.stream.as_ref().is_some_and(|stream| stream.run == self.done && stream.is_suspended())
    }
}
