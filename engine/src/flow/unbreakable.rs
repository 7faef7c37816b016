//! Cycles that nothing can start, and when a run has come to one: all that it needs from outside is there.
//!
//! Of each such cycle the run awaits one producer outside it that is not there yet; when that stores, it looks for the
//! next one. So a cycle costs its edges once, however often its producers store.

use std::collections::{HashMap, HashSet};

use super::Core;
use super::cycle;
use super::graph::{Graph, NodeId};
use super::run::{End, Run};
use super::value::Value;

/// The cycles of a flow that nothing can start.
#[derive(Default)]
pub(crate) struct Unbreakable {
    cycles: Vec<Cycle>,
    /// The cycles that a run comes to, by the producer that it awaits next.
    awaited: HashMap<NodeId, Vec<usize>>,
}

struct Cycle {
    members: Vec<NodeId>,
    /// The producers outside it that a run has not seen to be there, the next one last.
    outside: Vec<NodeId>,
}

impl Unbreakable {
    pub(crate) fn is_empty(&self) -> bool {
        self.cycles.is_empty()
    }

    pub(crate) fn extend(&mut self, components: Vec<Vec<NodeId>>) {
        self.cycles.extend(components.into_iter().map(|members| Cycle { members, outside: Vec::new() }));
    }

    /// Forgets the cycles that have such a member.
    pub(crate) fn forget(&mut self, is_changed: impl Fn(NodeId) -> bool) {
        self.awaited.clear();
        self.cycles.retain(|cycle| !cycle.members.iter().any(|id| is_changed(*id)));
    }
}

impl<V: Value> Core<V> {
    /// Wants the cycle that nothing can start for which a node waits in the end, if so.
    pub(crate) fn demand_unbreakable(&mut self, id: NodeId) {
        if !self.unbreakable.is_empty() && self.is_in_vain(id) {
            self.demand_halted(self.cause_of(id));
        }
    }

    /// Fails the run if it has come to a cycle that nothing can start, and else awaits what such cycles need. One that
    /// the run does not want is none of its business.
    pub(crate) fn await_unbreakable(&mut self) {
        let Some(run) = &self.run else { return };
        let graph = &self.graph;
        let Unbreakable { cycles, awaited } = &mut self.unbreakable;
        awaited.clear();
        let mut reached = None;
        for (index, cycle) in cycles.iter_mut().enumerate().filter(|(_, cycle)| is_wanted(graph, run, cycle))
        {
            cycle.outside = outside(graph, &cycle.members);
            match cycle.next_awaited(graph) {
                Some(id) => awaited.entry(id).or_default().push(index),
                None => reached = reached.or(Some(index)),
            }
        }
        self.fail_at(reached);
    }

    /// A producer has stored: the cycles that awaited it await the next one, or the run has come to them.
    #[cold]
    pub(crate) fn unbreakable_fed(&mut self, id: NodeId) {
        let Unbreakable { cycles, awaited } = &mut self.unbreakable;
        let mut reached = None;
        for index in awaited.remove(&id).into_iter().flatten() {
            match cycles[index].next_awaited(&self.graph) {
                Some(id) => awaited.entry(id).or_default().push(index),
                None => reached = reached.or(Some(index)),
            }
        }
        self.fail_at(reached);
    }

    fn fail_at(&mut self, reached: Option<usize>) {
        if let Some(index) = reached {
            let error = cycle::missing_default(&self.graph, &self.unbreakable.cycles[index].members);
            self.end_run(End::MissingDefault(error));
        }
    }
}

impl Cycle {
    /// A producer outside it that is not there; `None` if all are.
    fn next_awaited<V: Value>(&mut self, graph: &Graph<V>) -> Option<NodeId> {
        // One that has failed never comes, so that its failure is what is told.
        let is_there = |id: &NodeId| graph.get(*id).is_some_and(|slot| !slot.dirty && slot.halt.is_none());
        while self.outside.pop_if(|id| is_there(id)).is_some() {}
        self.outside.last().copied()
    }
}

/// Whether data lead the run everywhere, or it was asked for the cycle.
fn is_wanted<V: Value>(graph: &Graph<V>, run: &Run, cycle: &Cycle) -> bool {
    run.follow || cycle.members.iter().any(|id| graph.node(*id).flow_run == run.number)
}

fn outside<V: Value>(graph: &Graph<V>, members: &[NodeId]) -> Vec<NodeId> {
    let inside: HashSet<NodeId> = members.iter().copied().collect();
    let producers = members.iter().flat_map(|id| graph.input_edges(*id)).map(|edge| graph.edge(edge).from);
    producers.filter(|from| !inside.contains(from)).collect()
}
