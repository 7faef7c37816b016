//! Telling instruments what happens in a flow.
//!
//! Whether anybody is to be told is looked up each time that the flow's core is worked on; the places where things happen
//! then look at one flag, or at that of whoever is told [all](Detail::All). All that is done for instruments alone is here.

use std::any::Any;
use std::cell::Cell;

use super::activity::Activity;
use super::cycle::Stitches;
use super::generation::Generation;
use super::graph::NodeId;
use super::node::{Arg, Call, Outputs};
use super::slot::{Blocked, Slot, Watch};
use super::status::NodeStatus;
use super::stream::{Emission, Reading};
use super::value::Value;
use super::{Core, Shared};
use crate::instrument::{
    Detail, FlowId, FlowInstrument, Moment, NodeView, StreamDropped, StreamView, tell_flows, watches_flows,
};

thread_local! {
    static FLOWS: Cell<u64> = const { Cell::new(0) };
}

/// The number of the next flow of this thread.
pub(crate) fn next_flow() -> FlowId {
    FlowId(FLOWS.replace(FLOWS.get() + 1))
}

impl<V: Value> Core<V> {
    /// Looks whether an instrument is to be told: once each time that the core is worked on.
    #[inline]
    pub(crate) fn look_for_instruments(&mut self) {
        self.told_all = self.instrument_detail == Some(Detail::All) || watches_flows();
        self.told = self.told_all || self.instrument_detail.is_some();
        self.busy.told.set(self.told);
        self.busy.told_all.set(self.told_all);
    }

    #[inline]
    pub(crate) fn tell(&self, tell: impl Fn(&dyn FlowInstrument)) {
        if let Some(own) = &self.instrument {
            tell(&**own);
        }
        if watches_flows() {
            tell_flows(tell);
        }
    }

    fn view(&self, id: NodeId) -> Option<NodeView<'_>> {
        self.graph.get(id).map(|slot| self.view_of(id, slot))
    }

    #[inline]
    fn view_of<'a>(&self, id: NodeId, slot: &'a Slot<V>) -> NodeView<'a> {
        NodeView { flow: self.number, id, name: &slot.name, evaluation: slot.evaluation }
    }

    /// Tells of a node, unless it was removed.
    #[cold]
    pub(crate) fn tell_node(&self, id: NodeId, tell: impl Fn(&dyn FlowInstrument, NodeView<'_>)) {
        if let Some(node) = self.view(id) {
            self.tell(|instrument| tell(instrument, node));
        }
    }

    /// Tells of the stream that an input reads.
    #[cold]
    pub(crate) fn tell_stream(
        &self,
        reader: NodeId,
        input: usize,
        tell: impl Fn(&dyn FlowInstrument, StreamView<'_>),
    ) {
        let known = self.graph.get(reader).is_some_and(|slot| input < slot.inputs.len());
        let Some(edge) = known.then(|| self.input_edge(reader, input)).flatten() else { return };
        let edge = self.graph.edge(edge);
        if let (Some(producer), Some(reader)) = (self.view(edge.from), self.view(reader)) {
            let stream = StreamView { producer, port: edge.port, reader, input };
            self.tell(|instrument| tell(instrument, stream));
        }
    }

    /// The status of a node before a change, if that is to be told.
    pub(crate) fn status_to_tell(&self, id: NodeId) -> Option<NodeStatus> {
        if self.told_all { Some(self.graph.get(id)?.node_status()) } else { None }
    }

    /// Tells of a change of status.
    pub(crate) fn tell_status(&self, id: NodeId, before: Option<NodeStatus>, now: NodeStatus) {
        if let Some(before) = before
            && before != now
        {
            self.tell_node(id, |told, node| told.on_node_status_change(node, before, now));
        }
    }

    /// A node has left the line; `before` and `now` it lacks this.
    #[cold]
    pub(crate) fn tell_tried(&self, id: NodeId, before: Option<Watch>, now: Option<Watch>) {
        let waits_for_room = |watch: Option<Watch>| matches!(watch, Some(Watch::Room(_)));
        self.tell_node(id, |told, node| {
            told.on_resolution_queue_get(node);
            match (waits_for_room(before), waits_for_room(now)) {
                (false, true) => told.on_barrier_node_write(node, 0, Moment::Begin),
                (true, false) => told.on_barrier_node_write(node, 0, Moment::End),
                _ => {}
            }
            if let Some(Watch::Data(input)) = now
                && before != now
            {
                told.on_node_stalled(node, input as usize);
            }
        });
    }

    /// A call begins, and takes its arguments.
    #[cold]
    pub(crate) fn tell_beginning(&self, id: NodeId) {
        let run = self.graph.node(id).started;
        self.tell_node(id, |told, node| {
            told.node_lifecycle(node, run, 0, Moment::Begin);
            told.on_node_status_change(node, NodeStatus::Ready, NodeStatus::Running);
            told.on_barrier_node_read(node, 0, Moment::Begin);
        });
    }

    /// A call has its arguments, or cannot have them.
    #[cold]
    pub(crate) fn tell_filled(&self, id: NodeId, call: &Call<V>) {
        for (input, _) in call.args.iter().enumerate().filter(|(_, arg)| matches!(arg, Arg::Stream(_))) {
            self.tell_stream(id, input, |told, stream| told.on_stream_start(stream));
        }
        let defaulted = &call.defaulted;
        let slot = self.graph.node(id);
        let (run, streaming) = (slot.started, slot.streaming);
        self.tell_node(id, |told, node| {
            told.on_barrier_node_read(node, 0, Moment::End);
            if !defaulted.is_empty() {
                told.on_defaulted_inputs_set(node, defaulted);
            }
            if streaming {
                told.node_lifecycle(node, run, 1, Moment::Begin);
            }
        });
    }

    /// The call under way ends, however.
    #[cold]
    pub(crate) fn tell_ended(&self, id: NodeId) {
        if !self.told_all {
            return;
        }
        let slot = self.graph.node(id);
        let (run, status) = (slot.done, slot.node_status());
        // A producer that waits for readers is making no chunk.
        let makes = slot.streaming && !slot.stream.as_ref().is_some_and(|stream| stream.is_held());
        self.tell_node(id, |told, node| {
            if makes {
                told.node_lifecycle(node, run, 1, Moment::End);
            }
            told.node_lifecycle(node, run, 0, Moment::End);
            if status != NodeStatus::Ready {
                told.on_node_status_change(node, status, NodeStatus::Ready);
            }
        });
    }

    /// The values that a call has ended with are to be stored, if they are as many as there are ports.
    pub(crate) fn tell_final(&self, id: NodeId, outputs: Option<&Outputs<V>>) {
        let slot = self.graph.node(id);
        if outputs.is_none_or(|outputs| outputs.len() == slot.ports as usize) {
            self.tell_emitted(id, outputs, Generation::run(slot.done));
            self.tell_ended(id);
        }
    }

    /// A node can run again, as far as it is known; `anew`: cycles are broken anew.
    #[cold]
    pub(crate) fn tell_released(&self, id: NodeId, anew: bool) {
        let slot = self.graph.node(id);
        if self.told_all && slot.halt.is_some() && (anew || slot.blocked() != Some(&Blocked::Cycle)) {
            self.tell_status(id, Some(slot.node_status()), NodeStatus::Ready);
        }
    }

    /// A body goes on, or pauses.
    #[inline]
    pub(crate) fn tell_polled(&self, id: NodeId, at: Moment) {
        let Some(slot) = self.graph.get(id) else { return };
        let (node, level) = (self.view_of(id, slot), u32::from(slot.streaming));
        self.tell(|told| match at {
            Moment::Begin => told.on_node_resumed(node, level),
            Moment::End => told.on_node_pause(node, level),
        });
    }

    /// A datum is to be stored.
    pub(crate) fn tell_emitted(&self, id: NodeId, data: Option<&Outputs<V>>, generation: Generation) {
        let node = self.view_of(id, self.graph.node(id));
        let data = data.map(|data| data as &dyn Any);
        self.tell(|told| {
            told.on_node_emitted_data(node, data, generation);
            if self.told_all && generation.chunk.is_some() {
                told.node_lifecycle(node, generation.run, 1, Moment::End);
            }
        });
    }

    /// Cycles among `closure` were broken.
    #[cold]
    pub(crate) fn tell_solved(&self, closure: &[NodeId], stitches: &Stitches) {
        let mut solution: Vec<NodeId> = stitches.edges.iter().map(|edge| self.graph.edge(*edge).to).collect();
        solution.dedup();
        let solution: Vec<NodeView<'_>> = solution.into_iter().filter_map(|id| self.view(id)).collect();
        let head = closure.first().and_then(|id| self.view(*id));
        if let (Some(head), false) = (head, solution.is_empty()) {
            self.tell(|told| told.on_solving_nodes(self.number, head, &solution));
        }
    }

    /// The evaluation of a node that reads this stream is dropped with it.
    #[cold]
    pub(crate) fn tell_stream_dropped(&self, producer: NodeId, reader: NodeId) {
        for input in 0..self.graph.node(reader).inputs.len() {
            let reads = |edge| self.graph.edge(edge).stream && self.graph.edge(edge).from == producer;
            if self.input_edge(reader, input).is_some_and(reads) {
                self.tell_stream(reader, input, |told, stream| told.on_stream_error(stream, &StreamDropped));
            }
        }
    }
}

impl<V: Value> Shared<V> {
    /// Tells that a body goes on, or pauses. Nothing may be borrowed.
    pub(crate) fn tell_polled(&self, id: NodeId, at: Moment) {
        self.core.borrow().tell_polled(id, at);
    }
}

impl<V: Value> Activity<V> {
    /// Tells that the body goes on, or pauses.
    #[cold]
    pub(super) fn tell_polled(&self, at: Moment) {
        if let Some(shared) = self.shared.upgrade() {
            shared.tell_polled(self.evaluation.node, at);
        }
    }
}

impl<V: Value> Reading<V> {
    /// Tells of a chunk that was read; `None`: of the end.
    #[cold]
    pub(super) fn tell_read(&self, chunk: Option<&V>) {
        let Some(shared) = self.activity.shared.upgrade() else { return };
        let reader = self.activity.evaluation.node;
        shared.core.borrow().tell_stream(reader, self.input, |told, stream| match chunk {
            Some(chunk) => told.on_stream_next(stream, chunk),
            None => told.on_stream_end(stream),
        });
    }

    /// Tells that the reader waits for a chunk.
    #[cold]
    pub(super) fn tell_stalled(&self) {
        let Some(shared) = self.activity.shared.upgrade() else { return };
        let reader = self.activity.evaluation.node;
        shared.core.borrow().tell_node(reader, |told, node| told.on_node_stalled(node, self.input));
    }
}

impl<V: Value> Emission<V> {
    /// Tells that the producer waits for its readers.
    #[cold]
    pub(super) fn tell_held(&self, at: Moment) {
        let Some(shared) = self.shared.upgrade() else { return };
        let node = self.evaluation.node;
        shared.core.borrow().tell_node(node, |told, node| told.on_barrier_node_write(node, 1, at));
    }

    /// Tells that the producer makes the next chunk.
    #[cold]
    pub(super) fn tell_goes_on(&self) {
        let Some(shared) = self.shared.upgrade() else { return };
        let (node, run) = (self.evaluation.node, self.stream.run);
        shared.core.borrow().tell_node(node, |told, node| told.node_lifecycle(node, run, 1, Moment::Begin));
    }
}
