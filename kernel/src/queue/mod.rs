//! Messages on their way out, bounded by bytes, and paced where a front end may be behind a server that drops.
//!
//! Three lanes. *Output* carries what the engine thread sends: statuses, outputs and replies of cells,
//! in order. *Comm* carries what comms send and the statuses around it; the two take turns. *Urgent* carries what else
//! the wire thread answers by itself; it goes first, so that a front end that asks who the kernel is never waits behind a
//! cell's megabytes. Messages of one request, and those of one comm, are in one lane, so their order holds.
//!
//! The bounds are in bytes, since a picture weighs as much as ten thousand lines. They are soft: nothing
//! is refused, but scripts wait while the output lane is above its ([`Queue::poll_room`]), and a host's threads while the
//! comm lane is. Both also wait while more is queued than the [`pace`] of live cells lets leave soon. Nothing is lost
//! by that, and no memory filled.
//!
//! | file | what it does |
//! | --- | --- |
//! | `lanes.rs` | what waits, in order |
//! | `prints.rs` | joins what scripts print |
//! | `pace.rs` | how fast live cells may publish |

mod lanes;
mod pace;
mod prints;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use flowno_scripting::engine::event_loop::mailbox;
use tokio::sync::oneshot;
use tokio::time::{Sleep, sleep_until};

use self::lanes::{Lanes, Next};
use crate::content::Content;
use crate::message::Origin;

/// What every queued message weighs beside its content.
const MESSAGE_BYTES: usize = 256;

/// One thing to send.
pub(crate) enum Post {
    /// To all subscribers of iopub, caused by the message with the header `parent`.
    Publish { parent: Bytes, content: Content },
    /// The same for a message of a comm, which may carry binary data.
    Comm { parent: Bytes, content: Content, buffers: Vec<Bytes> },
    /// To who asked, on shell.
    Reply { origin: Arc<Origin>, content: Content },
    /// A question to who asked for the cell, on stdin; its answer names `msg_id`.
    Ask { origin: Arc<Origin>, msg_id: String, content: Content },
    /// Nothing: tells that all before it has been sent.
    Flush(oneshot::Sender<()>),
    /// Nothing: tells the engine thread when so much time has passed since all before it was sent.
    Wait { time: Duration, passed: mailbox::Sender<()> },
}

/// The queue. Clones are handles to the same one.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<Mutex<Lanes>>);

impl Queue {
    /// Queues an answer of the wire thread.
    pub(crate) fn urgent(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.push_urgent(post);
        wake(lanes);
    }

    /// Queues something of the engine thread.
    pub(crate) fn output(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.push(post, false, Instant::now());
        wake(lanes);
    }

    /// Queues something of a live cell, which keeps to the pace of those.
    pub(crate) fn paced_output(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.push(post, true, Instant::now());
        wake(lanes);
    }

    /// Queues what a host's thread sends by a comm, which keeps to the pace of live cells.
    pub(crate) fn paced_comm(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.push_comm(post, true, Instant::now());
        wake(lanes);
    }

    /// Queues what a comm's handler answers, or a status around it.
    pub(crate) fn comm(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.push_comm(post, false, Instant::now());
        wake(lanes);
    }

    /// `Ready` while there is room for more output; else registers the waker.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut lanes = self.lock();
        if lanes.has_room() {
            return Poll::Ready(());
        }
        lanes.register_writer(cx.waker());
        Poll::Pending
    }

    /// The same for what comms send.
    pub(crate) fn poll_comm_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut lanes = self.lock();
        if lanes.has_comm_room() {
            return Poll::Ready(());
        }
        lanes.register_comm_writer(cx.waker());
        Poll::Pending
    }

    /// The next post, urgent ones first. For one task only, and within tokio as soon as anything has to wait.
    pub(crate) async fn next(&self) -> Post {
        let mut timer: Option<Pin<Box<Sleep>>> = None;
        poll_fn(|cx| {
            loop {
                let mut lanes = self.lock();
                match lanes.next(Instant::now()) {
                    Next::Post(post, writers) => {
                        drop(lanes); // never wake while a lock is held
                        writers.into_iter().for_each(Waker::wake);
                        return Poll::Ready(post);
                    }
                    Next::Nothing => {
                        lanes.register_reader(cx.waker());
                        return Poll::Pending;
                    }
                    Next::Until(time) => {
                        lanes.register_reader(cx.waker());
                        let timer = timer.insert(Box::pin(sleep_until(time.into())));
                        if timer.as_mut().poll(cx).is_pending() {
                            return Poll::Pending;
                        }
                    }
                }
            }
        })
        .await
    }

    /// A message has been published past the queue. It counts against the pace.
    pub(crate) fn note_published(&self) {
        self.lock().note_published();
    }

    /// Takes out of the lanes what need not wait for a subscriber: replies, and waits of the engine
    /// thread.
    pub(crate) fn overtake(&self) -> Vec<Post> {
        self.lock().overtake()
    }

    /// A panic while the lock is held leaves at worst a wrong weight, so poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Post {
    fn weight(&self) -> usize {
        let content = match self {
            Post::Publish { content, .. } | Post::Reply { content, .. } | Post::Ask { content, .. } => {
                content.weight()
            }
            Post::Comm { content, buffers, .. } => {
                content.weight() + buffers.iter().map(Bytes::len).sum::<usize>()
            }
            Post::Flush(_) | Post::Wait { .. } => 0,
        };
        MESSAGE_BYTES + content
    }

    /// The header of the request that caused it.
    fn parent(&self) -> Option<&Bytes> {
        match self {
            Post::Publish { parent, .. } | Post::Comm { parent, .. } => Some(parent),
            Post::Reply { origin, .. } | Post::Ask { origin, .. } => Some(&origin.header),
            Post::Flush(_) | Post::Wait { .. } => None,
        }
    }
}

fn wake(mut lanes: MutexGuard<'_, Lanes>) {
    let reader = lanes.take_reader();
    drop(lanes);
    if let Some(reader) = reader {
        reader.wake();
    }
}
