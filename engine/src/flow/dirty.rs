//! Dirty and held: what a change to the graph makes run again.
//!
//! A node is dirty when it changed or an input of it is dirty; all others are held: they keep value, generation
//! and state, and serve their last value to the first evaluation of each dirty reader. So each edge into a dirty
//! node is paired anew: the reader's next call meets the producer's next generation if the producer is dirty
//! too, and the one it has if it is held, or if the edge is one behind. From there lockstep counts on. On a fresh
//! graph all bases come out as 0: the rule adds nothing to Flowno's.
//!
//! The cost is that of the dirty part and its edges.

use std::collections::HashSet;

use super::Core;
use super::cycle::Stitches;
use super::graph::{Blocked, NodeId, Slot, Source};
use super::value::Value;

impl<V: Value> Core<V> {
    /// The nodes that depend on `changed`, themselves included, in the order of definition. Producers that
    /// cannot serve a late reader any more are counted as changed.
    pub(crate) fn dirty_closure(&self, changed: &[NodeId]) -> Vec<NodeId> {
        let mut seen: HashSet<NodeId> = HashSet::new();
        let mut work: Vec<NodeId> = changed.to_vec();
        while let Some(id) = work.pop() {
            if !seen.insert(id) {
                continue;
            }
            work.extend(self.graph.node(id).readers.iter().map(|edge| self.graph.edge(*edge).to));
            for edge in self.graph.input_edges(id) {
                let edge = self.graph.edge(edge);
                let stream = &self.graph.node(edge.from).stream;
                if edge.stream && stream.as_ref().is_some_and(|stream| !stream.is_whole()) {
                    work.push(edge.from);
                }
            }
        }
        let mut closure: Vec<NodeId> = seen.into_iter().collect();
        closure.sort_by_key(|id| self.graph.node(*id).order);
        closure
    }

    /// Makes a closure dirty: ends what runs in it, pairs its edges anew, and finds out what cannot run.
    pub(crate) fn make_dirty(&mut self, closure: &[NodeId], stitches: Stitches) {
        for &id in closure {
            self.drop_evaluation(id);
            let slot = self.graph.node_mut(id);
            slot.dirty = true;
            slot.failure = None;
            slot.blocked = None;
            slot.watch = None;
            slot.target = slot.done;
            self.dirty.insert((slot.order, id));
            self.tell_invalidated(id);
        }
        for &id in closure {
            for edge in self.graph.input_edges(id).collect::<Vec<_>>() {
                self.graph.edge_mut(edge).stitched = false;
            }
        }
        for edge in stitches.edges {
            self.graph.edge_mut(edge).stitched = true;
        }
        for &id in closure {
            self.pair_inputs(id);
        }
        if !self.unbreakable.is_empty() {
            let members: HashSet<NodeId> = closure.iter().copied().collect();
            self.unbreakable.retain(|component| !component.iter().any(|id| members.contains(id)));
        }
        self.block(closure, &stitches.unbreakable);
        self.unbreakable.extend(stitches.unbreakable);
        if self.run.is_some() {
            // Who waited for one of these to make room need not wait for it now, or must look again.
            closure.iter().for_each(|id| self.queue_producers(*id));
        }
        self.demand_dirty(closure);
    }

    /// Pairs the next call of a dirty node with the generations that it shall read.
    fn pair_inputs(&mut self, id: NodeId) {
        let next = self.graph.node(id).started as i64;
        for edge in self.graph.input_edges(id).collect::<Vec<_>>() {
            let Some(producer) = self.graph.get(self.graph.edge(edge).from) else { continue };
            let made = producer.done as i64;
            let pending = producer.dirty || producer.is_running() || made == 0;
            let edge = self.graph.edge_mut(edge);
            edge.base = if edge.stitched || pending { next - made } else { next - (made - 1) };
        }
    }

    /// Marks what in the closure cannot run: it waits for a name, stands in a cycle nothing can start, or
    /// depends on a node that failed or cannot run.
    fn block(&mut self, closure: &[NodeId], unbreakable: &[Vec<NodeId>]) {
        for &id in unbreakable.iter().flatten() {
            self.graph.node_mut(id).blocked = Some(Blocked::Cycle);
        }
        for &id in closure {
            let slot = self.graph.node(id);
            if slot.blocked.is_some() {
                continue;
            }
            let blocked = slot.inputs.iter().find_map(|input| match &input.source {
                Source::Missing(name) => Some(Blocked::Missing(name.clone())),
                Source::Edge(edge) => {
                    let from = self.graph.edge(*edge).from;
                    let producer = self.graph.node(from);
                    // What a producer inside the closure is not yet known to wait for reaches its readers below.
                    (producer.failure.is_some() || producer.blocked.is_some())
                        .then_some(Blocked::Upstream(from))
                }
                _ => None,
            });
            self.graph.node_mut(id).blocked = blocked;
        }
        let blocked = closure.iter().copied().filter(|id| self.graph.node(*id).blocked.is_some());
        for id in blocked.collect::<Vec<_>>() {
            self.block_readers(id);
        }
    }

    /// Marks all that depends on a node which failed or cannot run.
    pub(crate) fn block_readers(&mut self, id: NodeId) {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            for edge in self.graph.node(id).readers.clone() {
                let reader = self.graph.edge(edge).to;
                let slot = self.graph.node_mut(reader);
                if slot.blocked.is_some() || slot.failure.is_some() {
                    continue;
                }
                slot.blocked = Some(Blocked::Upstream(id));
                slot.watch = None;
                self.tell_invalidated(reader);
                self.queue_producers(reader);
                work.push(reader);
            }
        }
    }

    fn tell_invalidated(&self, id: NodeId) {
        if let Some(observer) = &self.observer {
            observer.invalidated(id);
        }
    }

    /// Ends a node's evaluation, if one is under way, as if it had not begun. Those that read its stream
    /// end with it.
    pub(crate) fn drop_evaluation(&mut self, id: NodeId) {
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            let slot = self.graph.node_mut(id);
            if !slot.is_running() {
                continue;
            }
            slot.started -= 1;
            slot.evaluation = 0;
            slot.watch = None;
            self.graveyard.extend(slot.task.take());
            if let Some(activity) = slot.activity.take() {
                activity.end();
            }
            if slot.streaming_run_is_open() {
                let stream = slot.stream.take();
                slot.stream = slot.previous_stream.take();
                slot.dirty = true;
                let order = slot.order;
                self.dirty.insert((order, id));
                for edge in self.graph.node(id).readers.clone() {
                    let reader = self.graph.edge(edge).to;
                    if let (Some(stream), true) = (&stream, self.graph.node(reader).is_running()) {
                        let reads = self.graph.node(reader).activity.iter().flat_map(|a| a.inputs());
                        if reads.into_iter().any(|input| std::rc::Rc::ptr_eq(&input, stream)) {
                            work.push(reader);
                        }
                    }
                }
            }
        }
    }

    /// Removes the last traces of a node that was taken out of the graph.
    pub(crate) fn forget(&mut self, id: NodeId, mut slot: Slot<V>) {
        self.dirty.remove(&(slot.order, id));
        self.ready.retain(|ready| *ready != id);
        self.unbreakable.retain(|component| !component.contains(&id));
        self.graveyard.extend(slot.task.take());
        if let Some(activity) = slot.activity.take() {
            activity.end();
        }
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
