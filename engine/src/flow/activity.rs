//! Evaluations under way: who waits for a stream, and who can go on.
//!
//! An evaluation is *parked* while it, or a part of it, waits for a stream, or for somebody to pull its own. Parked
//! evaluations do not count as busy (`busy.rs`).
//!
//! A body that waits can be polled through two doors. The event loop polls it when the waker of its task was called,
//! for whatever reason. News of a stream comes from the flow itself, mostly while the driver runs: it puts
//! the evaluation in the flow's own line, and the driver polls it next, with no waker called and no turn of the
//! loop in between. A reader that asks for a chunk may even poll the producer on the spot, a bounded number of
//! times: then the chunk is there at once.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use super::Shared;
use super::busy::{Busy, Pulling};
use super::driver::poll_body;
use super::graph::EvaluationId;
use super::node::{Final, LocalFuture, NodeError};
use super::stream::StreamRun;
use super::value::Value;
use crate::event_loop::{Place, Task};
use crate::instrument::Moment;

/// A body that waits.
pub(crate) type Body<V> = LocalFuture<Result<Final<V>, NodeError>>;

/// How to wake an evaluation that waits for a stream.
pub(crate) enum Waiter {
    /// It waits itself: the driver may poll it.
    Itself,
    /// A part of it waits that has a waker of its own.
    Part(Waker),
}

/// A stream that is read, and the number of the reader.
type Read<V> = (Weak<StreamRun<V>>, usize);

/// One evaluation under way: its body while it waits, whether it is parked, and the streams that it reads.
pub(crate) struct Activity<V: Value> {
    pub(super) shared: Weak<Shared<V>>,
    pub(super) busy: Rc<Busy<V>>,
    pub(super) evaluation: EvaluationId,
    /// How many parts of it wait for a stream, or for somebody to pull its own.
    waits: Cell<u32>,
    /// The evaluation has ended or was dropped; it stays parked.
    over: Cell<bool>,
    /// Whether its body may be polled, and poll, within a poll.
    nests: bool,
    /// The streams that it reads or has read, and which reader of each it is.
    reads: RefCell<SmallVec<[Read<V>; 1]>>,
    body: RefCell<Option<Body<V>>>,
    /// The place of its task, from its first poll on; another once it has moved to another loop.
    place: RefCell<Option<Place>>,
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
            waits: Cell::new(0),
            over: Cell::new(false),
            nests,
            reads: RefCell::default(),
            body: RefCell::default(),
            place: RefCell::default(),
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
        self.place.borrow().as_ref()?.task_number()
    }

    /// The evaluation is over: it is never busy again.
    pub(crate) fn end(&self) {
        let parked = self.is_parked();
        self.over.set(true);
        if !parked {
            self.stop();
        }
    }

    pub(crate) fn is_parked(&self) -> bool {
        self.waits.get() > 0 || self.over.get()
    }

    /// A part of it waits.
    pub(super) fn park(&self) {
        let parked = self.is_parked();
        self.waits.set(self.waits.get() + 1);
        if !parked {
            self.stop();
        }
    }

    /// It is not busy any more.
    fn stop(&self) {
        self.busy.sub();
        // Whoever produces for this evaluation need not wait for it any more.
        self.each_input(|stream, _| {
            stream.grant();
            true
        });
    }

    /// Does something with each stream that the evaluation reads, and its number as a reader, until told to stop;
    /// whether it was not.
    fn each_input(&self, mut act: impl FnMut(Rc<StreamRun<V>>, usize) -> bool) -> bool {
        // One at a time: it may come back here by way of another evaluation.
        for index in 0.. {
            let read = match self.reads.borrow().get(index) {
                None => break,
                Some((stream, reader)) => stream.upgrade().map(|stream| (stream, *reader)),
            };
            if let Some((stream, reader)) = read
                && !act(stream, reader)
            {
                return false;
            }
        }
        true
    }

    /// Whether it reads this stream, or has.
    pub(super) fn is_reading(&self, stream: &StreamRun<V>) -> bool {
        self.reads.borrow().iter().any(|(read, _)| std::ptr::eq(read.as_ptr(), stream))
    }

    /// Whether there is something of a stream that it reads and has not read.
    pub(super) fn has_unread_inputs(&self) -> bool {
        !self.each_input(|stream, reader| !stream.is_unread(reader))
    }

    /// Whether a stream that it reads has made no more chunks than it has itself.
    pub(super) fn has_stale_inputs(&self, made: u64) -> bool {
        !self.each_input(|stream, reader| !stream.is_stale(reader, made))
    }

    /// Does something with each of those streams.
    pub(super) fn each_stale_input(&self, made: u64, mut act: impl FnMut(Rc<StreamRun<V>>)) {
        self.each_input(|stream, reader| {
            if stream.is_stale(reader, made) {
                act(stream);
            }
            true
        });
    }

    /// Has each of those streams make a chunk on the spot; whether all have.
    pub(super) fn freshen_inputs(&self, made: u64) -> bool {
        self.each_input(|stream, reader| {
            !stream.is_stale(reader, made) || stream.make_on_the_spot() && !stream.is_stale(reader, made)
        })
    }

    pub(super) fn is_over(&self) -> bool {
        self.over.get()
    }

    /// A part of it that waited does not any more.
    pub(super) fn unpark(&self) {
        self.waits.set(self.waits.get() - 1);
        if !self.is_parked() {
            self.busy.add();
        }
    }

    /// Notes that the evaluation reads a stream, as its reader of this number.
    pub(super) fn reads(&self, stream: &Rc<StreamRun<V>>, reader: usize) {
        self.reads.borrow_mut().push((Rc::downgrade(stream), reader));
    }

    /// The streams this evaluation reads.
    pub(crate) fn inputs(&self) -> Vec<Rc<StreamRun<V>>> {
        self.reads.borrow().iter().filter_map(|(stream, _)| stream.upgrade()).collect()
    }

    /// How to wake whoever polls with this waker.
    pub(super) fn waiter(&self, waker: &Waker) -> Waiter {
        if self.is_woken_by(waker) { Waiter::Itself } else { Waiter::Part(waker.clone()) }
    }

    pub(super) fn wake(self: &Rc<Self>, waiter: Waiter) {
        match waiter {
            Waiter::Part(waker) => waker.wake(),
            Waiter::Itself => self.line_up(),
        }
    }

    /// Has the driver poll the body, in the next run if there is none.
    pub(super) fn line_up(self: &Rc<Self>) {
        if !self.lined_up.replace(true) {
            self.busy.line_up(self);
        }
    }

    /// Whether the run is over, so that the body, which is polled by this waker, goes on in the next one.
    pub(super) fn stands_still(self: &Rc<Self>, waker: &Waker) -> bool {
        let still = !self.busy.runs.get() && self.is_woken_by(waker);
        if still {
            self.line_up();
        }
        still
    }

    /// Polls the body for the first time, in a place for its task to be.
    pub(crate) fn begin(&self, body: &mut Body<V>) -> Poll<Result<Final<V>, NodeError>> {
        self.place.borrow_mut().get_or_insert_with(Place::new);
        self.poll_as_task(|cx| poll_body(body, cx)).expect("it has just got a place")
    }

    /// Whether its task belongs to another loop than the current one.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.place.borrow().as_ref().is_some_and(|place| !place.is_here())
    }

    /// Whether it waits for nothing but to be pulled, if this is how it waits there: nothing of its loop will wake it.
    pub(super) fn is_suspended(&self, waiter: Option<&Waiter>) -> bool {
        self.waits.get() == 1 && !self.over.get() && matches!(waiter, Some(Waiter::Itself))
    }

    /// Moves its task to the current loop.
    pub(crate) fn move_here(self: &Rc<Self>, name: Rc<str>) {
        let place = Place::new();
        place.fill(name, self.clone());
        let left = self.place.replace(Some(place));
        drop(left); // its loop, if it lives, lets go of this task
    }

    /// Takes the place in which the body was polled for the first time.
    pub(crate) fn take_place(&self, place: Place) {
        // An activity with a place was polled in that one.
        self.place.borrow_mut().get_or_insert(place);
    }

    /// Makes a task of a body that waits.
    pub(crate) fn wait(self: &Rc<Self>, name: Rc<str>, body: Body<V>) {
        *self.body.borrow_mut() = Some(body);
        if let Some(place) = &*self.place.borrow() {
            place.fill(name, self.clone());
        }
    }

    /// It does not stand in the line of the driver any more.
    pub(super) fn leave_line(&self) {
        self.lined_up.set(false);
    }

    /// The driver's door: polls the body.
    pub(crate) fn go_on(&self, shared: &Shared<V>) {
        self.busy.begin_poll();
        self.poll_in_place(shared);
    }

    /// Whether it may poll a producer from within its own poll, which is by this waker.
    pub(super) fn may_pull(&self, waker: &Waker) -> bool {
        self.nests && self.is_woken_by(waker)
    }

    /// Begins a poll from within that of a reader, if it can bear it and others need not be let in first: those who
    /// read a first chunk begin before the second is made, and pipelines beside each other take turns, as in Flowno.
    pub(super) fn begin_pull(&self) -> Option<(Rc<Shared<V>>, Pulling<'_, V>)> {
        if !self.nests || !self.busy.runs.get() || self.busy.waiting() > 0 {
            return None;
        }
        let shared = self.shared.upgrade()?;
        let alone = !shared.core.borrow().has_ready();
        if alone { Some((shared, self.busy.begin_pull()?)) } else { None }
    }

    /// Polls the body from within the poll of a reader.
    pub(super) fn be_pulled(&self, shared: &Shared<V>) {
        self.unpark();
        self.poll_in_place(shared);
    }

    fn is_woken_by(&self, waker: &Waker) -> bool {
        self.place.borrow().as_ref().is_some_and(|place| place.is_woken_by(waker))
    }

    fn poll_in_place(&self, shared: &Shared<V>) {
        if let Some(Some(result)) = self.poll_as_task(|cx| self.poll(cx)) {
            shared.with(|core| core.finish(self.evaluation, result));
        }
    }

    fn poll_as_task<R>(&self, poll: impl FnOnce(&mut Context<'_>) -> R) -> Option<R> {
        self.place.borrow().as_ref().map(|place| place.poll(poll))
    }

    fn poll(&self, cx: &mut Context<'_>) -> Option<Result<Final<V>, NodeError>> {
        let mut place = self.body.try_borrow_mut().ok()?;
        let body = place.as_mut()?; // none: its evaluation has ended in another way
        let told = self.busy.told.get();
        if told {
            self.tell_polled(Moment::Begin);
        }
        let polled = poll_body(body, cx);
        if told {
            self.tell_polled(Moment::End);
        }
        if polled.is_ready() || self.over.get() {
            *place = None; // it has ended, or was dropped while it ran
        }
        match polled {
            Poll::Ready(result) => Some(result),
            Poll::Pending => None,
        }
    }

    /// Ends its task. The body has ended, or is dropped with what else may hold it.
    pub(crate) fn leave(&self) {
        if let Some(place) = &*self.place.borrow() {
            place.vacate();
        }
    }

    /// Ends its task and drops its body: nothing may be borrowed here.
    pub(crate) fn cancel(&self) {
        self.leave();
        self.drop_body();
    }

    /// Drops the body, unless it is being polled just now.
    fn drop_body(&self) {
        if let Ok(mut body) = self.body.try_borrow_mut() {
            *body = None;
        }
    }
}

impl<V: Value> Task for Activity<V> {
    /// The event loop's door. The body stands still while the flow does not run.
    fn run(&self, cx: &mut Context<'_>) -> bool {
        let Some(shared) = self.shared.upgrade() else { return true };
        if shared.pauses(self.evaluation) {
            return false;
        }
        self.busy.begin_poll();
        if let Some(result) = self.poll(cx) {
            shared.with(|core| core.finish(self.evaluation, result));
            shared.busy.wake_driver();
            return true;
        }
        self.over.get()
    }

    /// The loop is dropped, or the body has ended it. A stream that only waits to be read waits on, for another loop.
    fn cancel(&self) {
        if let Some(shared) = self.shared.upgrade() {
            if shared.core.borrow().is_suspended(self.evaluation) {
                return;
            }
            shared.with(|core| core.lose(self.evaluation));
            shared.busy.wake_driver();
        }
        self.drop_body();
    }
}
