//! Starting a node: is it ready, and with what arguments.
//!
//! A node may begin call `k` when it is demanded, no call of it is under way, every input has the generation that
//! the call reads, and no reader is more than one call behind (back-pressure: a producer runs at most one
//! generation ahead, so two generations of data are all that is ever kept). A node that is not ready notes the first
//! thing that it lacks and is tried again when just that comes; so a call costs the edges of its node, however the
//! data arrive.

use std::rc::{Rc, Weak};

use smallvec::SmallVec;

use super::graph::{Edge, EdgeId, EvaluationId, NodeId, Source, Watch};
use super::node::{Arg, Call, NoValue, Node, NodeError, Outputs};
use super::stream::{Activity, Emitter, StreamReader, StreamRun};
use super::value::Value;
use super::{Core, Shared};

/// A call that is to be made, with nothing borrowed.
pub(crate) struct Start<V: Value> {
    pub(crate) evaluation: EvaluationId,
    pub(crate) body: Rc<dyn Node<V>>,
    pub(crate) call: Call<V>,
}

impl<V: Value> Core<V> {
    /// The next call to make; `None` when nothing that is ready is left.
    pub(crate) fn next_start(&mut self, shared: &Weak<Shared<V>>) -> Option<Start<V>> {
        while let Some(id) = self.ready.pop_front() {
            self.graph.node_mut(id).queued = false;
            if !self.is_ready(id) {
                continue;
            }
            match self.begin(id, shared) {
                Ok(start) => return Some(start),
                Err(error) => {
                    self.graph.node_mut(id).started += 1;
                    self.fail(id, error);
                }
            }
        }
        None
    }

    /// Whether there is a node to be tried.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Whether the node's next call may begin; if not, notes what it lacks.
    fn is_ready(&mut self, id: NodeId) -> bool {
        let slot = self.graph.node(id);
        if slot.is_running()
            || slot.blocked.is_some()
            || slot.failure.is_some()
            || slot.flow_run != self.run.as_ref().map_or(0, |run| run.number)
            || slot.started >= slot.target
        {
            return false;
        }
        let lacking = self.first_lacking(id);
        self.graph.node_mut(id).watch = lacking;
        lacking.is_none()
    }

    fn first_lacking(&self, id: NodeId) -> Option<Watch> {
        let slot = self.graph.node(id);
        let call = slot.started;
        let (data, room) = match slot.watch {
            None => (0, 0),
            Some(Watch::Data(index)) => (index, 0),
            Some(Watch::Room(index)) => (slot.inputs.len(), index),
        };
        let no_data = (data..slot.inputs.len()).find(|index| {
            self.input_edge(id, *index).is_some_and(|edge| !self.has_data(self.graph.edge(edge), call))
        });
        if let Some(index) = no_data {
            return Some(Watch::Data(index));
        }
        (room..slot.readers.len())
            .find(|index| !self.has_room(self.graph.edge(slot.readers[*index]), call))
            .map(Watch::Room)
    }

    /// Whether what call `call` of the edge's reader takes is there.
    fn has_data(&self, edge: &Edge, call: u64) -> bool {
        let Ok(needed) = u64::try_from(call as i64 - edge.lag()) else { return true };
        let producer = self.graph.node(edge.from);
        producer.done > needed
            || edge.stream && producer.stream_of(needed).is_some_and(|stream| stream.is_readable())
    }

    /// Whether the edge's reader has taken enough for the producer to begin call `call`.
    fn has_room(&self, edge: &Edge, call: u64) -> bool {
        let reader = self.graph.node(edge.to);
        let idle = reader.blocked.is_some()
            || reader.failure.is_some()
            || reader.flow_run != self.run.as_ref().map_or(0, |run| run.number)
            || reader.started >= reader.target;
        idle || reader.started as i64 >= call as i64 + edge.base
    }

    pub(crate) fn input_edge(&self, id: NodeId, index: usize) -> Option<EdgeId> {
        match self.graph.node(id).inputs[index].source {
            Source::Edge(edge) => Some(edge),
            _ => None,
        }
    }

    fn begin(&mut self, id: NodeId, shared: &Weak<Shared<V>>) -> Result<Start<V>, NodeError> {
        let streaming = self.graph.node(id).streaming;
        let reads = self.graph.input_edges(id).any(|edge| self.graph.edge(edge).stream);
        let activity = (streaming || reads).then(|| Activity::new(&self.busy));
        let (args, defaulted) = match self.arguments(id, activity.as_ref()) {
            Ok(arguments) => arguments,
            Err(error) => {
                activity.iter().for_each(|activity| activity.end());
                return Err(error);
            }
        };
        let drain_shown = self.run.as_ref().is_some_and(|run| run.drain_shown);
        let slot = self.graph.node_mut(id);
        let run = slot.started;
        slot.started += 1;
        self.evaluations += 1;
        slot.evaluation = self.evaluations;
        let evaluation = EvaluationId { node: id, number: slot.evaluation };
        let emitter = match &activity {
            Some(activity) if streaming => {
                let stream = StreamRun::new(run, activity.clone());
                slot.previous_stream = slot.stream.replace(stream.clone());
                slot.folds.clear();
                slot.folds.resize_with(slot.body.signature().outputs.len(), Default::default);
                if slot.shown && drain_shown {
                    stream.set_drain();
                }
                slot.apply_drain();
                Some(Emitter { shared: shared.clone(), evaluation, stream })
            }
            _ => None,
        };
        slot.activity = activity;
        let (name, body) = (slot.name.clone(), slot.body.clone());
        self.queue_producers(id);
        if let Some(observer) = &self.observer {
            observer.started(id, run);
        }
        Ok(Start { evaluation, body, call: Call { name, run, args, defaulted, emitter } })
    }

    #[allow(clippy::type_complexity)] // the two lists of a call, named where they are used
    fn arguments(
        &mut self,
        id: NodeId,
        activity: Option<&Rc<Activity<V>>>,
    ) -> Result<(SmallVec<[Arg<V>; 4]>, SmallVec<[usize; 2]>), NodeError> {
        let mut args = SmallVec::new();
        let mut defaulted = SmallVec::new();
        for index in 0..self.graph.node(id).inputs.len() {
            let input = &self.graph.node(id).inputs[index];
            let arg = match &input.source {
                Source::Constant(value) => Arg::Value(value.clone()),
                Source::Edge(edge) => {
                    let edge = *edge;
                    match self.read(edge, activity)? {
                        Some(arg) => arg,
                        None => {
                            defaulted.push(index);
                            self.default_of(id, index)
                        }
                    }
                }
                Source::Default | Source::Missing(_) => self.default_of(id, index),
            };
            args.push(arg);
        }
        Ok((args, defaulted))
    }

    /// # Panics
    ///
    /// If there is no default: wiring has checked that there is one wherever it may be needed.
    fn default_of(&self, id: NodeId, index: usize) -> Arg<V> {
        Arg::Value(self.graph.node(id).inputs[index].default.clone().expect("a default, checked when wired"))
    }

    /// What the reader's next call takes from an edge; `None` for its default.
    fn read(&mut self, id: EdgeId, activity: Option<&Rc<Activity<V>>>) -> Result<Option<Arg<V>>, NodeError> {
        let edge = self.graph.edge(id).clone();
        let call = self.graph.node(edge.to).started as i64;
        let Ok(mut needed) = u64::try_from(call - edge.lag()) else { return Ok(None) };
        let producer = self.graph.node(edge.from);
        if producer.done > needed + 2 || (producer.done == needed + 2 && !producer.has_previous(needed)) {
            // The reader was left out for some generations, for it could not run: it goes on from the newest.
            needed = producer.done - 1;
            self.graph.edge_mut(id).base = call - needed as i64 - i64::from(edge.stitched);
        }
        let producer = self.graph.node(edge.from);
        if let (true, Some(activity)) = (edge.stream, activity) {
            let stream = match producer.stream_of(needed) {
                Some(stream) => stream.clone(),
                None => StreamRun::of_value(needed, producer.outputs_of(needed)?.clone(), &self.busy),
            };
            return Ok(Some(Arg::Stream(StreamReader::new(&stream, edge.port, activity))));
        }
        Ok(Some(Arg::Value(producer.outputs_of(needed)?[edge.port].clone())))
    }
}

impl<V: Value> super::graph::Slot<V> {
    fn has_previous(&self, run: u64) -> bool {
        self.previous.is_some() || self.stream_of(run).is_some()
    }

    /// The final value of a port in run `run`, if it is kept.
    pub(crate) fn output(&self, run: u64, port: usize) -> Option<V> {
        let kept = run < self.done && run + 2 >= self.done;
        if kept { self.outputs_of(run).ok()?.get(port).cloned() } else { None }
    }

    /// The final values of run `run`.
    fn outputs_of(&self, run: u64) -> Result<&Outputs<V>, NodeError> {
        let outputs = if run + 1 == self.done { &self.latest } else { &self.previous };
        outputs.as_ref().ok_or_else(|| Rc::new(NoValue { producer: self.name.clone() }) as NodeError)
    }

    /// Tells the current run's stream if it must come to its end.
    pub(crate) fn apply_drain(&self) {
        if let Some(stream) = &self.stream
            && stream.run < self.drain_to
        {
            stream.set_drain();
        }
    }
}
