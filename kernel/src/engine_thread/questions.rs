//! Completion and inspection: answered by the engine thread, which knows what there is, between two slices of whatever
//! runs there.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use flowno_scripting::Session;
use flowno_scripting::engine::event_loop::mailbox::Receiver;
use jupyter_protocol::{CompleteRequest, InspectRequest};

use crate::connection::Channel;
use crate::content::refusal::refusal;
use crate::content::{Content, complete, inspect, status};
use crate::wire::{Origin, Post, Queue};

/// What is asked.
#[derive(Debug)]
pub(crate) enum Question {
    Complete(CompleteRequest),
    Inspect(InspectRequest),
}

/// A question and who asks.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) origin: Arc<Origin>,
    pub(crate) question: Question,
}

/// Answers until nobody is left who could ask.
pub(super) async fn answer_all(mut asked: Receiver<Asked>, session: Rc<Session>, queue: Queue) {
    while let Some(Asked { origin, question }) = asked.recv().await {
        let publish = |content| queue.urgent(Post::Publish { parent: origin.header.clone(), content });
        publish(status::busy());
        let content = answer(&session, &question);
        queue.urgent(Post::Reply { channel: Channel::Shell, origin: origin.clone(), content });
        publish(status::idle());
    }
}

fn answer(session: &Session, question: &Question) -> Content {
    let answered = catch_unwind(AssertUnwindSafe(|| match question {
        Question::Complete(request) => complete::reply(session.complete(&request.code, request.cursor_pos)),
        Question::Inspect(request) => {
            let detail = request.detail_level.unwrap_or(0) > 0;
            inspect::reply(session.inspect(&request.code, request.cursor_pos, detail))
        }
    }));
    answered.unwrap_or_else(|_| question.failed())
}

impl Question {
    /// The reply when answering is defective.
    fn failed(&self) -> Content {
        let message = "flowno itself failed while it answered";
        match self {
            Self::Complete(_) => {
                refusal("complete_request", "InternalError", message).unwrap_or_else(complete::nothing)
            }
            Self::Inspect(_) => {
                refusal("inspect_request", "InternalError", message).unwrap_or_else(|| inspect::reply(None))
            }
        }
    }
}
