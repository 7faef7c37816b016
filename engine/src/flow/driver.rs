//! The driver: the one task that makes the calls of a flow's run.
//!
//! Each time it is polled it makes the calls that are ready, at most a fixed number, and ends when the flow is quiet:
//! nothing is ready, and every evaluation under way is parked (see `stream/pull.rs`).

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::activity::{Activity, Body};
use super::busy::Busy;
use super::graph::EvaluationId;
use super::node::{Call, Evaluation, Final, NodeError, NodePanic};
use super::start::Start;
use super::value::Value;
use super::{Core, Shared};
use crate::event_loop::{Place, note, panic_message};
use crate::instrument::Moment;

/// Calls made and bodies polled before timers, sockets and other tasks are looked at again.
const STEPS_A_POLL: usize = 128;

/// The future that makes the calls.
pub(crate) struct Driver<'a, V: Value>(pub(crate) &'a Rc<Shared<V>>);

impl<V: Value> Future for Driver<'_, V> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let shared = self.0;
        let _driving = shared.busy.drive(cx.waker());
        let mut call = Call::empty();
        let mut ended: Option<Ended<V>> = None;
        let mut rounds = Rounds::default();
        for _ in 0..STEPS_A_POLL {
            let step = shared.with(|core| {
                if ended.is_some() {
                    core.finish_ended(&mut ended);
                }
                if core.is_over() {
                    return Step::End;
                }
                if core.winds_down() || rounds.next_is_body(core.ready.len(), &shared.busy) {
                    return Step::GoOn;
                }
                match core.next_start(shared, &mut call) {
                    Some(start) => Step::Begin(start),
                    None if core.is_over() => Step::End, // one that could not begin has failed
                    None => Step::GoOn,
                }
            });
            match step {
                Step::End => return Poll::Ready(()),
                Step::Begin(start) => {
                    let Start { evaluation, told, .. } = start;
                    ended =
                        evaluate(shared, start, &mut call).map(|result| Ended { evaluation, told, result });
                    call.clear();
                }
                Step::GoOn => match shared.busy.next() {
                    Some(activity) => activity.go_on(shared),
                    None if shared.busy.is_idle() => return Poll::Ready(()),
                    None => {
                        note(&"the nodes of its flow");
                        return Poll::Pending;
                    }
                },
            }
        }
        shared.with(|core| core.finish_ended(&mut ended));
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// An evaluation that has ended, and how.
struct Ended<V: Value> {
    evaluation: EvaluationId,
    /// Whether it was told that the body began.
    told: bool,
    result: Result<Final<V>, NodeError>,
}

impl<V: Value> Core<V> {
    fn finish_ended(&mut self, ended: &mut Option<Ended<V>>) {
        let Some(Ended { evaluation, told, result }) = ended.take() else { return };
        if told {
            self.tell_polled(evaluation.node, Moment::End);
        }
        self.finish(evaluation, result);
    }
}

/// Whose turn it is: first all calls that were ready when the round began, then all bodies that were in line. So neither
/// waits for the other for long, and the readers of a datum begin before much more is made, as in Flowno.
#[derive(Default)]
struct Rounds {
    calls: usize,
    bodies: usize,
}

impl Rounds {
    fn next_is_body<V: Value>(&mut self, ready: usize, busy: &Busy<V>) -> bool {
        self.calls = self.calls.min(ready);
        if self.calls == 0 {
            let waiting = busy.waiting();
            self.bodies = self.bodies.min(waiting);
            if self.bodies > 0 {
                self.bodies -= 1;
                return true;
            }
            *self = Self { calls: ready, bodies: waiting };
        }
        let is_call = self.calls > 0;
        let left = if is_call { &mut self.calls } else { &mut self.bodies };
        *left = left.saturating_sub(1);
        !is_call
    }
}

/// What the driver does next.
enum Step<V: Value> {
    /// The run is over.
    End,
    /// Make a call.
    Begin(Start<V>),
    /// Poll an evaluation that can go on; if there is none, see whether the flow is quiet.
    GoOn,
}

/// Makes one call; gives its end if it has ended at once. Nothing is borrowed while the body runs.
fn evaluate<V: Value>(
    shared: &Rc<Shared<V>>,
    start: Start<V>,
    call: &mut Call<V>,
) -> Option<Result<Final<V>, NodeError>> {
    let Start { evaluation, body, told } = start;
    let result = match catch_unwind(AssertUnwindSafe(|| body.call(call))) {
        Ok(Evaluation::Ready(result)) => Some(result),
        Ok(Evaluation::Pending(future)) => launch(shared, evaluation, future),
        Err(payload) => Some(Err(panicked(&*payload))),
    };
    if told && result.is_none() {
        shared.tell_polled(evaluation.node, Moment::End);
    }
    result
}

/// Polls a body that is a future, and makes a task of it if it waits.
fn launch<V: Value>(
    shared: &Rc<Shared<V>>,
    evaluation: EvaluationId,
    mut body: Body<V>,
) -> Option<Result<Final<V>, NodeError>> {
    let activity = {
        let core = shared.core.borrow();
        if !core.graph.is_under_way(evaluation) {
            return None; // the body has changed its own node when it was called
        }
        core.graph.node(evaluation.node).activity.clone()
    };
    let (polled, place) = match &activity {
        Some(activity) => (activity.begin(&mut body), None),
        None => {
            let place = Place::new();
            (place.poll(|cx| poll_body(&mut body, cx)), Some(place))
        }
    };
    if let Poll::Ready(result) = polled {
        return Some(result);
    }
    let dropped = shared.with(|core| {
        if !core.graph.is_under_way(evaluation) {
            return Some(body);
        }
        let busy = core.busy.clone();
        let slot = core.graph.node_mut(evaluation.node);
        let activity = slot
            .activity
            .get_or_insert_with(|| Activity::new(Rc::downgrade(shared), &busy, evaluation, false));
        if let Some(place) = place {
            activity.take_place(place);
        }
        activity.wait(slot.name.clone(), body);
        None
    });
    drop(dropped); // with nothing borrowed
    None
}

/// Polls a body; a panic is its error.
pub(crate) fn poll_body<V>(body: &mut Body<V>, cx: &mut Context<'_>) -> Poll<Result<Final<V>, NodeError>> {
    catch_unwind(AssertUnwindSafe(|| body.as_mut().poll(cx)))
        .unwrap_or_else(|payload| Poll::Ready(Err(panicked(&*payload))))
}

fn panicked(payload: &(dyn Any + Send)) -> NodeError {
    Rc::new(NodePanic(panic_message(payload)))
}

impl<V: Value> Shared<V> {
    /// Whether evaluations stand still; this one then goes on in the next run.
    pub(crate) fn pauses(&self, evaluation: EvaluationId) -> bool {
        if self.busy.runs.get() {
            return false;
        }
        let core = self.core.borrow();
        let is_under_way = core.graph.is_under_way(evaluation);
        let activity = is_under_way.then(|| core.graph.node(evaluation.node).activity.clone()).flatten();
        drop(core);
        if let Some(activity) = activity {
            activity.line_up();
        }
        true
    }
}
