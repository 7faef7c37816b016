//! Comms: channels that a front end's extensions open to the kernel, each to a named target.
//!
//! A program that embeds the kernel names targets by [`Builder::comm_target`](crate::Builder::comm_target). The kernel's
//! own program has none, so every `comm_open` is answered by a `comm_close`, as the protocol has it.
//!
//! Handlers run on the wire thread, in the order in which messages come, also while a cell runs. So they must not wait:
//! all of Jupyter's channels wait with them. A handler with long work, or much to say, hands its [`Comm`], which any
//! thread may use, to a thread of its own. That thread waits in [`Comm::send`] when front ends take less than it sends.
//!
//! <https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages>

mod registry;
mod waiting;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use serde_json::{Map, Value};

pub(crate) use registry::{Registry, mark_wire_thread};

use crate::content::comm;
use crate::queue::{Lane, Post, Queue};

/// What one message of a comm carries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CommMessage {
    /// A JSON object, whose meaning is the target's.
    pub data: Map<String, Value>,
    /// Binary data beside it. No signature covers it.
    pub buffers: Vec<Bytes>,
}

/// The kernel's end of one comm. Clones are handles to the same one.
#[derive(Clone)]
pub struct Comm(Arc<Inner>);

struct Inner {
    id: String,
    queue: Queue,
    /// The header of the latest message of this comm: what is sent is caused by it.
    parent: Mutex<Bytes>,
    open: AtomicBool,
}

/// Takes what a front end sends on one comm.
pub trait CommHandler: Send {
    /// A message has come.
    fn message(&mut self, comm: &Comm, message: CommMessage);

    /// The front end has closed the comm. This is the last call.
    fn closed(&mut self, message: CommMessage) {
        let _ = message;
    }
}

impl<F: FnMut(&Comm, CommMessage) + Send> CommHandler for F {
    fn message(&mut self, comm: &Comm, message: CommMessage) {
        self(comm, message);
    }
}

/// Accepts comms for one target name: given the comm and what the opening message carries, it makes the comm's
/// handler, or refuses by `None`.
pub type CommTarget = Box<dyn Fn(&Comm, CommMessage) -> Option<Box<dyn CommHandler>> + Send + Sync>;

impl Comm {
    pub(crate) fn new(id: String, queue: Queue, parent: Bytes) -> Self {
        Self(Arc::new(Inner { id, queue, parent: Mutex::new(parent), open: AtomicBool::new(true) }))
    }

    /// The identity that the front end gave it.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Whether neither side has closed it.
    pub fn is_open(&self) -> bool {
        self.0.open.load(Ordering::Acquire)
    }

    /// Sends a message to every front end; none once the comm is closed, as all are when the kernel ends.
    ///
    /// Waits while more than 1 MiB is queued of what comms send, or more messages than leave in a tenth of a second (live
    /// cells and comms publish at most 750 a second), so that a thread which says how far it is cannot fill the memory.
    /// Handlers and targets, on the wire thread, do not wait: what they send is queued, however much it is. A node's body has
    /// the engine's thread, which must not wait, and uses [`try_send`](Self::try_send).
    pub fn send(&self, message: CommMessage) {
        if !registry::is_wire_thread() {
            waiting::block_on(|cx| self.poll_room(cx));
        }
        self.push(message);
    }

    /// The same without waiting.
    ///
    /// # Errors
    ///
    /// Gives the message back where [`send`](Self::send) would wait.
    pub fn try_send(&self, message: CommMessage) -> Result<(), CommMessage> {
        let has_room = || self.poll_room(&mut Context::from_waker(Waker::noop())).is_ready();
        if !registry::is_wire_thread() && !has_room() {
            return Err(message);
        }
        self.push(message);
        Ok(())
    }

    /// `Ready` while there is room for what it sends, or nothing of it is sent any more.
    fn poll_room(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_open() { self.0.queue.poll_comm_room(cx) } else { Poll::Ready(()) }
    }

    /// Closes it. Nothing happens if it is closed already.
    pub fn close(&self, data: Map<String, Value>) {
        if self.shut() {
            self.post(comm::close(self.id(), data), Vec::new());
        }
    }

    /// Marks it as closed; `false` if it was.
    pub(crate) fn shut(&self) -> bool {
        self.0.open.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn set_parent(&self, header: Bytes) {
        *self.0.parent.lock().unwrap_or_else(PoisonError::into_inner) = header;
    }

    fn push(&self, message: CommMessage) {
        if self.is_open() {
            self.post(comm::message(self.id(), message.data), message.buffers);
        }
    }

    fn post(&self, content: crate::content::Content, buffers: Vec<Bytes>) {
        let parent = self.0.parent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let post = Post::Comm { parent, content, buffers };
        self.0.queue.push(Lane::Comm { paced: !registry::is_wire_thread() }, post);
    }
}
