//! What leaves the session: text and displays, under the running cell's identity.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context, Poll};

use rhai::Dynamic;
use serde_json::Value;

use crate::coroutine::block_on;
use crate::display::value_text;
use crate::engine::event_loop::from_outside;
use crate::engine::sync::Lock;
use crate::event::{AskError, Display, Event, EventKind, MimeBundle, Outbox, Question, RunId};
use crate::rich::Rich;

/// The way out. Silent while no cell runs, and for a cell that asked for silence.
pub(crate) struct Console {
    outbox: Rc<dyn Outbox>,
    run: Cell<Option<RunId>>,
    /// Held by the script that asks the user: the others wait for their turn.
    asking: Lock,
}

impl Console {
    pub(crate) fn new(outbox: Rc<dyn Outbox>) -> Self {
        Self { outbox, run: Cell::new(None), asking: Lock::new() }
    }

    /// Sets whose output follows, `None` for nobody's; gives whose it was.
    pub(crate) fn set_run(&self, run: Option<RunId>) -> Option<RunId> {
        self.run.replace(run)
    }

    /// The request whose output this is just now.
    pub(crate) fn run(&self) -> Option<RunId> {
        self.run.get()
    }

    /// Sends an event as the output of a request.
    pub(crate) fn send_as(&self, run: RunId, kind: EventKind) {
        self.outbox.send(Event { run, kind });
    }

    /// Sends an event at once.
    pub(crate) fn send(&self, kind: EventKind) {
        if let Some(run) = self.run.get() {
            self.outbox.send(Event { run, kind });
        }
    }

    /// Sends an event from a script, which waits until there is room for it. `run`: whose output it is if not the
    /// running cell's.
    pub(crate) fn send_from_script(&self, run: Option<RunId>, kind: EventKind) {
        // A script that is being ended does not wait, and its words are not lost.
        let _ = block_on(self.ready());
        match run {
            Some(run) => self.send_as(run, kind),
            None => self.send(kind),
        }
    }

    /// The number of the request whose output follows; 0 if nobody's does.
    pub(crate) fn run_number(&self) -> u64 {
        self.run.get().map_or(0, |run| run.0)
    }

    /// Asks who sent the request. Questions are asked one after another.
    pub(crate) async fn ask(&self, question: Question) -> Result<String, AskError> {
        let _turn = self.asking.lock().await;
        let run = self.run.get().ok_or(AskError::NobodyToAsk)?;
        from_outside(self.outbox.ask(run, question)).await
    }

    /// Waits until there is room.
    pub(crate) async fn ready(&self) {
        from_outside(poll_fn(|cx| self.poll_ready(cx))).await;
    }

    /// `Ready` while there is room; else the task is woken when there is.
    pub(crate) fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.outbox.poll_ready(cx)
    }
}

/// Plain text as a bundle.
pub(crate) fn plain(text: &str) -> MimeBundle {
    MimeBundle::from_iter([("text/plain".to_owned(), Value::from(text))])
}

/// A value as a bundle: all that it is if it displays richly, else its text.
pub(crate) fn bundle(value: &Dynamic) -> MimeBundle {
    match value.read_lock::<Rich>() {
        Some(rich) => rich.bundle().clone(),
        None => plain(&value_text(value)),
    }
}

/// Plain text under an identity.
pub(crate) fn display(display_id: Option<String>, text: &str) -> Display {
    Display { display_id, data: plain(text) }
}
