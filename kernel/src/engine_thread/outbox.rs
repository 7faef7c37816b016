//! Events of scripts become messages in the queue.

use std::cell::RefCell;
use std::future::ready;
use std::task::{Context, Poll};

use flowno_scripting::event::{Answer, AskError, Event, EventKind, Outbox, Question, RunId};
use flowno_scripting::{DisplayMode, Interrupt};
use serde_json::Value;

use super::Shared;
use super::runs::{Run, Runs};
use crate::content::output;
use crate::history::History;
use crate::queue::{Lane, Post, Queue};
use crate::stdin::Stdin;

/// The session's [`Outbox`].
pub(crate) struct QueueOutbox {
    queue: Queue,
    runs: RefCell<Runs>,
    interrupt: Interrupt,
    history: History,
    stdin: Stdin,
}

impl QueueOutbox {
    pub(crate) fn new(shared: &Shared) -> Self {
        let Shared { queue, interrupt, history, stdin, .. } = shared.clone();
        Self { queue, runs: RefCell::default(), interrupt, history, stdin }
    }

    /// Numbers a run, so that its events find their header.
    pub(crate) fn add_run(&self, run: Run) -> RunId {
        self.runs.borrow_mut().add(run)
    }
}

impl Outbox for QueueOutbox {
    fn send(&self, event: Event) {
        let runs = self.runs.borrow();
        let Some(run) = runs.get(event.run) else {
            tracing::debug!("output of a run that is forgotten: {:?}", event.run);
            return;
        };
        if run.silent {
            return;
        }
        if let (true, EventKind::Result(data)) = (run.stored, &event.kind)
            && let Some(text) = data.get("text/plain").and_then(Value::as_str)
        {
            self.history.add_output(run.number, text);
        }
        let content = output::of_event(event.kind, run.number);
        let post = Post::Publish { parent: run.header.clone(), content };
        self.queue.push(Lane::Output { paced: run.mode == DisplayMode::Live }, post);
    }

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        // What an interrupted cell still says is little, and must not wait for a reader that stalls.
        if self.interrupt.is_raised() {
            return Poll::Ready(());
        }
        self.queue.poll_room(cx)
    }

    fn ask(&self, run: RunId, question: Question) -> Answer {
        match self.runs.borrow().get(run).and_then(|run| run.asker.clone()) {
            Some(asker) => Box::pin(self.stdin.clone().ask(self.queue.clone(), asker, question)),
            None => Box::pin(ready(Err(AskError::NobodyToAsk))),
        }
    }
}
