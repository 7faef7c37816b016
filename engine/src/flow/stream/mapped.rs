//! Streams seen as streams of other values: for a body that knows other values than its flow has.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Emitter, StreamReader};
use crate::flow::node::{Outputs, StreamCancelled};
use crate::flow::value::Value;

/// What is read in a reader's place.
pub(super) trait Chunks<V> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<V>>;
    fn give_up(&mut self);
    fn cancel(&mut self);
}

/// What takes the chunks in an emitter's place.
pub(super) trait Sink<V> {
    fn emit<'a>(&'a self, chunk: Outputs<V>) -> Emitting<'a>;
}

/// [`Emitter::emit`] of a sink.
pub(super) type Emitting<'a> = Pin<Box<dyn Future<Output = Result<(), StreamCancelled>> + 'a>>;

/// Chunks of a stream as long as they can be mapped.
pub(super) struct MapWhile<V: Value, F> {
    pub(super) reader: StreamReader<V>,
    pub(super) map: F,
    pub(super) ended: bool,
}

impl<V: Value, W, F: FnMut(V) -> Option<W>> Chunks<W> for MapWhile<V, F> {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<W>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let chunk = std::task::ready!(self.reader.poll_next(cx)).and_then(&mut self.map);
        self.ended = chunk.is_none();
        Poll::Ready(chunk)
    }

    fn give_up(&mut self) {
        self.reader.give_up();
    }

    fn cancel(&mut self) {
        self.reader.cancel();
    }
}

/// Chunks that nobody makes: they are there.
impl<V> Chunks<V> for std::vec::IntoIter<V> {
    fn poll_next(&mut self, _cx: &mut Context<'_>) -> Poll<Option<V>> {
        Poll::Ready(self.next())
    }

    fn give_up(&mut self) {}

    fn cancel(&mut self) {
        self.by_ref().for_each(drop);
    }
}

/// Makes chunks what the stream has.
pub(super) struct Mapped<V: Value, F> {
    pub(super) emitter: Emitter<V>,
    pub(super) map: F,
}

impl<V: Value, W, F: Fn(Outputs<W>) -> Outputs<V>> Sink<W> for Mapped<V, F> {
    fn emit<'a>(&'a self, chunk: Outputs<W>) -> Emitting<'a> {
        Box::pin(self.emitter.emit((self.map)(chunk)))
    }
}
