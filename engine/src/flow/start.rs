//! Starting a node: is it ready, and with what arguments.
//!
//! A node may begin call `k` when it is demanded, no call of it is under way, every input has the generation that
//! the call reads, and no reader is more than one call behind (back-pressure: a producer runs at most one
//! generation ahead, so two generations of data are all that is ever kept). A node that is not ready notes the first
//! thing that it lacks and is tried again when just that comes; so a call costs the edges of its node, however the
//! data arrive.

use std::rc::Rc;

use smallvec::SmallVec;

use super::activity::Activity;
use super::graph::{Edge, EdgeId, EvaluationId, NodeId};
use super::node::{Arg, Call, NoValue, Node, NodeError, Outputs};
use super::slot::{Input, Slot, Source, Watch};
use super::stream::{Emission, Emitter, StreamReader, StreamRun};
use super::value::Value;
use super::{Core, Shared};
use crate::instrument::Moment;

/// A call that is to be made, with nothing borrowed.
pub(crate) struct Start<V: Value> {
    pub(crate) evaluation: EvaluationId,
    pub(crate) body: Rc<dyn Node<V>>,
    /// Whether it was told that the body begins.
    pub(crate) told: bool,
}

impl<V: Value> Core<V> {
    /// The next call to make, with its arguments in `call`; `None` when nothing that is ready is left, or one that
    /// could not begin has ended the run.
    pub(crate) fn next_start(&mut self, shared: &Rc<Shared<V>>, call: &mut Call<V>) -> Option<Start<V>> {
        while let Some(id) = self.ready.pop_front() {
            if !self.is_ready(id) {
                continue;
            }
            match self.begin(id, shared, call) {
                Ok(start) => return Some(start),
                Err(error) => {
                    self.graph.node_mut(id).started += 1;
                    self.fail(id, error);
                    if self.is_over() {
                        return None;
                    }
                }
            }
        }
        None
    }

    /// Whether there is a node to be tried.
    pub(crate) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Whether the next call of a node that left the line may begin; if not, notes what it lacks.
    fn is_ready(&mut self, id: NodeId) -> bool {
        let slot = self.graph.node(id);
        let may = !slot.is_running() && slot.halt.is_none() && self.wants(slot);
        let lacking = if may { self.lacking(slot) } else { slot.watch };
        if let (true, Some(Watch::Room(position))) = (may, lacking) {
            let reader = self.graph.edge(slot.readers[position as usize]).to;
            self.graph.node_mut(reader).awaited = true;
        }
        if self.told_all {
            self.tell_tried(id, self.graph.node(id).watch, lacking);
        }
        let slot = self.graph.node_mut(id);
        slot.queued = false;
        slot.watch = lacking;
        may && lacking.is_none()
    }

    /// Whether this run demands a call that has not begun.
    fn wants(&self, slot: &Slot<V>) -> bool {
        slot.started < slot.target && slot.flow_run == self.run_number
    }

    /// The first thing that the next call lacks, from the last input and the last reader on: nodes run in the order
    /// of definition as a rule, so the last is likely to come when all others have.
    fn lacking(&self, slot: &Slot<V>) -> Option<Watch> {
        let call = slot.started;
        let (inputs, readers) = match slot.watch {
            None => (slot.inputs.len(), slot.readers.len()),
            Some(Watch::Data(index)) => (index as usize + 1, slot.readers.len()),
            Some(Watch::Room(index)) => (0, index as usize + 1),
        };
        for (index, input) in slot.inputs[..inputs].iter().enumerate().rev() {
            if let Source::Edge(edge) = input.source
                && !self.has_data(self.graph.edge(edge), call)
            {
                return Some(Watch::Data(index as u32));
            }
        }
        for (index, edge) in slot.readers[..readers].iter().enumerate().rev() {
            if !self.has_room(self.graph.edge(*edge), call) {
                return Some(Watch::Room(index as u32));
            }
        }
        None
    }

    /// Whether what call `call` of the edge's reader takes is there.
    fn has_data(&self, edge: &Edge, call: u64) -> bool {
        let needed = call as i64 - edge.lag();
        let producer = self.graph.node(edge.from);
        if (producer.done as i64) > needed || needed < 0 {
            return true;
        }
        edge.stream && producer.stream_of(needed as u64).is_some_and(|stream| stream.is_readable())
    }

    /// Whether the edge's reader has taken enough for the producer to begin call `call`.
    fn has_room(&self, edge: &Edge, call: u64) -> bool {
        let reader = self.graph.node(edge.to);
        reader.started as i64 >= call as i64 + edge.base || reader.halt.is_some() || !self.wants(reader)
    }

    pub(crate) fn input_edge(&self, id: NodeId, index: usize) -> Option<EdgeId> {
        match self.graph.node(id).inputs[index].source {
            Source::Edge(edge) => Some(edge),
            _ => None,
        }
    }

    fn begin(
        &mut self,
        id: NodeId,
        shared: &Rc<Shared<V>>,
        call: &mut Call<V>,
    ) -> Result<Start<V>, NodeError> {
        let slot = self.graph.node(id);
        let streams = slot.streaming || slot.reads_streams;
        call.name.clone_from(&slot.name);
        call.run = slot.started;
        let evaluation = EvaluationId { node: id, number: self.evaluations + 1 };
        let activity = if streams { self.new_activity(evaluation, shared) } else { None };
        if self.told_all {
            self.tell_beginning(id);
        }
        let mut behind = SmallVec::new();
        let filled = self.read_inputs(slot, call, activity.as_ref(), &mut behind);
        if !behind.is_empty() {
            self.go_on_from_newest(call.run, &behind);
        }
        if self.told_all {
            self.tell_filled(id, call);
        }
        if let Err(error) = filled {
            activity.iter().for_each(|activity| activity.end());
            call.clear();
            return Err(error);
        }
        self.evaluations = evaluation.number;
        let slot = self.graph.node_mut(id);
        slot.started += 1;
        slot.evaluation = evaluation.number;
        let body = slot.body.clone();
        let awaited = slot.awaited;
        if let Some(activity) = activity {
            if slot.streaming {
                call.emitter = Some(self.open_stream(evaluation, &activity, shared));
            }
            self.graph.node_mut(id).activity = Some(activity);
        }
        if awaited {
            self.queue_producers(id);
        }
        if self.told {
            self.tell_polled(id, Moment::Begin);
        }
        Ok(Start { evaluation, body, told: self.told })
    }

    /// What a call that makes or reads a stream needs from its beginning.
    fn new_activity(&self, evaluation: EvaluationId, shared: &Rc<Shared<V>>) -> Option<Rc<Activity<V>>> {
        let reads = || self.graph.input_edges(evaluation.node).any(|edge| self.graph.edge(edge).stream);
        (self.graph.node(evaluation.node).streaming || reads()).then(|| {
            let nests = self.graph.node(evaluation.node).body.nests();
            Activity::new(Rc::downgrade(shared), &self.busy, evaluation, nests)
        })
    }

    /// Begins the stream of an evaluation.
    fn open_stream(
        &mut self,
        evaluation: EvaluationId,
        activity: &Rc<Activity<V>>,
        shared: &Rc<Shared<V>>,
    ) -> Emitter<V> {
        let drain_shown = self.run.as_ref().is_some_and(|run| run.drain_shown);
        let slot = self.graph.node_mut(evaluation.node);
        let stream = StreamRun::new(slot.started - 1, activity.clone());
        slot.previous_stream = slot.stream.replace(stream.clone());
        slot.folds.clear();
        slot.folds.resize_with(slot.ports as usize, Default::default);
        if slot.shown && drain_shown {
            stream.set_drain();
        }
        slot.apply_drain();
        Emitter::new(Emission { shared: Rc::downgrade(shared), evaluation, stream })
    }

    fn read_inputs(
        &self,
        slot: &Slot<V>,
        call: &mut Call<V>,
        activity: Option<&Rc<Activity<V>>>,
        behind: &mut SmallVec<[Behind; 2]>,
    ) -> Result<(), NodeError> {
        for (index, input) in slot.inputs.iter().enumerate() {
            let arg = match &input.source {
                Source::Constant(value) => Some(Arg::Value(value.clone())),
                Source::Edge(edge) => {
                    let id = *edge;
                    let edge = self.graph.edge(id);
                    let producer = self.graph.node(edge.from);
                    let mut needed = call.run as i64 - edge.lag();
                    if let Some(newest) = producer.leaves_behind(needed) {
                        behind.push(Behind { edge: id, newest });
                        needed = newest;
                    }
                    self.read(edge, producer, needed, activity)?
                }
                Source::Default | Source::Missing(_) => Some(default_of(input)),
            };
            let arg = arg.unwrap_or_else(|| {
                call.defaulted.push(index);
                default_of(input)
            });
            call.args.push(arg);
        }
        Ok(())
    }

    #[cold]
    fn go_on_from_newest(&mut self, run: u64, behind: &[Behind]) {
        for Behind { edge, newest } in behind {
            let edge = self.graph.edge_mut(*edge);
            edge.base = run as i64 - newest - i64::from(edge.stitched);
        }
    }

    /// Run `needed` of an edge's producer; `None` for the default of the input.
    #[inline]
    fn read(
        &self,
        edge: &Edge,
        producer: &Slot<V>,
        needed: i64,
        activity: Option<&Rc<Activity<V>>>,
    ) -> Result<Option<Arg<V>>, NodeError> {
        let Ok(needed) = u64::try_from(needed) else { return Ok(None) };
        if let (true, Some(activity)) = (edge.stream, activity) {
            let stream = match producer.stream_of(needed) {
                Some(stream) => stream.clone(),
                None => StreamRun::of_value(needed, producer.outputs_of(needed)?.clone(), &self.busy),
            };
            return Ok(Some(Arg::Stream(StreamReader::new(&stream, edge.port, edge.input, activity))));
        }
        Ok(Some(Arg::Value(producer.outputs_of(needed)?[edge.port].clone())))
    }
}

/// An edge whose reader was left out for some generations, for it could not run: it goes on from the newest.
struct Behind {
    edge: EdgeId,
    newest: i64,
}

/// # Panics
///
/// If there is no default: wiring has checked that there is one wherever it may be needed.
fn default_of<V: Value>(input: &Input<V>) -> Arg<V> {
    Arg::Value(input.default.clone().expect("a default, checked when wired"))
}

impl<V: Value> Slot<V> {
    /// The newest run, if one that a reader needs is not kept any more.
    fn leaves_behind(&self, needed: i64) -> Option<i64> {
        let newest = self.done as i64 - 1;
        if newest <= needed || needed < 0 {
            return None;
        }
        let kept =
            newest == needed + 1 && (self.previous.is_some() || self.stream_of(needed as u64).is_some());
        (!kept).then_some(newest)
    }

    /// The final value of a port in run `run`, if it is kept.
    pub(crate) fn output(&self, run: u64, port: usize) -> Option<V> {
        let kept = run < self.done && run + 2 >= self.done;
        if kept { self.outputs_of(run).ok()?.get(port).cloned() } else { None }
    }

    /// The final values of run `run`.
    #[inline]
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
