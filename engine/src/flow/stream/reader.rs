//! A node's view of a stream that it reads.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::mapped::{Chunks, MapWhile};
use super::{ReaderState, State, StreamRun};
use crate::event_loop::note;
use crate::flow::activity::Activity;
use crate::flow::value::Value;

/// What a reader waits for, as errors say it.
const NEXT_ITEM: &str = "the next item of a stream";

/// A node's view of one stream input: chunks in order, from the first.
///
/// Dropping it just stops reading: the producer stays suspended (rule A16).
pub struct StreamReader<V: Value>(Box<Source<V>>);

/// What a reader reads; boxed, because it shares an enum with plain values, which are small.
enum Source<V: Value> {
    Edge(Reading<V>),
    Other(Box<dyn Chunks<V>>),
}

/// A reader of a producer's run.
pub(in crate::flow) struct Reading<V: Value> {
    stream: Rc<StreamRun<V>>,
    number: usize,
    port: usize,
    /// Which input of the reader it is.
    pub(in crate::flow) input: usize,
    pub(in crate::flow) activity: Rc<Activity<V>>,
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
        activity.reads(stream, number);
        drop(state);
        let reading = Reading { stream: stream.clone(), number, port, input, activity: activity.clone() };
        Self(Box::new(Source::Edge(reading)))
    }

    /// The same stream as one of other values, each made by `map`. It ends for this reader where that gives `None`.
    pub fn map_while<W: Value>(self, map: impl FnMut(V) -> Option<W> + 'static) -> StreamReader<W> {
        StreamReader::other(MapWhile { reader: self, map, ended: false })
    }

    fn other(chunks: impl Chunks<V> + 'static) -> Self {
        Self(Box::new(Source::Other(Box::new(chunks))))
    }

    /// The next chunk of the connected port; `None` at the end of the stream, and after a cancel.
    pub async fn next(&mut self) -> Option<V> {
        let mut next = Next { reader: self, waits: false };
        poll_fn(|cx| next.poll(cx)).await
    }

    /// [`next`](Self::next) as a poll. A reader that waits for a chunk does so until it has got one or is dropped, polled or
    /// not.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        match &mut *self.0 {
            Source::Edge(reading) => reading.poll_next(cx),
            Source::Other(chunks) => chunks.poll_next(cx),
        }
    }

    /// It does not wait for a chunk any more.
    pub(super) fn give_up(&mut self) {
        match &mut *self.0 {
            Source::Edge(reading) => reading.give_up(),
            Source::Other(chunks) => chunks.give_up(),
        }
    }

    /// Cancels the stream (Flowno's `Stream.cancel`): every reader gets the end of the stream after what is
    /// stored, and the producer gets [`StreamCancelled`](crate::flow::StreamCancelled) at its `yield`. Nothing happens
    /// if it has ended.
    pub fn cancel(&mut self) {
        match &mut *self.0 {
            Source::Edge(reading) => reading.stream.cancel(),
            Source::Other(chunks) => chunks.cancel(),
        }
    }
}

/// [`StreamReader::next`]; when it is dropped, the reader does not wait any more.
struct Next<'a, V: Value> {
    reader: &'a mut StreamReader<V>,
    waits: bool,
}

impl<V: Value> Next<'_, V> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        let polled = self.reader.poll_next(cx);
        self.waits = polled.is_pending();
        polled
    }
}

impl<V: Value> Drop for Next<'_, V> {
    fn drop(&mut self) {
        if self.waits {
            self.reader.give_up();
        }
    }
}

/// A stream that no node makes: its chunks are there.
impl<V: Value> FromIterator<V> for StreamReader<V> {
    fn from_iter<I: IntoIterator<Item = V>>(chunks: I) -> Self {
        Self::other(chunks.into_iter().collect::<Vec<_>>().into_iter())
    }
}

impl<V: Value> Reading<V> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>> {
        if self.stands_still(cx) {
            return Poll::Pending;
        }
        if let Some(item) = self.take() {
            return self.ready(item);
        }
        if self.stream.pull_for(&self.activity, cx.waker()) {
            if self.stands_still(cx) {
                return Poll::Pending;
            }
            if let Some(item) = self.take() {
                return self.ready(item);
            }
        }
        let stream = &self.stream;
        let waiter = self.activity.waiter(cx.waker());
        let waits = match &mut stream.state.borrow_mut().readers[self.number] {
            Some(reader) => reader.waiting.replace(waiter).is_some(),
            None => true,
        };
        if !waits {
            stream.waiting.set(stream.waiting.get() + 1);
        }
        // The producer first: so somebody is busy all the while.
        stream.grant();
        if !waits {
            self.activity.park();
        }
        if self.activity.busy.told_all.get() {
            self.tell_stalled();
        }
        note(&NEXT_ITEM);
        Poll::Pending
    }

    /// Whether the run is over: what may have been its last datum is read in the next one (rule A10).
    fn stands_still(&self, cx: &Context<'_>) -> bool {
        let still = self.activity.stands_still(cx.waker());
        if still {
            note(&NEXT_ITEM);
        }
        still
    }

    fn ready(&self, item: Option<V>) -> Poll<Option<V>> {
        if self.activity.busy.told_all.get() {
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
        let Some(chunk) = chunks.get((reader.next - *base) as usize) else {
            return stream.is_over().then_some(None);
        };
        let chunk = chunk[self.port].clone();
        reader.next += 1;
        drop(state);
        // Others may have waited for this reader to catch up.
        stream.grant();
        Some(Some(chunk))
    }

    fn give_up(&self) {
        let waiter = match &mut self.stream.state.borrow_mut().readers[self.number] {
            Some(reader) => reader.waiting.take(),
            None => None,
        };
        if waiter.is_some() {
            self.has_given_up();
        }
    }

    fn has_given_up(&self) {
        self.stream.waiting.set(self.stream.waiting.get() - 1);
        self.activity.unpark();
    }
}

impl<V: Value> Drop for Reading<V> {
    fn drop(&mut self) {
        let gone = self.stream.state.borrow_mut().readers[self.number].take();
        if gone.is_some_and(|reader| reader.waiting.is_some()) {
            self.has_given_up();
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
