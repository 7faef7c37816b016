//! Dirty and held: what a change to the graph makes run again.
//!
//! A node is dirty when it changed or an input of it is dirty; all others are held: they keep value, generation
//! and state, and serve their last value to the first evaluation of each dirty reader. So each edge into a dirty
//! node is paired anew: the reader's next call meets the producer's next generation if the producer is dirty
//! too, and the one it has if it is held, or if the edge is one behind. From there lockstep counts on. On a fresh
//! graph all bases come out as 0: the rule adds nothing to Flowno's.
//!
//! The cost is that of the dirty part and its edges.

use std::rc::Rc;

use super::Core;
use super::cycle::Stitches;
use super::graph::{EdgeId, EvaluationId, NodeId};
use super::slot::{Blocked, Slot, Source};
use super::status::NodeStatus;
use super::stream::StreamRun;
use super::value::Value;

/// Most changes reach no more nodes than these.
const SMALL_CLOSURE: usize = 16;

impl<V: Value> Core<V> {
    /// The nodes that depend on `changed`, themselves included, in the order of definition. Producers that
    /// cannot serve a late reader any more are counted as changed.
    pub(crate) fn dirty_closure(&mut self, changed: &[NodeId]) -> Vec<NodeId> {
        self.walks += 1;
        let walk = self.walks;
        let mut closure = Vec::with_capacity(changed.len().max(SMALL_CLOSURE));
        let (mut sorted, mut last) = (true, 0);
        let mut work = std::mem::take(&mut self.walkers);
        work.extend_from_slice(changed);
        while let Some(id) = work.pop() {
            let slot = self.graph.node_mut(id);
            if std::mem::replace(&mut slot.walk, walk) == walk {
                continue;
            }
            if self.stops_at(id) {
                continue;
            }
            closure.push(id);
            let slot = self.graph.node(id);
            sorted &= last <= slot.order;
            last = slot.order;
            work.extend(slot.readers.iter().map(|edge| self.graph.edge(*edge).to));
            if slot.reads_streams {
                work.extend(self.graph.input_edges(id).filter_map(|edge| self.spent_producer(edge)));
            }
        }
        self.walkers = work;
        if !sorted {
            self.graph.sort(&mut closure);
        }
        closure
    }

    /// The producer of a stream edge if its stream has forgotten chunks.
    fn spent_producer(&self, edge: EdgeId) -> Option<NodeId> {
        let edge = self.graph.edge(edge);
        let stream = self.graph.node(edge.from).stream.as_ref()?;
        (edge.stream && !stream.is_whole()).then_some(edge.from)
    }

    /// Makes a closure dirty: ends what runs in it, pairs its edges anew, and finds out what cannot run.
    /// `stitches`: where its cycles are broken now; `None` if its wiring is what it was.
    pub(crate) fn make_dirty(&mut self, closure: &[NodeId], stitches: Option<Stitches>) {
        // As wired before, a node that could run can run: what reads from one that cannot, could not either.
        let mut halted = stitches.is_some();
        for &id in closure {
            if self.graph.node(id).is_running() {
                self.drop_evaluation(id);
            }
            if self.told {
                self.tell_released(id, stitches.is_some());
            }
            let slot = self.graph.node_mut(id);
            if slot.halt.is_some() {
                halted = true;
                // A cycle that nothing can start is found when it is wired, and stays so.
                if stitches.is_some() || slot.blocked() != Some(&Blocked::Cycle) {
                    slot.halt = None;
                }
            }
            slot.watch = None;
            slot.target = slot.done;
            self.dirty.add(id, slot);
            self.tell_invalidated(id);
        }
        self.keep_dirty_list_short();
        if let Some(stitches) = stitches {
            self.stitch(closure, stitches);
        }
        for &id in closure {
            self.pair_inputs(id);
        }
        if halted {
            self.block(closure);
        }
        if self.run.is_some() {
            // Who waited for one of these to make room need not wait for it now, or must look again.
            closure.iter().for_each(|id| self.queue_producers(*id));
        }
        self.demand_dirty(closure);
        if !self.unbreakable.is_empty() {
            self.await_unbreakable();
        }
    }

    /// Breaks the cycles of a closure.
    fn stitch(&mut self, closure: &[NodeId], stitches: Stitches) {
        if self.told {
            self.tell_solved(closure, &stitches);
        }
        for &id in closure {
            for index in 0..self.graph.node(id).inputs.len() {
                if let Some(edge) = self.input_edge(id, index) {
                    let edge = self.graph.edge_mut(edge);
                    edge.stitched = edge.by_hand;
                }
            }
        }
        for edge in stitches.edges {
            self.graph.edge_mut(edge).stitched = true;
        }
        let walk = self.walks; // the one that found the closure
        let graph = &self.graph;
        self.unbreakable.forget(|id| graph.node(id).walk == walk);
        for &id in stitches.unbreakable.iter().flatten() {
            self.graph.node_mut(id).block(Blocked::Cycle);
        }
        self.unbreakable.extend(stitches.unbreakable);
    }

    /// Notes that a node must run again.
    fn mark_dirty(&mut self, id: NodeId) {
        self.dirty.add(id, self.graph.node_mut(id));
        self.keep_dirty_list_short();
    }

    fn keep_dirty_list_short(&mut self) {
        if self.dirty.is_overgrown(self.graph.len()) {
            self.dirty.sweep(&mut self.graph);
        }
    }

    /// Pairs the next call of a dirty node with the generations that it shall read.
    fn pair_inputs(&mut self, id: NodeId) {
        let next = self.graph.node(id).started as i64;
        self.graph.each_input_mut(id, |edge, producer| {
            let made = producer.done as i64;
            let pending = producer.dirty || producer.is_running() || made == 0;
            edge.base = if edge.stitched || pending { next - made } else { next - (made - 1) };
        });
    }

    /// Marks what in the closure cannot run: it waits for a name, stands in a cycle nothing can start, or
    /// depends on a node that failed or cannot run.
    fn block(&mut self, closure: &[NodeId]) {
        let mut blocked = Vec::new();
        for &id in closure {
            let slot = self.graph.node(id);
            if slot.halt.is_none() {
                let before = self.status_to_tell(id);
                let held = slot.stalled.then_some(Blocked::Stalled);
                let lacking = || slot.inputs.iter().find_map(|input| self.lacks(&input.source));
                let Some(why) = held.or_else(lacking) else { continue };
                self.graph.node_mut(id).block(why);
                self.tell_status(id, before, NodeStatus::Stalled);
            }
            blocked.push(id);
        }
        for id in blocked {
            self.block_readers(id);
        }
    }

    /// Why a node with such an input cannot run, if so.
    fn lacks(&self, source: &Source<V>) -> Option<Blocked> {
        match source {
            Source::Missing(name) => Some(Blocked::Missing(name.clone())),
            Source::Edge(edge) => {
                let from = self.graph.edge(*edge).from;
                // What a producer inside the closure is not yet known to wait for reaches its readers later.
                let waits = self.graph.node(from).halt.is_some() && !self.starts_without(*edge);
                waits.then_some(Blocked::Upstream(from))
            }
            _ => None,
        }
    }

    /// Whether a reader begins without this input, whose producer waits for a cycle that nothing can start. It takes
    /// its default, and must, as in Flowno: with what it gives that cycle is reached, which then is the error.
    fn starts_without(&self, edge: EdgeId) -> bool {
        let edge = self.graph.edge(edge);
        edge.stitched && (self.graph.node(edge.to).started as i64) < edge.lag() && self.is_in_vain(edge.from)
    }

    /// Marks all that depends on a node which failed or cannot run.
    pub(crate) fn block_readers(&mut self, id: NodeId) {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            for edge in self.graph.node(id).readers.clone() {
                if self.starts_without(edge) {
                    continue;
                }
                let reader = self.graph.edge(edge).to;
                if self.stops_at(reader) {
                    continue;
                }
                let before = self.status_to_tell(reader);
                let slot = self.graph.node_mut(reader);
                if slot.halt.is_some() {
                    continue;
                }
                slot.block(Blocked::Upstream(id));
                slot.watch = None;
                self.tell_status(reader, before, NodeStatus::Stalled);
                self.tell_invalidated(reader);
                self.queue_producers(reader);
                work.push(reader);
            }
        }
    }

    pub(crate) fn tell_invalidated(&self, id: NodeId) {
        if self.told {
            self.tell_node(id, |told, node| told.on_node_invalidated(node));
        }
    }

    /// The event loop has ended the task of an evaluation: what is wanted of it begins anew.
    pub(crate) fn lose(&mut self, evaluation: EvaluationId) {
        if !self.graph.is_under_way(evaluation) {
            return;
        }
        let dropped = self.drop_evaluation(evaluation.node);
        self.lost.extend(&dropped);
        if self.run.is_some() {
            self.demand_lost();
            dropped.into_iter().for_each(|id| self.queue(id));
        }
    }

    /// Wants the calls anew that have ended with their loops. Those of dirty nodes are wanted as all that is dirty.
    pub(crate) fn demand_lost(&mut self) {
        for id in std::mem::take(&mut self.lost) {
            let slot = self.graph.node(id);
            if !slot.dirty {
                let calls = slot.done + 1;
                self.demand(id, calls);
            }
        }
    }

    /// Ends a node's evaluation, if one is under way, as if it had not begun. Those that read its stream
    /// end with it. Gives the nodes whose evaluations have ended.
    pub(crate) fn drop_evaluation(&mut self, id: NodeId) -> Vec<NodeId> {
        let mut dropped = Vec::new();
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            if !self.graph.node(id).is_running() {
                continue;
            }
            dropped.push(id);
            if self.told {
                self.tell_ended(id);
            }
            let slot = self.graph.node_mut(id);
            slot.started -= 1;
            slot.evaluation = 0;
            slot.watch = None;
            if let Some(activity) = slot.activity.take() {
                activity.end();
                self.graveyard.push(activity);
            }
            if slot.streaming_run_is_open() {
                let stream = slot.stream.take();
                slot.stream = slot.previous_stream.take();
                self.mark_dirty(id);
                for reader in stream.map_or_else(Vec::new, |stream| self.readers_of(id, &stream)) {
                    if self.told {
                        self.tell_stream_dropped(id, reader);
                    }
                    work.push(reader);
                }
            }
        }
        dropped
    }

    /// The nodes whose call under way reads this stream of a node.
    fn readers_of(&self, id: NodeId, stream: &Rc<StreamRun<V>>) -> Vec<NodeId> {
        let reads = |reader: &NodeId| {
            let reader = self.graph.node(*reader);
            let activity = reader.activity.as_ref().filter(|_| reader.is_running());
            activity.is_some_and(|activity| activity.inputs().iter().any(|input| Rc::ptr_eq(input, stream)))
        };
        self.graph.node(id).readers.iter().map(|edge| self.graph.edge(*edge).to).filter(reads).collect()
    }

    /// Removes the last traces of a node that was taken out of the graph.
    pub(crate) fn forget(&mut self, id: NodeId, mut slot: Slot<V>) {
        self.ready.retain(|ready| *ready != id);
        self.lost.retain(|lost| *lost != id);
        self.unbreakable.forget(|member| member == id);
        if let Some(activity) = slot.activity.take() {
            activity.end();
            self.graveyard.push(activity);
        }
        self.dirty.forget(&mut slot);
        self.graph.bury(slot);
        self.graph.release(id);
    }
}

impl<V: Value> Slot<V> {
    /// Asks the stream, not the body: that may have been replaced by one that yields nothing.
    fn streaming_run_is_open(&self) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.run == self.done)
    }
}
