//! Demand: how many calls of each node are wanted.
//!
//! A run starts by demanding one more call of what is dirty. From there demand spreads both ways: a demanded
//! call demands the generations that it reads (rule A5: a source runs as often as its consumers ask), and a stored
//! datum demands the calls that read it (after a node has produced data, its consumers are tried). An acyclic graph
//! so runs each node once, and a cycle goes on for ever, taking in lockstep what hangs on it (A4).

use super::Core;
use super::graph::NodeId;
use super::slot::{Slot, Source, Watch};
use super::value::Value;

impl<V: Value> Core<V> {
    /// Wants `calls` calls of `id` in all, and what they need. Beyond the run's cap nothing is demanded.
    pub(crate) fn demand(&mut self, id: NodeId, calls: u64) {
        self.demand_one(id, calls);
        // Nearly every demand is of one node, whose inputs are there.
        while let Some((id, calls)) = self.worklist.pop() {
            self.demand_one(id, calls);
        }
    }

    /// Wants so many calls of a reader for which a final value has come.
    #[inline]
    pub(crate) fn demand_fed(&mut self, id: NodeId, calls: u64) {
        let run = self.run_number;
        let slot = self.graph.node_mut(id);
        let has_inputs = slot.inputs.len() == 1; // and that has come
        let idle = slot.halt.is_none() && !slot.pinned && !slot.is_running();
        if !has_inputs || !idle || slot.flow_run != run || calls > slot.cap {
            return self.demand(id, calls);
        }
        if calls > slot.target {
            slot.target = calls;
            if slot.joins_line() {
                self.put_in_line(id);
            }
        }
    }

    /// Wants the next call of a dirty node, as all that is dirty is wanted.
    pub(crate) fn demand_dirty_node(&mut self, id: NodeId) {
        let slot = self.graph.node(id);
        let calls = slot.done + 1;
        let fresh =
            slot.halt.is_none() && !slot.pinned && !slot.is_running() && slot.flow_run != self.run_number;
        if !fresh || !self.has_or_gets_inputs(slot, calls) || self.stamp(id).is_none() {
            return self.demand(id, calls);
        }
        let slot = self.graph.node_mut(id);
        if calls > slot.cap {
            return self.demand(id, calls);
        }
        slot.target = calls;
        if slot.joins_line() {
            self.put_in_line(id);
        }
    }

    /// Whether each input of a call is there, or comes from a dirty node whose next call, wanted by itself, makes it.
    fn has_or_gets_inputs(&self, slot: &Slot<V>, calls: u64) -> bool {
        slot.inputs.iter().all(|input| {
            let Source::Edge(edge) = input.source else { return true };
            let edge = self.graph.edge(edge);
            let producer = self.graph.node(edge.from);
            let lacking = calls as i64 - edge.lag() - producer.done as i64;
            lacking <= 0 || lacking == 1 && producer.dirty && !producer.streaming
        })
    }

    /// Demands of one node, and notes what is to be demanded of its producers.
    fn demand_one(&mut self, id: NodeId, calls: u64) {
        let Some(calls) = self.admit(id, calls) else { return };
        let slot = self.graph.node_mut(id);
        slot.target = calls;
        if slot.is_running() && slot.done + 1 < calls {
            // The next run is wanted: this one must come to its end.
            slot.drain_to = slot.drain_to.max(calls - 1);
            slot.apply_drain();
        }
        self.demand_inputs(id, calls);
        self.queue(id);
    }

    /// How many calls of a node may be demanded now; `None` if no more than before.
    fn admit(&mut self, id: NodeId, calls: u64) -> Option<u64> {
        self.stamp(id)?;
        let slot = self.graph.node(id);
        if calls <= slot.target || slot.halt.is_some() || slot.is_held_by_pin() {
            return None;
        }
        if calls > slot.cap {
            let cap = slot.cap;
            self.run.as_mut()?.capped = true;
            return (cap > self.graph.node(id).target).then_some(cap);
        }
        Some(calls)
    }

    /// Makes what is demanded of a node count for this run; `None` if there is no run.
    #[inline]
    fn stamp(&mut self, id: NodeId) -> Option<()> {
        let slot = self.graph.node_mut(id);
        if slot.flow_run == self.run_number && self.run_number != 0 {
            return Some(());
        }
        let run = self.run.as_ref()?;
        slot.flow_run = run.number;
        slot.target = slot.done;
        slot.drain_to = 0;
        slot.cap = match run.generations {
            Some(further) => (slot.done.saturating_sub(1)).saturating_add(further).saturating_add(1),
            None => u64::MAX,
        };
        if self.told_all {
            self.tell_node(id, |told, node| told.on_node_visited(node));
        }
        Some(())
    }

    fn demand_inputs(&mut self, id: NodeId, calls: u64) {
        for index in 0..self.graph.node(id).inputs.len() {
            let Some(edge) = self.input_edge(id, index) else { continue };
            let edge = self.graph.edge(edge);
            let Ok(needed) = u64::try_from(calls as i64 - edge.lag()) else { continue };
            let (from, stream) = (edge.from, edge.stream);
            let producer = self.graph.node(from);
            if producer.done >= needed || producer.target >= needed && self.is_settled(producer, stream) {
                continue;
            }
            let folded = producer.streaming && !stream;
            self.worklist.push((from, needed));
            if folded {
                self.drain(from, needed);
            }
        }
    }

    /// Whether a demand that this run has made of a producer covers what an edge needs of it.
    fn is_settled(&self, producer: &Slot<V>, stream: bool) -> bool {
        producer.flow_run == self.run_number && (stream || !producer.streaming)
    }

    /// Wants the first `runs` runs of a stream to come to their end.
    pub(crate) fn drain(&mut self, id: NodeId, runs: u64) {
        // Stamped for this run, so that the demand that follows does not forget the drain.
        self.stamp(id);
        let slot = self.graph.node_mut(id);
        slot.drain_to = slot.drain_to.max(runs);
        slot.apply_drain();
    }

    /// Wants a node that cannot run, so that the run knows.
    pub(crate) fn demand_halted(&mut self, id: NodeId) {
        self.stamp(id);
    }

    /// Puts a node in line to be tried.
    #[inline]
    pub(crate) fn queue(&mut self, id: NodeId) {
        if self.graph.node_mut(id).joins_line() {
            self.put_in_line(id);
        }
    }

    /// Puts a node in line that has just [joined](Slot::joins_line) it.
    #[inline]
    fn put_in_line(&mut self, id: NodeId) {
        self.ready.push_back(id);
        if self.told_all {
            self.tell_node(id, |told, node| told.on_resolution_queue_put(node));
        }
    }

    /// Tries the producers that wait for this reader to begin its call.
    pub(crate) fn queue_producers(&mut self, id: NodeId) {
        if !std::mem::take(&mut self.graph.node_mut(id).awaited) {
            return;
        }
        for index in 0..self.graph.node(id).inputs.len() {
            let Some(edge) = self.input_edge(id, index) else { continue };
            let from = self.graph.edge(edge).from;
            let producer = self.graph.node(from);
            if let Some(Watch::Room(position)) = producer.watch
                && producer.readers.get(position as usize) == Some(&edge)
            {
                self.queue(from);
            }
        }
    }

    /// Demands what an edit made dirty while the flow runs.
    pub(crate) fn demand_dirty(&mut self, closure: &[NodeId]) {
        if self.run.as_ref().is_none_or(|run| !run.follow) {
            return;
        }
        for &id in closure {
            let done = self.graph.node(id).done;
            self.demand(id, done + 1);
        }
    }

    /// Demands the calls that the data there is would feed: how a cycle goes on after a limit.
    pub(crate) fn demand_enabled(&mut self, id: NodeId) {
        // A chunk feeds the readers of its run as a final value does.
        let Some(newest) = self.graph.node(id).generation() else { return };
        let runs = newest.run as i64 + 1;
        for position in 0..self.graph.node(id).readers.len() {
            let edge = self.graph.edge(self.graph.node(id).readers[position]);
            if let Ok(calls) = u64::try_from(runs + edge.lag()) {
                let to = edge.to;
                self.demand(to, calls);
            }
        }
    }
}

impl<V: Value> Slot<V> {
    /// Notes that the node stands in line; whether it has not before.
    #[inline]
    fn joins_line(&mut self) -> bool {
        !std::mem::replace(&mut self.queued, true)
    }
}
