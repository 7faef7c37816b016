//! Streams: one producer run, its chunks, and who reads them.
//!
//! Production is on demand (rule A12). A producer that has stored a chunk waits in [`Emitter::emit`] until
//! its stream is *pulled*: a reader has read everything and waits, or the final value is needed
//! (`drain`). Back-pressure: while a reader still has an unread chunk and is able to read it, the pull
//! waits for that reader. A reader is not able to when its own evaluation is *parked*, that is, waits for another
//! stream or for somebody to pull it in turn; waiting for such a one could deadlock, so it reads
//! later from what is kept.
//!
//! An evaluation that goes on from a chunk of its own has its stale inputs brought on by one, read or not: streams that
//! have made no more chunks than it has (rule A5). That is made good when it gives its next chunk or stops reading: by
//! then most have been asked for more.
//!
//! Parked evaluations do not count as busy: when the flow has nothing ready and nobody is busy, it is quiet,
//! and whatever is still suspended is a stream that nobody reads.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use super::activity::{Activity, Busy, Waiter};
use super::finish::{STREAM_REPLAY, STREAM_REPLAY_BYTES};
use super::graph::EvaluationId;
use super::node::{Outputs, StreamCancelled};
use super::value::Value;
use super::{Core, Shared};
use crate::event_loop::{note, yield_now};
use crate::instrument::Moment;

struct ReaderState<V: Value> {
    /// Index of the next chunk to read.
    next: u64,
    /// While it waits for a chunk.
    waiting: Option<Waiter>,
    activity: Rc<Activity<V>>,
}

impl<V: Value> ReaderState<V> {
    /// Whether it can read, and has chunks to read.
    fn lags(&self, end: u64) -> bool {
        self.next < end && !self.activity.is_parked()
    }
}

struct State<V: Value> {
    /// Index of `chunks[0]`.
    base: u64,
    chunks: VecDeque<Outputs<V>>,
    /// Of all chunks, in bytes.
    weight: usize,
    /// By reader number; `None` once dropped.
    readers: SmallVec<[Option<ReaderState<V>>; 1]>,
    /// How to wake the producer where it waits in `emit`.
    producer: Option<Waiter>,
}

/// One run of a streaming node.
pub(crate) struct StreamRun<V: Value> {
    /// The run's number.
    pub(crate) run: u64,
    state: RefCell<State<V>>,
    producer: Rc<Activity<V>>,
    /// How many readers wait for a chunk.
    waiting: Cell<usize>,
    /// Whether the producer waits to be pulled.
    held: Cell<bool>,
    ended: Cell<bool>,
    cancelled: Cell<bool>,
    /// The final value is needed, so production goes on without readers.
    drain: Cell<bool>,
}

impl<V: Value> StreamRun<V> {
    pub(crate) fn new(run: u64, producer: Rc<Activity<V>>) -> Rc<Self> {
        Rc::new(Self {
            run,
            state: RefCell::new(State {
                base: 0,
                chunks: VecDeque::new(),
                weight: 0,
                readers: SmallVec::new(),
                producer: None,
            }),
            producer,
            waiting: Cell::new(0),
            held: Cell::new(false),
            ended: Cell::new(false),
            cancelled: Cell::new(false),
            drain: Cell::new(false),
        })
    }

    /// A run that ended with one chunk: a value on a stream port.
    pub(crate) fn of_value(run: u64, outputs: Outputs<V>, busy: &Rc<Busy<V>>) -> Rc<Self> {
        let stream = Self::new(run, Activity::over(busy));
        stream.push(outputs);
        stream.ended.set(true);
        stream
    }

    /// How many chunks were stored so far.
    pub(crate) fn len(&self) -> u64 {
        self.state.borrow().len()
    }

    pub(crate) fn is_readable(&self) -> bool {
        self.is_over() || self.len() > 0
    }

    fn is_over(&self) -> bool {
        self.ended.get() || self.cancelled.get()
    }

    /// Whether a late reader would still see every chunk.
    pub(crate) fn is_whole(&self) -> bool {
        self.state.borrow().base == 0
    }

    /// Demands the final value.
    pub(crate) fn set_drain(&self) {
        if !self.drain.replace(true) {
            self.grant();
        }
    }

    /// Takes that demand back.
    pub(crate) fn unset_drain(&self) {
        self.drain.set(false);
    }

    /// Stores a chunk, and gives its position. The caller [wakes](Self::wake_readers) who waits for it.
    pub(crate) fn push(&self, chunk: Outputs<V>) -> u64 {
        let mut state = self.state.borrow_mut();
        state.weight += weight(&chunk);
        state.chunks.push_back(chunk);
        state.len() - 1
    }

    /// Whether more is kept than late readers are promised.
    pub(crate) fn is_over_replay(&self) -> bool {
        self.state.borrow().is_over_replay()
    }

    /// Forgets chunks that every reader has read, as far as late readers are not promised them.
    pub(crate) fn trim(&self) {
        self.state.borrow_mut().trim();
    }

    /// Ends the stream: readers get what is left, then the end.
    pub(crate) fn end(&self) {
        self.ended.set(true);
        self.wake_readers();
    }

    /// Ends the stream for its readers and asks the producer to stop.
    pub(crate) fn cancel(&self) {
        if self.ended.get() || self.cancelled.replace(true) {
            return;
        }
        tracing::debug!(run = self.run, "cancelled after {} chunk(s)", self.len());
        self.wake_readers();
        self.grant();
    }

    /// Whether the producer waits to be pulled.
    pub(crate) fn is_held(&self) -> bool {
        self.held.get()
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    pub(crate) fn wake_readers(&self) {
        if self.waiting.replace(0) == 0 {
            return;
        }
        // One at a time: nothing may be borrowed when a waker is called.
        for index in 0.. {
            let woken = match self.state.borrow_mut().readers.get_mut(index) {
                None => break,
                Some(None) => continue,
                Some(Some(reader)) => reader.waiting.take().map(|waiter| (waiter, reader.activity.clone())),
            };
            if let Some((waiter, activity)) = woken {
                activity.unpark();
                activity.wake(waiter);
            }
        }
    }

    /// Lets the producer go on if it waits and its stream is pulled.
    pub(super) fn grant(&self) {
        if self.held.get()
            && self.may_be_pulled()
            && self.state.try_borrow().is_ok_and(|state| self.is_pulled(&state))
        {
            self.resume();
        }
    }

    /// Lets a reader who wants a chunk poll the producer on the spot; whether it has.
    fn pull_for(&self, reader: &Activity<V>, waker: &Waker) -> bool {
        if !self.held.get()
            || self.cancelled.get()
            || self.producer.busy.holds.get()
            || !self.nobody_lags(&self.state.borrow())
        {
            return false;
        }
        self.held.set(false);
        let pulled = reader.pull(&self.producer, waker);
        if !pulled {
            self.held.set(true);
        }
        pulled
    }

    /// Lets the producer go on once if it waits, pulled or not.
    pub(crate) fn resume(&self) {
        if !self.held.replace(false) {
            return;
        }
        let waiter = self.state.borrow_mut().producer.take();
        self.producer.unpark();
        if let Some(waiter) = waiter {
            self.producer.wake(waiter);
        }
    }

    /// Has one more chunk made for an evaluation that reads it and goes on, if it has made no more of them than that.
    pub(super) fn bring_on_for(&self, evaluation: &Activity<V>) {
        let state = self.state.borrow();
        let end = state.len();
        let is_its = |reader: &&ReaderState<V>| std::ptr::eq(&*reader.activity, evaluation);
        let may = self.held.get() && !self.is_over() && !self.producer.busy.holds.get();
        let is_stale = may && end <= evaluation.times_gone_on();
        if !is_stale || !state.readers.iter().flatten().any(|reader| is_its(&reader)) {
            return;
        }
        let others_lag = state.readers.iter().flatten().filter(|reader| !is_its(reader)).any(|r| r.lags(end));
        drop(state);
        if !others_lag {
            self.resume();
            evaluation.was_tried();
        }
    }

    /// Lets the producer go on once if it waits, for there is news of a stream that it reads.
    pub(crate) fn try_producer(&self) {
        if !self.producer.takes_try() {
            self.resume();
        }
    }

    /// Whether somebody wants more of it, be it that others still lag.
    fn may_be_pulled(&self) -> bool {
        self.waiting.get() > 0 || self.drain.get() || self.cancelled.get()
    }

    fn is_pulled(&self, state: &State<V>) -> bool {
        if self.cancelled.get() {
            return true;
        }
        !self.producer.busy.holds.get() && self.may_be_pulled() && self.nobody_lags(state)
    }

    /// Whether no reader that can read has chunks to read.
    fn nobody_lags(&self, state: &State<V>) -> bool {
        let end = state.len();
        !state.readers.iter().flatten().any(|reader| reader.lags(end))
    }
}

impl<V: Value> State<V> {
    fn len(&self) -> u64 {
        self.base + self.chunks.len() as u64
    }

    fn is_over_replay(&self) -> bool {
        self.chunks.len() > STREAM_REPLAY || self.weight > STREAM_REPLAY_BYTES
    }

    fn trim(&mut self) {
        let read = self.readers.iter().flatten().map(|reader| reader.next).min().unwrap_or(u64::MAX);
        while self.base < read && self.chunks.len() > 1 && self.is_over_replay() {
            self.weight -= self.chunks.pop_front().as_ref().map_or(0, weight);
            self.base += 1;
        }
    }
}

fn weight<V: Value>(chunk: &Outputs<V>) -> usize {
    chunk.iter().map(Value::weight).sum()
}

/// A node's view of one stream input: chunks in order, from the first.
///
/// Dropping it just stops reading: the producer stays suspended (rule A16).
pub struct StreamReader<V: Value>(Box<Reading<V>>);

/// What a reader is; boxed, because it shares an enum with plain values, which are small.
pub(super) struct Reading<V: Value> {
    stream: Rc<StreamRun<V>>,
    number: usize,
    port: usize,
    /// Which input of the reader it is.
    pub(super) input: usize,
    pub(super) activity: Rc<Activity<V>>,
}

impl<V: Value> StreamReader<V> {
    pub(crate) fn new(
        stream: &Rc<StreamRun<V>>,
        port: usize,
        input: usize,
        activity: &Rc<Activity<V>>,
    ) -> Self {
        let mut state = stream.state.borrow_mut();
        let number = state.readers.len();
        let next = state.base;
        state.readers.push(Some(ReaderState { next, waiting: None, activity: activity.clone() }));
        activity.reads(stream);
        drop(state);
        Self(Box::new(Reading { stream: stream.clone(), number, port, input, activity: activity.clone() }))
    }

    /// The next chunk of the connected port; `None` at the end of the stream, and after a cancel.
    pub async fn next(&mut self) -> Option<V> {
        poll_fn(|cx| self.poll_next(cx)).await
    }

    /// [`next`](Self::next) as a poll.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        self.0.poll_next(cx)
    }

    /// Cancels the stream (Flowno's `Stream.cancel`): every reader gets the end of the stream after what is
    /// stored, and the producer gets [`StreamCancelled`] at its `yield`. Nothing happens if it has ended.
    pub fn cancel(&self) {
        self.0.stream.cancel();
    }
}

impl<V: Value> Reading<V> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        if let Some(item) = self.take() {
            return self.ready(item);
        }
        if self.stream.pull_for(&self.activity, cx.waker())
            && let Some(item) = self.take()
        {
            return self.ready(item);
        }
        let stream = &self.stream;
        if let Some(reader) = &mut stream.state.borrow_mut().readers[self.number] {
            reader.waiting = Some(self.activity.waiter(cx.waker()));
            stream.waiting.set(stream.waiting.get() + 1);
        }
        // The producer first: so somebody is busy all the while.
        stream.grant();
        self.activity.park();
        if self.activity.busy.told.get() {
            self.tell_stalled();
        }
        note(&"the next item of a stream");
        Poll::Pending
    }

    fn ready(&self, item: Option<V>) -> Poll<Option<V>> {
        if self.activity.busy.told.get() {
            self.tell_read(item.as_ref());
        }
        Poll::Ready(item)
    }

    /// The next chunk or the end, if it is there.
    fn take(&mut self) -> Option<Option<V>> {
        let stream = &self.stream;
        let mut state = stream.state.borrow_mut();
        let State { base, chunks, readers, .. } = &mut *state;
        let Some(reader) = readers[self.number].as_mut() else { return Some(None) };
        if reader.waiting.take().is_some() {
            stream.waiting.set(stream.waiting.get() - 1);
        }
        let Some(chunk) = chunks.get((reader.next - *base) as usize) else {
            return stream.is_over().then_some(None);
        };
        let chunk = chunk[self.port].clone();
        reader.next += 1;
        drop(state);
        self.activity.unpark();
        // Others may have waited for this reader to catch up.
        stream.grant();
        Some(Some(chunk))
    }
}

impl<V: Value> Drop for Reading<V> {
    fn drop(&mut self) {
        if !self.activity.is_over() {
            self.stream.bring_on_for(&self.activity);
        }
        let gone = self.stream.state.borrow_mut().readers[self.number].take();
        if gone.is_some_and(|reader| reader.waiting.is_some()) {
            self.stream.waiting.set(self.stream.waiting.get() - 1);
        }
        self.stream.grant();
    }
}

impl<V: Value> futures_core::Stream for StreamReader<V> {
    type Item = V;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<V>> {
        StreamReader::poll_next(&mut self, cx)
    }
}

/// Where a streaming body puts its chunks.
pub struct Emitter<V: Value> {
    pub(crate) shared: Weak<Shared<V>>,
    pub(crate) evaluation: EvaluationId,
    pub(crate) stream: Rc<StreamRun<V>>,
}

impl<V: Value> Emitter<V> {
    /// Stores a chunk, one value an output port, and waits until the stream is pulled.
    ///
    /// # Errors
    ///
    /// [`StreamCancelled`] when a reader has cancelled the stream. If that was before the call, the chunk is not stored:
    /// no reader could get it, and the final value does not count it.
    pub async fn emit(&self, chunk: Outputs<V>) -> Result<(), StreamCancelled> {
        if self.stream.is_cancelled() {
            return Err(StreamCancelled);
        }
        self.stream.producer.bring_on_inputs();
        self.store(chunk);
        if self.stream.drain.get() {
            // Nobody needs to pull, but who reads the first chunk shall begin before the second is made.
            yield_now().await;
        }
        let mut waited = false;
        poll_fn(|cx| self.poll_pulled(&mut waited, cx)).await
    }

    fn store(&self, chunk: Outputs<V>) {
        let Some(shared) = self.shared.upgrade() else { return };
        let ready = shared.with(|core: &mut Core<V>| {
            core.store_chunk(self.evaluation, &self.stream, chunk);
            core.has_ready()
        });
        if ready {
            shared.busy.wake_driver();
        }
    }

    /// `waited`: whether the producer has been held, and goes on once it is not any more.
    fn poll_pulled(&self, waited: &mut bool, cx: &mut Context<'_>) -> Poll<Result<(), StreamCancelled>> {
        let stream = &self.stream;
        let told = stream.producer.busy.told.get();
        let resumed = *waited && !stream.held.get();
        if !resumed && !stream.is_pulled(&stream.state.borrow()) {
            if told && !*waited {
                self.tell_held(Moment::Begin);
            }
            *waited = true;
            stream.state.borrow_mut().producer = Some(stream.producer.waiter(cx.waker()));
            stream.held.set(true);
            // A reader of this stream that waits for this evaluation may now read its own chunks, and so pull it.
            stream.producer.park();
            if stream.held.get() {
                note(&"a reader of its stream");
                return Poll::Pending;
            }
        }
        stream.held.set(false);
        stream.producer.unpark();
        if told {
            if *waited {
                self.tell_held(Moment::End);
            }
            self.tell_goes_on();
        }
        if stream.is_cancelled() {
            return Poll::Ready(Err(StreamCancelled));
        }
        stream.producer.goes_on();
        Poll::Ready(Ok(()))
    }
}
