//! Evaluations under way: who is busy, who waits for a stream, and who can go on.
//!
//! An evaluation is *parked* while it waits for a stream, or for somebody to pull its own. Parked evaluations do not
//! count as busy: when the flow has nothing ready and nobody is busy, it is quiet, and whatever is still
//! suspended is a stream that nobody reads.
//!
//! A body that waits can be polled through two doors. The event loop polls it when the waker of its task was called,
//! for whatever reason. News of a stream comes from the flow itself, mostly while the driver runs: it puts
//! the evaluation in the flow's own line, and the driver polls it next, with no waker called and no turn of the
//! loop in between. A reader that asks for a chunk may even poll the producer on the spot, a bounded number of
//! times: then the chunk is there at once.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use super::Shared;
use super::driver::poll_body;
use super::graph::EvaluationId;
use super::node::{Final, LocalFuture, NodeError};
use super::stream::StreamRun;
use super::value::Value;
use crate::event_loop::{Place, Task};
use crate::instrument::Moment;

/// How many chunks may be made on the spot in one poll of a body by the driver or the loop: others wait meanwhile.
const PULLS_A_POLL: u32 = 64;

/// How deep such polls may nest: a pipeline as long as this runs as one call.
const NESTING: u32 = 16;

/// A body that waits.
pub(crate) type Body<V> = LocalFuture<Result<Final<V>, NodeError>>;

/// How many evaluations can go on by themselves, which of them the driver is to poll, and how to call the driver.
pub(crate) struct Busy<V: Value> {
    count: Cell<usize>,
    line: RefCell<VecDeque<Rc<Activity<V>>>>,
    driver: RefCell<Option<Waker>>,
    /// Whether the driver is being polled, so that it need not be called.
    driving: Cell<bool>,
    /// How many chunks may still be made on the spot, and how deep the polls for them are nested.
    pulls: Cell<u32>,
    depth: Cell<u32>,
    /// Whether streams are held, pulled or not: the run winds down, or has.
    pub(super) holds: Cell<bool>,
    /// Whether instruments are to be told; see `told.rs`.
    pub(super) told: Cell<bool>,
}

impl<V: Value> Default for Busy<V> {
    fn default() -> Self {
        Self {
            count: Cell::new(0),
            line: RefCell::default(),
            driver: RefCell::default(),
            driving: Cell::new(false),
            pulls: Cell::new(0),
            depth: Cell::new(0),
            holds: Cell::new(false),
            told: Cell::new(false),
        }
    }
}

impl<V: Value> Busy<V> {
    pub(crate) fn is_idle(&self) -> bool {
        self.count.get() == 0
    }

    /// The driver is polled as long as the answer lives.
    pub(crate) fn drive(&self, waker: &Waker) -> Driving<'_, V> {
        self.driver.borrow_mut().get_or_insert_with(|| waker.clone()).clone_from(waker);
        self.driving.set(true);
        Driving(self)
    }

    pub(crate) fn forget_driver(&self) {
        *self.driver.borrow_mut() = None;
    }

    pub(crate) fn wake_driver(&self) {
        if self.driving.get() {
            return; // it looks again before it goes
        }
        if let Some(waker) = &*self.driver.borrow() {
            waker.wake_by_ref();
        }
    }

    /// How many are to be polled.
    pub(crate) fn waiting(&self) -> usize {
        self.line.borrow().len()
    }

    /// Who is to be polled next.
    pub(crate) fn next(&self) -> Option<Rc<Activity<V>>> {
        let next = self.line.borrow_mut().pop_front()?;
        next.lined_up.set(false);
        Some(next)
    }

    fn add(&self) {
        self.count.set(self.count.get() + 1);
    }

    fn sub(&self) {
        self.count.set(self.count.get() - 1);
        if self.count.get() == 0 {
            self.wake_driver();
        }
    }
}

/// See [`Busy::drive`].
pub(crate) struct Driving<'a, V: Value>(&'a Busy<V>);

impl<V: Value> Drop for Driving<'_, V> {
    fn drop(&mut self) {
        self.0.driving.set(false);
    }
}

/// How to wake an evaluation that waits for a stream.
pub(crate) enum Waiter {
    /// It waits itself: the driver may poll it.
    Itself,
    /// A part of it waits that has a waker of its own.
    Part(Waker),
}

/// One evaluation under way: its body while it waits, whether it is parked, and the streams that it reads.
pub(crate) struct Activity<V: Value> {
    pub(super) shared: Weak<Shared<V>>,
    pub(super) busy: Rc<Busy<V>>,
    pub(super) evaluation: EvaluationId,
    parked: Cell<bool>,
    /// The evaluation has ended or was dropped; it stays parked.
    over: Cell<bool>,
    /// Whether its body may be polled, and poll, within a poll.
    nests: bool,
    reads: RefCell<SmallVec<[Weak<StreamRun<V>>; 1]>>,
    /// How often it has gone on after a chunk of its own.
    gone_on: Cell<u64>,
    /// How many of its inputs' next chunks it went on for before they came.
    tried: Cell<u32>,
    body: RefCell<Option<Body<V>>>,
    /// The place of its task, from its first poll on.
    place: OnceCell<Place>,
    /// Whether it stands in the line of the driver.
    lined_up: Cell<bool>,
}

impl<V: Value> Activity<V> {
    /// `nests`: see [`Node::nests`](super::Node::nests).
    pub(crate) fn new(
        shared: Weak<Shared<V>>,
        busy: &Rc<Busy<V>>,
        evaluation: EvaluationId,
        nests: bool,
    ) -> Rc<Self> {
        busy.add();
        Rc::new(Self {
            shared,
            busy: busy.clone(),
            evaluation,
            parked: Cell::new(false),
            over: Cell::new(false),
            nests,
            reads: RefCell::default(),
            gone_on: Cell::new(0),
            tried: Cell::new(0),
            body: RefCell::default(),
            place: OnceCell::new(),
            lined_up: Cell::new(false),
        })
    }

    /// The activity of an evaluation that never needed one.
    pub(crate) fn over(busy: &Rc<Busy<V>>) -> Rc<Self> {
        let activity = Self::new(Weak::new(), busy, EvaluationId::NONE, false);
        activity.end();
        activity
    }

    /// The number of its task, once it has waited.
    pub(crate) fn task_number(&self) -> Option<u64> {
        self.place.get()?.task_number()
    }

    /// The evaluation is over: it is never busy again.
    pub(crate) fn end(&self) {
        self.over.set(true);
        self.park();
    }

    pub(crate) fn is_parked(&self) -> bool {
        self.parked.get()
    }

    pub(super) fn park(&self) {
        if self.parked.replace(true) {
            return;
        }
        self.busy.sub();
        // Whoever produces for this evaluation need not wait for it any more.
        self.each_input(StreamRun::grant);
    }

    /// Does something with each stream that the evaluation reads.
    fn each_input(&self, act: impl Fn(&StreamRun<V>)) {
        // One at a time: it may come back here by way of another evaluation.
        for index in 0.. {
            let Some(stream) = self.reads.borrow().get(index).map(Weak::upgrade) else { break };
            if let Some(stream) = stream {
                act(&stream);
            }
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.get()
    }

    pub(super) fn times_gone_on(&self) -> u64 {
        self.gone_on.get()
    }

    /// It goes on after a chunk of its own.
    pub(super) fn goes_on(&self) {
        self.gone_on.set(self.gone_on.get() + 1);
    }

    /// It has gone on already for a chunk that is yet to come.
    pub(super) fn was_tried(&self) {
        self.tried.set(self.tried.get() + 1);
    }

    /// Whether it has gone on already for the chunk that has come.
    pub(super) fn takes_try(&self) -> bool {
        let left = self.tried.get().checked_sub(1);
        self.tried.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Brings on the streams that were stale when it last went on, and still are.
    pub(super) fn bring_on_inputs(&self) {
        self.each_input(|stream| stream.bring_on_for(self));
    }

    pub(super) fn unpark(&self) {
        if self.parked.get() && !self.over.get() {
            self.parked.set(false);
            self.busy.add();
        }
    }

    /// Notes that the evaluation reads a stream.
    pub(super) fn reads(&self, stream: &Rc<StreamRun<V>>) {
        self.reads.borrow_mut().push(Rc::downgrade(stream));
    }

    /// The streams this evaluation reads.
    pub(crate) fn inputs(&self) -> Vec<Rc<StreamRun<V>>> {
        self.reads.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// How to wake whoever polls with this waker.
    pub(super) fn waiter(&self, waker: &Waker) -> Waiter {
        if self.is_woken_by(waker) { Waiter::Itself } else { Waiter::Part(waker.clone()) }
    }

    pub(super) fn wake(self: &Rc<Self>, waiter: Waiter) {
        match waiter {
            Waiter::Part(waker) => waker.wake(),
            Waiter::Itself => {
                if !self.lined_up.replace(true) {
                    self.busy.line.borrow_mut().push_back(self.clone());
                    self.busy.wake_driver();
                }
            }
        }
    }

    /// Polls the body for the first time, in a place for its task to be.
    pub(crate) fn begin(&self, body: &mut Body<V>) -> Poll<Result<Final<V>, NodeError>> {
        self.place.get_or_init(Place::new).poll(|cx| poll_body(body, cx))
    }

    /// Takes the place in which the body was polled for the first time.
    pub(crate) fn take_place(&self, place: Place) {
        // An activity with a place was polled in that one.
        let _ = self.place.set(place);
    }

    /// Makes a task of a body that waits.
    pub(crate) fn wait(self: &Rc<Self>, name: Rc<str>, body: Body<V>) {
        *self.body.borrow_mut() = Some(body);
        if let Some(place) = self.place.get() {
            place.fill(name, self.clone());
        }
    }

    /// The driver's door: polls the body.
    pub(crate) fn go_on(&self, shared: &Shared<V>) {
        self.busy.pulls.set(PULLS_A_POLL);
        self.poll_in_place(shared);
    }

    /// Polls a producer from within the poll of its reader, if both can bear it and others need not be let in first.
    pub(super) fn pull(&self, producer: &Self, waker: &Waker) -> bool {
        let (pulls, depth) = (self.busy.pulls.get(), self.busy.depth.get());
        if pulls == 0 || depth == NESTING || !self.nests || !producer.nests || !self.is_woken_by(waker) {
            return false;
        }
        let Some(shared) = self.shared.upgrade() else { return false };
        self.busy.pulls.set(pulls - 1);
        self.busy.depth.set(depth + 1);
        producer.unpark();
        producer.poll_in_place(&shared);
        self.busy.depth.set(depth);
        true
    }

    fn is_woken_by(&self, waker: &Waker) -> bool {
        self.place.get().is_some_and(|place| place.is_woken_by(waker))
    }

    fn poll_in_place(&self, shared: &Shared<V>) {
        let Some(place) = self.place.get() else { return };
        if let Some(result) = place.poll(|cx| self.poll(cx)) {
            shared.with(|core| core.finish(self.evaluation, result));
        }
    }

    fn poll(&self, cx: &mut Context<'_>) -> Option<Result<Final<V>, NodeError>> {
        let mut body = self.body.try_borrow_mut().ok()?;
        let told = self.busy.told.get();
        if told {
            self.tell_polled(Moment::Begin);
        }
        let polled = poll_body(body.as_mut()?, cx);
        if told {
            self.tell_polled(Moment::End);
        }
        if polled.is_ready() || self.over.get() {
            *body = None; // it has ended, or was dropped while it ran
        }
        match polled {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// Ends its task. The body has ended, or is dropped with what else may hold it.
    pub(crate) fn leave(&self) {
        if let Some(place) = self.place.get() {
            place.vacate();
        }
    }

    /// Ends its task and drops its body: nothing may be borrowed here.
    pub(crate) fn cancel(&self) {
        self.leave();
        self.drop_future();
    }
}

impl<V: Value> Task for Activity<V> {
    /// The event loop's door. The body stands still while the flow does not run.
    fn run(&self, cx: &mut Context<'_>) -> bool {
        let Some(shared) = self.shared.upgrade() else { return true };
        if shared.pauses(cx.waker()) {
            return false;
        }
        self.busy.pulls.set(PULLS_A_POLL);
        if let Some(result) = self.poll(cx) {
            shared.with(|core| core.finish(self.evaluation, result));
            shared.busy.wake_driver();
            return true;
        }
        self.over.get()
    }

    fn drop_future(&self) {
        if let Ok(mut body) = self.body.try_borrow_mut() {
            *body = None;
        }
    }

    fn cancel(&self) {
        self.drop_future();
    }
}
