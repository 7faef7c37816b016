//! Streams as native bodies see them: one to read, one to write.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::datum::Datum;
use crate::flow::{self, Outputs, StreamCancelled, StreamReader};

/// The chunks of a stream input, in order (Flowno's `Stream`).
///
/// Dropping it, or leaving the loop that reads it, just stops reading: the producer stays where it is (rule A12).
pub struct Stream<T>(Source<T>);

enum Source<T> {
    Edge(StreamReader<Datum>),
    /// A constant or a default instead of a stream.
    Given(std::vec::IntoIter<T>),
}

/// The default of a stream input: the chunks that stand in for a stream.
#[derive(Clone)]
pub struct Chunks<T>(Rc<Vec<T>>);

impl<T> Chunks<T> {
    /// The chunks, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<'a, T> IntoIterator for &'a Chunks<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> FromIterator<T> for Chunks<T> {
    fn from_iter<I: IntoIterator<Item = T>>(chunks: I) -> Self {
        Self(Rc::new(chunks.into_iter().collect()))
    }
}

impl<T: Clone + 'static> Stream<T> {
    pub(super) fn of_edge(reader: StreamReader<Datum>) -> Self {
        Self(Source::Edge(reader))
    }

    pub(super) fn of_chunks(chunks: &Chunks<T>) -> Self {
        Self(Source::Given(Vec::clone(&chunks.0).into_iter()))
    }

    pub(super) fn of_value(value: T) -> Self {
        Self(Source::Given(vec![value].into_iter()))
    }

    /// The next chunk; `None` at the end of the stream, and after a cancel.
    ///
    /// # Panics
    ///
    /// If the chunk is of another type, which only a producer whose outputs have no type can bring about.
    pub async fn next(&mut self) -> Option<T> {
        match &mut self.0 {
            Source::Given(chunks) => chunks.next(),
            Source::Edge(reader) => reader.next().await.map(value_of),
        }
    }

    /// [`next`](Self::next) as a poll.
    ///
    /// # Panics
    ///
    /// As [`next`](Self::next).
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        match &mut self.0 {
            Source::Given(chunks) => Poll::Ready(chunks.next()),
            Source::Edge(reader) => reader.poll_next(cx).map(|chunk| chunk.map(value_of)),
        }
    }

    /// Asks the producer to stop (Flowno's `Stream.cancel`): each reader gets the end of the stream after what is
    /// stored, and the producer's [`emit`](Emitter::emit) fails with [`StreamCancelled`]. Nothing happens if
    /// the stream has ended.
    pub fn cancel(&mut self) {
        match &mut self.0 {
            Source::Edge(reader) => reader.cancel(),
            Source::Given(chunks) => chunks.by_ref().for_each(drop),
        }
    }
}

fn value_of<T: Clone + 'static>(chunk: Datum) -> T {
    chunk.into_value().unwrap_or_else(|error| panic!("{error}"))
}

/// So that streams can be zipped by [`azip`](crate::sync::azip), and used with other crates' combinators.
impl<T: Clone + 'static> futures_core::Stream for Stream<T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Stream::poll_next(&mut self, cx)
    }
}

// No chunk is pinned.
impl<T> Unpin for Stream<T> {}

/// Where a streaming body puts its chunks: Python's `yield`.
///
/// A parameter of this type makes a node a streaming one; it is no input. `C` is the type of a chunk; with several
/// outputs a tuple of one value an output.
pub struct Emitter<C> {
    inner: flow::Emitter<Datum>,
    pack: fn(C) -> Outputs<Datum>,
}

impl<C> Emitter<C> {
    pub(super) fn new(inner: flow::Emitter<Datum>, pack: fn(C) -> Outputs<Datum>) -> Self {
        Self { inner, pack }
    }

    /// Stores a chunk and waits until somebody wants the next.
    ///
    /// # Errors
    ///
    /// [`StreamCancelled`] when a reader has cancelled the stream. A body that ends with it ends its stream: the chunks
    /// so far are folded, and its own stream inputs are cancelled too (rule A16).
    pub async fn emit(&self, chunk: C) -> Result<(), StreamCancelled> {
        self.inner.emit((self.pack)(chunk)).await
    }
}
