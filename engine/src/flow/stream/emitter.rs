//! Where a streaming body puts its chunks.

use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use super::StreamRun;
use super::mapped::{Mapped, Sink};
use crate::event_loop::{note, yield_now};
use crate::flow::graph::EvaluationId;
use crate::flow::node::{Outputs, StreamCancelled};
use crate::flow::value::Value;
use crate::flow::{Core, Shared};
use crate::instrument::Moment;

/// Where a streaming body puts its chunks.
pub struct Emitter<V: Value>(Target<V>);

/// Who takes the chunks.
enum Target<V: Value> {
    Run(Emission<V>),
    Other(Box<dyn Sink<V>>),
}

/// An evaluation that makes a stream.
pub(in crate::flow) struct Emission<V: Value> {
    pub(in crate::flow) shared: Weak<Shared<V>>,
    pub(in crate::flow) evaluation: EvaluationId,
    pub(in crate::flow) stream: Rc<StreamRun<V>>,
}

impl<V: Value> Emitter<V> {
    pub(in crate::flow) fn new(emission: Emission<V>) -> Self {
        Self(Target::Run(emission))
    }

    /// Stores a chunk, one value an output port, and waits until the stream is pulled.
    ///
    /// # Errors
    ///
    /// [`StreamCancelled`] when a reader has cancelled the stream. If that was before the call, the chunk is not stored:
    /// no reader could get it, and the final value does not count it.
    pub async fn emit(&self, chunk: Outputs<V>) -> Result<(), StreamCancelled> {
        match &self.0 {
            Target::Run(emission) => {
                if emission.stream.is_cancelled() {
                    return Err(StreamCancelled);
                }
                emission.store(chunk);
                if emission.stream.drain.get() {
                    // Nobody needs to pull, but who reads the first chunk shall begin before the second is made.
                    yield_now().await;
                }
                Wait { emission, waited: false }.await
            }
            Target::Other(sink) => sink.emit(chunk).await,
        }
    }

    /// Takes chunks of other values; `map` makes of each what the stream has.
    pub fn map<W: Value>(self, map: impl Fn(Outputs<W>) -> Outputs<V> + 'static) -> Emitter<W> {
        Emitter(Target::Other(Box::new(Mapped { emitter: self, map })))
    }
}

impl<V: Value> Emission<V> {
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
}

/// A wait until the stream is pulled; when it is dropped, nobody waits for that any more.
struct Wait<'a, V: Value> {
    emission: &'a Emission<V>,
    /// Whether the producer has been held, and goes on once it is not any more.
    waited: bool,
}

impl<V: Value> Future for Wait<'_, V> {
    type Output = Result<(), StreamCancelled>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let stream = &self.emission.stream;
        let told = stream.producer.busy.told_all.get();
        let resumed = self.waited && !stream.held.get();
        if !resumed && !stream.is_free() {
            if told && !self.waited {
                self.emission.tell_held(Moment::Begin);
            }
            self.waited = true;
            stream.state.borrow_mut().producer = Some(stream.producer.waiter(cx.waker()));
            if !stream.held.replace(true) {
                // A reader of this stream that waits for this evaluation may now read its own chunks, and so pull it.
                stream.producer.park();
            }
            // What it reads and is stale is brought on, if it is pulled.
            stream.grant();
            stream.catch_up();
            if stream.held.get() {
                note(&"a reader of its stream");
                return Poll::Pending;
            }
        }
        stream.go();
        if told {
            if self.waited {
                self.emission.tell_held(Moment::End);
            }
            self.emission.tell_goes_on();
        }
        self.waited = false;
        if stream.is_cancelled() {
            return Poll::Ready(Err(StreamCancelled));
        }
        Poll::Ready(Ok(()))
    }
}

impl<V: Value> Drop for Wait<'_, V> {
    fn drop(&mut self) {
        if self.waited {
            self.emission.stream.go();
        }
    }
}
