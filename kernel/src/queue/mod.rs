//! Messages on their way out, bounded by bytes, and paced where a front end may be behind a server that drops.
//!
//! There are three [lanes](Lane). Messages of one request, and those of one comm, are in one lane, so their order holds.
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

/// Where a post waits. What is *paced* keeps to the [`pace`] of live cells.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Lane {
    /// What the wire thread answers by itself. It goes first, so that a front end that asks who the kernel is never waits behind
    /// a cell's megabytes.
    Urgent,
    /// What the engine thread sends: statuses, outputs and replies of cells. Live cells' outputs are paced.
    Output { paced: bool },
    /// What comms send, and the statuses around it; it takes turns with output. What a host's threads send is paced.
    Comm { paced: bool },
}

/// The queue. Clones are handles to the same one.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<Mutex<Lanes>>);

impl Queue {
    /// Queues a post.
    pub(crate) fn push(&self, lane: Lane, post: Post) {
        let mut lanes = self.lock();
        match lane {
            Lane::Urgent => lanes.push_urgent(post),
            Lane::Output { paced } => lanes.push(post, paced, Instant::now()),
            Lane::Comm { paced } => lanes.push_comm(post, paced, Instant::now()),
        }
        let reader = lanes.take_reader();
        drop(lanes); // never wake while a lock is held
        if let Some(reader) = reader {
            reader.wake();
        }
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
                        drop(lanes);
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
