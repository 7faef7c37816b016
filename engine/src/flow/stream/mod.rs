//! Streams: one producer run, its chunks, and who reads them.
//!
//! Production is on demand (rule A12). A producer that has stored a chunk waits in [`Emitter::emit`] until
//! its stream is *pulled*; `pull.rs` tells by whom, and when it then goes on.
//!
//! | file | what it is for |
//! | --- | --- |
//! | `pull.rs` | when a producer that waits goes on |
//! | `reader.rs` | a node's view of a stream that it reads |
//! | `emitter.rs` | where a body puts its chunks |
//! | `mapped.rs` | both for a body that knows other values |

mod emitter;
mod mapped;
mod pull;
mod reader;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use smallvec::SmallVec;

use super::activity::{Activity, Waiter};
use super::busy::Busy;
use super::node::Outputs;
use super::value::Value;

pub(super) use self::emitter::Emission;
pub use self::emitter::Emitter;
pub(super) use self::reader::Reading;
pub use self::reader::StreamReader;

/// How many chunks of a stream's current run are kept for a reader that comes late.
pub const STREAM_REPLAY: usize = 10_000;

/// How many bytes of them, by [`Value::weight`]: 16 MiB.
pub const STREAM_REPLAY_BYTES: usize = 16 << 20;

/// One run of a streaming node.
pub(crate) struct StreamRun<V: Value> {
    /// The run's number.
    pub(crate) run: u64,
    state: RefCell<State<V>>,
    producer: Rc<Activity<V>>,
    /// How many readers wait for a chunk.
    waiting: Cell<usize>,
    /// Whether the producer waits to go on.
    held: Cell<bool>,
    ended: Cell<bool>,
    cancelled: Cell<bool>,
    /// The final value is needed, so production goes on without readers.
    drain: Cell<bool>,
    /// One more chunk is needed by a producer that reads it.
    brought_on: Cell<bool>,
    /// Whether there was news of a stream that the producer reads while it was at work.
    missed_news: Cell<bool>,
}

struct State<V: Value> {
    /// Index of `chunks[0]`.
    base: u64,
    chunks: VecDeque<Outputs<V>>,
    /// Of all chunks, in bytes.
    weight: usize,
    /// By reader number; `None` once dropped.
    readers: SmallVec<[Option<ReaderState<V>>; 1]>,
    /// The reader that was last found to hold the producer back.
    lagging: Cell<usize>,
    /// How to wake the producer where it waits in `emit`.
    producer: Option<Waiter>,
}

struct ReaderState<V: Value> {
    /// Index of the next chunk to read.
    next: u64,
    /// While it waits for a chunk.
    waiting: Option<Waiter>,
    activity: Rc<Activity<V>>,
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
                lagging: Cell::new(0),
                producer: None,
            }),
            producer,
            waiting: Cell::new(0),
            held: Cell::new(false),
            ended: Cell::new(false),
            cancelled: Cell::new(false),
            drain: Cell::new(false),
            brought_on: Cell::new(false),
            missed_news: Cell::new(false),
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

    /// Stores a chunk, and gives its position. The caller [wakes](Self::wake_readers) who waits for it.
    pub(crate) fn push(&self, chunk: Outputs<V>) -> u64 {
        let mut state = self.state.borrow_mut();
        state.weight += weight(&chunk);
        state.chunks.push_back(chunk);
        self.brought_on.set(false);
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

    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    #[inline]
    pub(crate) fn wake_readers(&self) {
        if self.waiting.replace(0) > 0 {
            self.wake_waiting();
        }
    }

    fn wake_waiting(&self) {
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
