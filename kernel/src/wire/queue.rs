//! Messages on their way out, bounded by bytes.
//!
//! Two lanes. *Output* carries what the engine thread sends: statuses, outputs and replies of cells,
//! in order. *Urgent* carries what the wire thread answers by itself; it goes first, so that a
//! front end that asks who the kernel is never waits behind a cell's megabytes. Messages of one
//! request are in one lane, so their order holds.
//!
//! The bound is in bytes, since a picture weighs as much as ten thousand lines. It is soft: nothing
//! is refused, but scripts wait while the output lane is above it ([`Queue::poll_room`]).

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use flowno_scripting::engine::event_loop::mailbox;
use serde_json::Value;
use tokio::sync::oneshot;

use super::request::Origin;
use crate::content::{Content, output};

/// Scripts wait while more than this is queued. Enough to keep the wire busy; little enough that an
/// interrupted cell falls silent at once (a Python client reads some 10 MB a second).
const OUTPUT_BYTES: usize = 1 << 20;

/// Neighbouring stream texts are joined up to this length: a script that prints a million numbers
/// makes hundreds of messages, not a million.
const JOINED_TEXT_BYTES: usize = 32 << 10;

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

#[derive(Default)]
struct Lanes {
    urgent: VecDeque<Post>,
    output: VecDeque<Post>,
    /// The weight of `output`.
    output_bytes: usize,
    /// The task that sends, while it finds nothing.
    reader: Option<Waker>,
    /// The scripts that wait for room: a cell, or nodes that print. Whoever wakes and finds none
    /// registers again.
    writers: Vec<Waker>,
}

impl Queue {
    /// Queues an answer of the wire thread.
    pub(crate) fn urgent(&self, post: Post) {
        let mut lanes = self.lock();
        lanes.urgent.push_back(post);
        wake(lanes);
    }

    /// Queues something of the engine thread.
    pub(crate) fn output(&self, post: Post) {
        let mut lanes = self.lock();
        let Some(post) = lanes.join(post) else { return };
        lanes.output_bytes += post.weight();
        lanes.output.push_back(post);
        wake(lanes);
    }

    /// `Ready` while there is room for more output; else registers the waker.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut lanes = self.lock();
        if lanes.output_bytes < OUTPUT_BYTES {
            return Poll::Ready(());
        }
        if !lanes.writers.iter().any(|known| known.will_wake(cx.waker())) {
            lanes.writers.push(cx.waker().clone());
        }
        Poll::Pending
    }

    /// The next post, urgent ones first. For one task only.
    pub(crate) async fn next(&self) -> Post {
        poll_fn(|cx| {
            let mut lanes = self.lock();
            let Some((post, writers)) = lanes.take() else {
                lanes.reader = Some(cx.waker().clone());
                return Poll::Pending;
            };
            drop(lanes); // never wake while a lock is held
            writers.into_iter().for_each(Waker::wake);
            Poll::Ready(post)
        })
        .await
    }

    /// Takes out of both lanes what need not wait for a subscriber: replies, and waits of the engine
    /// thread.
    pub(crate) fn overtake(&self) -> Vec<Post> {
        let mut lanes = self.lock();
        let mut taken = overtake(&mut lanes.urgent);
        let output = overtake(&mut lanes.output);
        let weight: usize = output.iter().map(Post::weight).sum();
        lanes.output_bytes = lanes.output_bytes.saturating_sub(weight);
        taken.extend(output);
        taken
    }

    /// A panic while the lock is held leaves at worst a wrong weight, so poison is ignored.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn take(&mut self) -> Option<(Post, Vec<Waker>)> {
        if let Some(post) = self.urgent.pop_front() {
            return Some((post, Vec::new()));
        }
        let post = self.output.pop_front()?;
        self.output_bytes = self.output_bytes.saturating_sub(post.weight());
        let room = self.output_bytes < OUTPUT_BYTES;
        Some((post, if room { std::mem::take(&mut self.writers) } else { Vec::new() }))
    }

    /// Appends a stream text to the one queued last, if both are of one cell and one stream; gives
    /// back what could not be joined.
    fn join(&mut self, post: Post) -> Option<Post> {
        let Post::Publish { parent, content } = &post else { return Some(post) };
        let Some(Post::Publish { parent: last_parent, content: last }) = self.output.back_mut() else {
            return Some(post);
        };
        let same = content.msg_type == output::STREAM
            && last.msg_type == output::STREAM
            && parent == last_parent
            && content.body["name"] == last.body["name"];
        if !same {
            return Some(post);
        }
        let (Some(more), Value::String(text)) = (content.body["text"].as_str(), &mut last.body["text"])
        else {
            return Some(post);
        };
        if text.len() + more.len() > JOINED_TEXT_BYTES {
            return Some(post);
        }
        text.push_str(more);
        self.output_bytes += more.len();
        None
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
}

fn overtake(lane: &mut VecDeque<Post>) -> Vec<Post> {
    let (taken, left): (Vec<Post>, Vec<Post>) = std::mem::take(lane)
        .into_iter()
        .partition(|post| matches!(post, Post::Reply { .. } | Post::Ask { .. } | Post::Wait { .. }));
    lane.extend(left);
    taken
}

fn wake(mut lanes: MutexGuard<'_, Lanes>) {
    let reader = lanes.reader.take();
    drop(lanes);
    if let Some(reader) = reader {
        reader.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::status;
    use jupyter_protocol::Stdio;

    fn text(parent: &'static str, name: Stdio, text: &str) -> Post {
        Post::Publish { parent: parent.into(), content: output::stream(name, text.to_owned()) }
    }

    fn texts(queue: &Queue) -> Vec<String> {
        let mut lanes = queue.lock();
        let mut texts = Vec::new();
        while let Some((post, _)) = lanes.take() {
            let Post::Publish { content, .. } = post else { continue };
            texts.push(content.body["text"].as_str().unwrap_or(content.msg_type).to_owned());
        }
        assert_eq!(lanes.output_bytes, 0, "the weight of nothing");
        texts
    }

    #[test]
    fn urgent_goes_first_and_order_holds() {
        let queue = Queue::default();
        queue.output(text("a", Stdio::Stdout, "out"));
        queue.urgent(Post::Publish { parent: "k".into(), content: status::busy() });
        queue.output(Post::Publish { parent: "a".into(), content: status::idle() });
        assert_eq!(texts(&queue), ["status", "out", "status"]);
    }

    #[test]
    fn replies_can_overtake() {
        let queue = Queue::default();
        let origin = Arc::new(Origin { identities: vec![], header: "k".into() });
        queue.output(text("a", Stdio::Stdout, "out"));
        queue.output(Post::Reply { origin, content: status::busy() });
        queue.output(text("a", Stdio::Stdout, "after"));
        assert_eq!(queue.overtake().len(), 1);
        assert!(queue.overtake().is_empty());
        assert_eq!(texts(&queue), ["out", "after"]);
    }

    #[test]
    fn neighbours_of_one_stream_are_joined() {
        let queue = Queue::default();
        for (parent, name, part) in [
            ("a", Stdio::Stdout, "1"),
            ("a", Stdio::Stdout, "2"),
            ("a", Stdio::Stderr, "3"),
            ("a", Stdio::Stdout, "4"),
            ("b", Stdio::Stdout, "5"),
        ] {
            queue.output(text(parent, name, part));
        }
        assert_eq!(texts(&queue), ["12", "3", "4", "5"]);
    }

    #[test]
    fn joined_texts_stay_bounded() {
        let queue = Queue::default();
        for _ in 0..3 {
            queue.output(text("a", Stdio::Stdout, &"x".repeat(JOINED_TEXT_BYTES / 2)));
        }
        assert_eq!(texts(&queue).len(), 2);
    }

    #[test]
    fn a_full_lane_holds_writers_back_until_it_is_read() {
        let queue = Queue::default();
        let mut cx = Context::from_waker(Waker::noop());
        let mut sent = 0;
        while queue.poll_room(&mut cx).is_ready() {
            queue.output(text("a", Stdio::Stdout, &"x".repeat(OUTPUT_BYTES / 4)));
            sent += 1;
        }
        assert_eq!(sent, 4);
        assert_eq!(queue.lock().writers.len(), 1);
        assert_eq!(queue.lock().take().map(|(_, woken)| woken.len()), Some(1));
        assert!(queue.poll_room(&mut cx).is_ready());
    }
}
