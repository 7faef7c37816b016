//! What a running script says to the outside: the seam between scripting and the kernel.
//!
//! Scripting never names Jupyter. It hands [`Event`]s to an [`Outbox`], which the kernel
//! implements on its wire and tests replace by a recorder.

use std::future::ready;
use std::pin::Pin;
use std::task::{Context, Poll};

use serde_json::{Map, Value};

/// MIME type to content, as every Jupyter display carries it. Text types hold strings, JSON types
/// hold JSON.
pub type MimeBundle = Map<String, Value>;

/// Which request an event belongs to: the kernel's own number for it, opaque to scripting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// One thing a script shows or says, and the request that caused it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The request whose parent header the message carries.
    pub run: RunId,
    /// What happened.
    pub kind: EventKind,
}

/// The kinds of [`Event`].
#[derive(Debug, Clone, PartialEq)]
pub enum EventKind {
    /// Text for standard output, newlines included.
    Stdout(String),
    /// Text for standard error, newlines included.
    Stderr(String),
    /// A new output below the cell.
    Display(Display),
    /// New content for every output that bears this display_id.
    Update(Display),
    /// The cell's result (`execute_result`).
    Result(MimeBundle),
}

/// Content with the identity under which it may be updated.
#[derive(Debug, Clone, PartialEq)]
pub struct Display {
    /// Jupyter's `display_id`; an [`EventKind::Update`] always has one.
    pub display_id: Option<String>,
    /// The content in each of its MIME types.
    pub data: MimeBundle,
}

/// Something that only the user knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What stands before the answer.
    pub prompt: String,
    /// Whether the answer is not shown while it is typed.
    pub password: bool,
}

/// Why a question has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskError {
    /// Who runs the cell takes no questions, or has left.
    NobodyToAsk,
}

/// The answer to a [`Question`], to be waited for. Dropping it takes the question back.
pub type Answer = Pin<Box<dyn Future<Output = Result<String, AskError>>>>;

/// Where events go.
///
/// A script that produces waits for [`poll_ready`](Outbox::poll_ready) before each [`send`](Outbox::send),
/// which is how a slow reader holds a fast script back; the event loop itself goes on meanwhile.
pub trait Outbox {
    /// Takes an event. Never blocks and never fails: what was accepted is delivered in order.
    fn send(&self, event: Event);

    /// `Ready` while there is room for another event; else registers the waker.
    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()>;

    /// Asks who sent this request. One question at a time is asked; the next follows when this one's answer has come or
    /// been dropped. Whoever does not implement this has nobody to ask.
    fn ask(&self, run: RunId, question: Question) -> Answer {
        let _ = (run, question);
        Box::pin(ready(Err(AskError::NobodyToAsk)))
    }
}
