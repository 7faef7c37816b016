//! What a node gave: chunks, final values, errors.

use std::rc::Rc;

use smallvec::SmallVec;

use super::graph::{EvaluationId, NodeId};
use super::node::{Final, NodeError, NodeFailure, Outputs, StreamCancelled, WrongOutputs};
use super::run::End;
use super::slot::{Halt, Slot, Watch};
use super::status::NodeStatus;
use super::stream::StreamRun;
use super::value::{Accumulator, Value};
use super::{Core, Generation};

/// What readers are fed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Datum {
    Chunk,
    Final,
}

impl<V: Value> Core<V> {
    /// An evaluation has ended. It counts for nothing if it was dropped meanwhile.
    pub(crate) fn finish(&mut self, evaluation: EvaluationId, result: Result<Final<V>, NodeError>) {
        if !self.graph.is_under_way(evaluation) {
            return;
        }
        let id = evaluation.node;
        match result {
            Ok(Final::Values(outputs)) => self.store_final(id, Some(outputs)),
            Ok(Final::Fold) => self.store_fold(id),
            Err(error) if self.graph.node(id).streaming && error.is::<StreamCancelled>() => {
                if let Some(activity) = self.graph.node(id).activity.clone() {
                    activity.inputs().iter().for_each(|stream| stream.cancel());
                }
                self.store_fold(id);
            }
            Err(error) => self.fail(id, error),
        }
    }

    fn store_fold(&mut self, id: NodeId) {
        let slot = self.graph.node_mut(id);
        if !slot.streaming {
            let expected = slot.ports as usize;
            return self.fail(id, Rc::new(WrongOutputs { expected, got: 0 }));
        }
        let outputs = slot.folds.iter().map(Accumulator::value).collect::<Option<SmallVec<_>>>();
        slot.folds.clear();
        self.store_final(id, outputs);
    }

    #[inline]
    fn store_final(&mut self, id: NodeId, outputs: Option<Outputs<V>>) {
        if self.told {
            self.tell_final(id, outputs.as_ref());
        }
        let slot = self.graph.node_mut(id);
        let expected = slot.ports as usize;
        if let Some(got) = outputs.as_ref().map(|outputs| outputs.len())
            && got != expected
        {
            return self.fail(id, Rc::new(WrongOutputs { expected, got }));
        }
        slot.previous = std::mem::replace(&mut slot.latest, outputs);
        slot.done += 1;
        let runs = slot.done;
        slot.end_evaluation();
        self.dirty.remove(slot);
        if let Some(stream) = slot.stream.as_ref().filter(|stream| stream.run + 1 == runs) {
            stream.end();
        }
        if self.goes_on(id, Generation::run(runs - 1)) {
            self.feed_readers(id, runs, Datum::Final);
            let slot = self.graph.node(id);
            let (streaming, more) = (slot.streaming, slot.target > slot.started);
            if streaming {
                self.resume_readers(id);
            }
            if more {
                self.queue(id);
            }
        }
    }

    /// A streaming body has yielded.
    ///
    /// # Panics
    ///
    /// If the chunk has another number of values than the node has output ports.
    pub(crate) fn store_chunk(&mut self, evaluation: EvaluationId, stream: &StreamRun<V>, chunk: Outputs<V>) {
        if !self.graph.is_under_way(evaluation) {
            return;
        }
        let id = evaluation.node;
        let slot = self.graph.node_mut(id);
        assert_eq!(chunk.len(), slot.ports as usize, "one value an output port");
        for (fold, value) in slot.folds.iter_mut().zip(&chunk) {
            fold.push(value);
        }
        self.dirty.remove(slot);
        let runs = slot.done + 1;
        if self.told {
            self.tell_emitted(id, Some(&chunk), Generation::chunk(stream.run, stream.len()));
        }
        let position = stream.push(chunk);
        if stream.is_over_replay() && !self.awaits_reader(id, stream.run) {
            stream.trim();
        }
        stream.wake_readers();
        if self.goes_on(id, Generation::chunk(stream.run, position)) {
            if position == 0 {
                self.feed_readers(id, runs, Datum::Chunk);
            }
            self.resume_readers(id);
        }
    }

    /// Whether a reader that is demanded has yet to open the stream of this run.
    fn awaits_reader(&self, id: NodeId, run: u64) -> bool {
        self.graph.node(id).readers.iter().map(|edge| self.graph.edge(*edge)).any(|edge| {
            let reader = self.graph.node(edge.to);
            edge.stream
                && reader.halt.is_none()
                && reader.started < reader.target
                && reader.started as i64 <= run as i64 + edge.lag()
        })
    }

    /// Whether the run goes on after a new datum; if it ends with it, readers do not get it before the next one.
    #[inline]
    fn goes_on(&mut self, id: NodeId, generation: Generation) -> bool {
        match &self.run {
            Some(run) if run.stop.is_reached(id, generation) => {
                self.end_at_limit(id, generation);
                false
            }
            _ => true,
        }
    }

    #[cold]
    fn end_at_limit(&mut self, id: NodeId, generation: Generation) {
        let limit = self.run.as_ref().and_then(|run| run.stop.limit(id));
        if let (true, Some(limit)) = (self.told, limit) {
            self.tell_node(id, |told, node| told.on_node_generation_limit(node, limit));
        }
        let name = self.graph.node(id).name.clone();
        self.end_run(End::Limit { name, generation });
        self.limited.push(id);
    }

    /// Demands the calls that read a new datum of run `runs`, counted from 1, and tries those that waited for it: for a
    /// chunk, those that take the stream.
    fn feed_readers(&mut self, id: NodeId, runs: u64, datum: Datum) {
        let follow = self.run.as_ref().is_some_and(|run| run.follow);
        let mut position = 0;
        while let Some(edge) = self.graph.node(id).readers.get(position) {
            let edge = self.graph.edge(*edge);
            let (to, input) = (edge.to, edge.input as u32);
            let is_fed = edge.stream || datum == Datum::Final;
            let calls = runs as i64 + edge.lag();
            let reader = self.graph.node(to);
            let waits = is_fed && reader.watch == Some(Watch::Data(input));
            if follow && calls > reader.done as i64 {
                match datum {
                    Datum::Chunk => self.demand(to, calls as u64),
                    Datum::Final => self.demand_fed(to, calls as u64),
                }
            }
            position += 1;
            if waits {
                self.queue(to);
            }
        }
        if !self.unbreakable.is_empty() {
            self.unbreakable_fed(id);
        }
    }

    /// Lets the streams that are made from this one, and are suspended, go on by one chunk each: after a node
    /// has produced data its consumers are tried, and a suspended generator then goes on, pulled or not.
    pub(crate) fn resume_readers(&self, id: NodeId) {
        let follow = self.run.as_ref().is_some_and(|run| run.follow);
        let slot = self.graph.node(id);
        let news = slot.stream.as_ref().filter(|_| follow);
        for edge in &slot.readers {
            let edge = self.graph.edge(*edge);
            if !edge.stream {
                continue;
            }
            let reader = self.graph.node(edge.to);
            if reader.streaming
                && reader.is_running()
                && let Some(stream) = &reader.stream
            {
                match news {
                    Some(news) => stream.tell_news(news),
                    None => stream.grant(),
                }
            }
        }
    }

    /// A node failed: its generation does not count, and what depends on it waits.
    pub(crate) fn fail(&mut self, id: NodeId, error: NodeError) {
        let slot = self.graph.node_mut(id);
        let failure = NodeFailure { name: slot.name.clone(), generation: Generation::run(slot.done), error };
        tracing::warn!("{failure}");
        self.drop_evaluation(id);
        let before = self.status_to_tell(id);
        let slot = self.graph.node_mut(id);
        self.dirty.remove(slot);
        slot.halt = Some(Box::new(Halt::Failed(failure.clone())));
        let order = slot.order;
        if self.told {
            self.tell_node(id, |told, node| told.on_node_error(node, &failure));
            self.tell_status(id, before, NodeStatus::Error);
        }
        self.block_readers(id);
        self.queue_producers(id);
        if let Some(run) = &mut self.run {
            run.failures.push((order, failure.clone()));
            if run.terminate_on_node_error {
                self.end_run(End::Failed(failure));
            }
        }
    }
}

impl<V: Value> Slot<V> {
    fn end_evaluation(&mut self) {
        self.evaluation = 0;
        if let Some(activity) = self.activity.take() {
            activity.end();
            activity.leave();
        }
    }
}
