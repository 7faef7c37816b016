//! Completion, inspection, new subshells, and a front end that came back: dealt with by the engine thread, which knows
//! what there is, between two slices of whatever runs there. All in the order in which they come: a question about a
//! subshell may come right behind its making.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;

use flowno_scripting::engine::event_loop::mailbox::Receiver;
use flowno_scripting::engine::event_loop::spawn;
use flowno_scripting::{Session, Shell};
use jupyter_protocol::{CompleteRequest, InspectRequest};

use super::shells::{NewShell, Shells};
use crate::content::refusal::refusal;
use crate::content::{Content, complete, inspect, status};
use crate::message::Origin;
use crate::queue::{Lane, Post, Queue};

/// What is asked.
#[derive(Debug)]
pub(crate) enum Question {
    Complete(CompleteRequest),
    Inspect(InspectRequest),
}

/// What the engine thread deals with also while a cell runs.
pub(crate) enum Asked {
    /// A question, and who asks.
    Question {
        origin: Arc<Origin>,
        /// Whose variables are meant.
        subshell_id: Option<String>,
        question: Question,
    },
    /// A front end has come, or come back: it may have missed what live displays show.
    Displays,
    /// A front end has made a subshell.
    Subshell(NewShell),
}

/// Answers until nobody is left who could ask.
pub(super) async fn answer_all(
    mut asked: Receiver<Asked>,
    session: Rc<Session>,
    shells: Rc<Shells>,
    queue: Queue,
) {
    while let Some(asked) = asked.recv().await {
        match asked {
            Asked::Subshell(new) => shells.open(new),
            Asked::Displays => {
                let session = session.clone();
                spawn(async move { session.send_again().await });
            }
            Asked::Question { origin, subshell_id, question } => {
                let publish = |content| {
                    queue.push(Lane::Urgent, Post::Publish { parent: origin.header.clone(), content })
                };
                publish(status::busy());
                let content = match subshell_id.map(|id| shells.get(&id).ok_or(id)) {
                    Some(Err(id)) => question.refused("ValueError", &format!("there is no subshell {id}")),
                    Some(Ok(shell)) => answer(&session, Some(&shell), &question),
                    None => answer(&session, None, &question),
                };
                queue.push(Lane::Urgent, Post::Reply { origin: origin.clone(), content });
                publish(status::idle());
            }
        }
    }
}

fn answer(session: &Session, shell: Option<&Shell>, question: &Question) -> Content {
    let answered = catch_unwind(AssertUnwindSafe(|| match question {
        Question::Complete(CompleteRequest { code, cursor_pos }) => complete::reply(match shell {
            Some(shell) => shell.complete(code, *cursor_pos),
            None => session.complete(code, *cursor_pos),
        }),
        Question::Inspect(InspectRequest { code, cursor_pos, detail_level }) => {
            let detail = detail_level.unwrap_or(0) > 0;
            inspect::reply(match shell {
                Some(shell) => shell.inspect(code, *cursor_pos, detail),
                None => session.inspect(code, *cursor_pos, detail),
            })
        }
    }));
    answered.unwrap_or_else(|_| question.refused("InternalError", "flowno itself failed while it answered"))
}

impl Question {
    /// The reply when it cannot be answered.
    fn refused(&self, name: &str, message: &str) -> Content {
        let msg_type = match self {
            Self::Complete(_) => "complete_request",
            Self::Inspect(_) => "inspect_request",
        };
        refusal(msg_type, name, message).expect("both have a reply")
    }
}
