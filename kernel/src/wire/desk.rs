//! Who answers what.
//!
//! A request is decoded, and then either answered here, or handed to the engine thread as a job.
//! Each is answered with exactly one `busy` and one `idle` around it, whoever answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc::UnboundedSender;

use super::channel::Replies;
use super::encode::Encoder;
use super::malformed::Malformed;
use super::replay::Seen;
use super::request::{Rejected, Request};
use super::subshells::{ShellQueue, Subshells};
use crate::comm::{CommMessage, Registry};
use crate::connection::Channel;
use crate::content::comm::{self, Opening};
use crate::content::execute::Execution;
use crate::content::refusal::refusal;
use crate::content::{
    Content, complete, history, input, inspect, interrupt, is_complete, kernel_info, shutdown, status,
    subshell,
};
use crate::engine_thread::{Asked, Job, Question};
use crate::history::{History, Query};
use crate::message::{Origin, Sent};
use crate::queue::{Lane, Post, Queue};
use crate::stdin::Stdin;
use flowno_scripting::Interrupt;
use flowno_scripting::engine::event_loop::mailbox;

/// What answering needs; the tasks of shell, control and stdin share it.
pub(super) struct Desk {
    pub(super) encoder: Arc<Encoder>,
    pub(super) seen: Seen,
    pub(super) queue: Queue,
    /// The shell that no header names.
    pub(super) main: ShellQueue,
    pub(super) questions: mailbox::Sender<Asked>,
    pub(super) stdin: Stdin,
    pub(super) interrupt: Interrupt,
    pub(super) comms: Registry,
    pub(super) subshells: Subshells,
    pub(super) history: History,
    pub(super) control_replies: Replies,
    /// Tells the service to end.
    pub(super) stop: UnboundedSender<()>,
}

impl Desk {
    /// Deals with one multipart message. Whatever is wrong with it, the kernel lives on. `true` if its sender has shown
    /// that it knows the key: it signed something that a front end sends and the kernel does not.
    pub(super) fn take(self: &Arc<Self>, channel: Channel, frames: Vec<Bytes>) -> bool {
        let request = match Request::decode(&self.encoder, &self.seen, frames) {
            Ok(request) => request,
            Err(Rejected::Dropped(malformed)) => {
                tracing::warn!("a message on {} was dropped: {malformed}", channel.name());
                return false;
            }
            Err(Rejected::Refused { origin, msg_type, malformed }) => {
                self.refuse(channel, origin, &msg_type, "ValueError", &malformed.to_string());
                return true;
            }
        };
        let (origin, msg_type) = (request.origin.clone(), request.msg_type.clone());
        let dispatched = catch_unwind(AssertUnwindSafe(|| self.dispatch(channel, request)));
        let is_unknown = matches!(dispatched, Ok(Err(Malformed::UnknownType { .. })));
        let is_proof = !is_unknown && !comm::PUBLISHED.contains(&msg_type.as_str());
        match dispatched {
            Ok(Ok(())) => {}
            Ok(Err(malformed)) => {
                self.refuse(channel, origin, &msg_type, "ValueError", &malformed.to_string())
            }
            Err(_) => {
                let message = format!("flowno itself failed while it answered a {msg_type}");
                self.refuse(channel, origin, &msg_type, "InternalError", &message);
            }
        }
        is_proof
    }

    /// Who asked must not wait for ever.
    fn refuse(&self, channel: Channel, origin: Arc<Origin>, msg_type: &str, name: &str, message: &str) {
        tracing::warn!("a message on {} was refused: {message}", channel.name());
        match refusal(msg_type, name, message) {
            Some(content) => self.answer(channel, origin, content),
            None => self.silently(&origin),
        }
    }

    /// Ends the running cells of all shells and aborts those that wait. The order matters to the engine thread,
    /// which lowers the flag before a cell and then looks at the line.
    pub(super) fn interrupt(&self) {
        self.main.line.draw();
        self.subshells.for_each(|shell| shell.line.draw());
        self.interrupt.raise();
    }

    /// Ends the running cells for good, and with them the engine thread.
    pub(super) fn stop_cells(&self) {
        let stop = |shell: &ShellQueue| {
            shell.line.draw_for_good();
            let _ = shell.jobs.send(Job::Stop); // refused when the engine thread has ended
        };
        stop(&self.main);
        self.subshells.for_each(stop);
        self.interrupt.raise();
    }

    fn dispatch(self: &Arc<Self>, channel: Channel, request: Request) -> Result<(), Malformed> {
        #[cfg(test)]
        assert_ne!(request.msg_type, tests::DEFECTIVE);
        match channel {
            Channel::Shell => self.shell(request),
            Channel::Control => self.control(request),
            _ => self.stdin(request),
        }
    }

    fn shell(self: &Arc<Self>, request: Request) -> Result<(), Malformed> {
        let shell = match request.subshell_id.as_deref() {
            None => self.main.clone(),
            Some(id) => self.subshells.get(id).ok_or_else(|| Malformed::NoSubshell { id: id.to_owned() })?,
        };
        let Request { origin, sent, msg_type, subshell_id, parent, content, metadata, buffers } = request;
        let bad = |source| Malformed::Content { msg_type: msg_type.clone(), source };
        match msg_type.as_str() {
            "execute_request" => {
                execute(&shell, origin, sent, Execution::read(content, &metadata).map_err(bad)?);
            }
            "is_complete_request" => self.is_complete(origin, is_complete::code(content).map_err(bad)?),
            "history_request" => {
                let query = history::query(&content);
                self.look_up(origin, query.map_err(|reason| Malformed::Field { msg_type, reason })?);
            }
            "complete_request" => {
                let question = Question::Complete(complete::request(content).map_err(bad)?);
                self.ask(Asked::Question { origin, subshell_id, question });
            }
            "inspect_request" => {
                let question = Question::Inspect(inspect::request(content).map_err(bad)?);
                self.ask(Asked::Question { origin, subshell_id, question });
            }
            "comm_open" => {
                let opening = Opening::read(content).map_err(bad)?;
                self.on_comm(&origin, || self.comms.open(&origin.header, opening, buffers));
            }
            "comm_msg" | "comm_close" => {
                let (comm_id, data) = comm::read(content).map_err(bad)?;
                let message = CommMessage { data, buffers };
                self.on_comm(&origin, || match msg_type.as_str() {
                    "comm_msg" => self.comms.message(&origin.header, &comm_id, message),
                    _ => self.comms.close(&origin.header, &comm_id, message),
                });
            }
            _ => {
                let request =
                    Request { origin, sent, msg_type, subshell_id, parent, content, metadata, buffers };
                return self.anywhere(Channel::Shell, request);
            }
        }
        Ok(())
    }

    fn control(self: &Arc<Self>, request: Request) -> Result<(), Malformed> {
        let reply = match request.msg_type.as_str() {
            "interrupt_request" => {
                self.interrupt();
                interrupt::reply()
            }
            "create_subshell_request" => {
                let id = self.subshells.create().ok_or(Malformed::TooManySubshells)?;
                subshell::created(&id)
            }
            "delete_subshell_request" => {
                let id = subshell::wanted(&request.content).unwrap_or_default();
                if !self.subshells.delete(id) {
                    return Err(Malformed::NoSubshell { id: id.to_owned() });
                }
                subshell::deleted()
            }
            "list_subshell_request" => subshell::list(self.subshells.list()),
            _ => return self.anywhere(Channel::Control, request),
        };
        self.answer(Channel::Control, request.origin, reply);
        Ok(())
    }

    /// The one message of this channel: an answer of the user. It is no request and has no reply.
    fn stdin(&self, request: Request) -> Result<(), Malformed> {
        if request.msg_type != "input_reply" {
            return unknown(request);
        }
        let Request { origin, msg_type, parent, content, .. } = request;
        let value = input::answer(content).map_err(|source| Malformed::Content { msg_type, source })?;
        if !self.stdin.answer(&origin.identities, input::question_of(&parent), value) {
            tracing::debug!("an input_reply came that nobody waits for");
        }
        Ok(())
    }

    /// Requests that both channels take.
    fn anywhere(&self, channel: Channel, request: Request) -> Result<(), Malformed> {
        match request.msg_type.as_str() {
            "kernel_info_request" => {
                self.answer(channel, request.origin, kernel_info::reply());
                self.ask(Asked::Displays);
            }
            "comm_info_request" => {
                let open = self.comms.list(comm::wanted_target(&request.content));
                self.answer(channel, request.origin, comm::info_reply(open));
            }
            "shutdown_request" => {
                let msg_type = request.msg_type;
                let reply = shutdown::reply(request.content)
                    .map_err(|source| Malformed::Content { msg_type, source })?;
                self.answer(channel, request.origin, reply);
                let _ = self.stop.send(()); // refused only when the end has begun
            }
            _ => return unknown(request),
        }
        Ok(())
    }

    /// Hands something to the engine thread, which deals with it also while a cell runs.
    fn ask(&self, asked: Asked) {
        if self.questions.send(asked).is_err() {
            tracing::debug!("a question came after the end of the engine thread");
        }
    }

    /// Parses beside this thread, since a source may be long.
    fn is_complete(self: &Arc<Self>, origin: Arc<Origin>, code: String) {
        let desk = self.clone();
        tokio::spawn(async move {
            let parsed = tokio::task::spawn_blocking(move || is_complete::reply(&code)).await;
            let reply = parsed.unwrap_or_else(|error| {
                tracing::error!("is_complete_request was not answered: {error}");
                is_complete::unknown()
            });
            desk.answer(Channel::Shell, origin, reply);
        });
    }

    /// Waits for the history beside this thread.
    fn look_up(self: &Arc<Self>, origin: Arc<Origin>, query: Query) {
        let desk = self.clone();
        tokio::spawn(async move {
            let output = query.output;
            let reply = match desk.history.ask(query).await {
                Ok(entries) => history::reply(entries, output),
                Err(reason) => refusal("history_request", "HistoryError", &reason).expect("it has a reply"),
            };
            desk.answer(Channel::Shell, origin, reply);
        });
    }

    /// Busy, the reply, idle.
    fn answer(&self, channel: Channel, origin: Arc<Origin>, content: Content) {
        self.status(&origin, status::busy());
        if channel == Channel::Control {
            // Not by the queue: when a subscriber stalls, interrupt and shutdown are still answered.
            self.control_replies.send(origin.clone(), content);
        } else {
            self.queue.push(Lane::Urgent, Post::Reply { origin: origin.clone(), content });
        }
        self.status(&origin, status::idle());
    }

    /// Busy, idle: for messages that have no reply.
    fn silently(&self, origin: &Origin) {
        self.status(origin, status::busy());
        self.status(origin, status::idle());
    }

    /// Busy, whatever `work` sends by comms, idle: among the messages of comms.
    fn on_comm(&self, origin: &Origin, work: impl FnOnce()) {
        let publish = |content| {
            self.queue
                .push(Lane::Comm { paced: false }, Post::Publish { parent: origin.header.clone(), content })
        };
        publish(status::busy());
        work();
        publish(status::idle());
    }

    fn status(&self, origin: &Origin, content: Content) {
        self.queue.push(Lane::Urgent, Post::Publish { parent: origin.header.clone(), content });
    }
}

fn execute(shell: &ShellQueue, origin: Arc<Origin>, sent: Option<Sent>, execution: Execution) {
    let job = Job::Execute { ticket: shell.line.arrive(sent), origin, execution };
    if shell.jobs.send(job).is_err() {
        tracing::debug!("a cell came after the end of the engine thread");
    }
}

fn unknown(request: Request) -> Result<(), Malformed> {
    Err(Malformed::UnknownType { msg_type: request.msg_type })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use flowno_scripting::engine::event_loop::mailbox::mailbox;
    use tokio::sync::mpsc;

    use super::*;
    use crate::engine_thread::AbortLine;
    use crate::history::HistoryPlace;
    use crate::wire::frames;
    use crate::wire::sign::Signer;

    /// Answering this one panics, in tests.
    pub(super) const DEFECTIVE: &str = "debug_request";

    fn desk() -> Arc<Desk> {
        let queue = Queue::default();
        Arc::new(Desk {
            encoder: Arc::new(Encoder::new(Signer::new(b"key"))),
            seen: Seen::default(),
            queue: queue.clone(),
            main: ShellQueue { jobs: mailbox().0, line: AbortLine::default() },
            questions: mailbox().0,
            stdin: Stdin::default(),
            interrupt: Interrupt::new(),
            comms: Registry::new(HashMap::new(), queue),
            subshells: Subshells::new(mailbox().0),
            history: History::start(HistoryPlace::Off).unwrap().0,
            control_replies: Replies::new().0,
            stop: mpsc::unbounded_channel().0,
        })
    }

    fn message(msg_type: &str, msg_id: &str) -> Vec<Bytes> {
        let header = format!(r#"{{"msg_id":"{msg_id}","msg_type":"{msg_type}"}}"#);
        let signed = [header.as_str(), "{}", "{}", "{}"].map(|text| Bytes::from(text.to_owned()));
        let signature = Signer::new(b"key").sign(&signed);
        frames::join(&[Bytes::from_static(b"peer")], signature, signed, &[])
    }

    /// The next that leaves: the type, and its state or else its status and error.
    async fn next(desk: &Desk) -> String {
        match desk.queue.next().await {
            Post::Publish { content, .. } => {
                format!("{} {}", content.msg_type, content.body["execution_state"].as_str().unwrap_or("?"))
            }
            Post::Reply { content, .. } => {
                let field = |name: &str| content.body[name].as_str().unwrap_or("-").to_owned();
                format!("{} {} {}", content.msg_type, field("status"), field("ename"))
            }
            _ => panic!("neither published nor a reply"),
        }
    }

    #[tokio::test]
    async fn who_knows_the_key_is_told_by_what_only_front_ends_send() {
        let desk = desk();
        assert!(desk.take(Channel::Shell, message("kernel_info_request", "1")));
        assert!(!desk.take(Channel::Shell, message("kernel_info_request", "1")), "a copy");
        assert!(!desk.take(Channel::Shell, message("status", "2")), "as of an earlier kernel with this key");
        let published = desk.encoder.encode(&["peer".into()], Bytes::from_static(b"{}"), &status::busy());
        assert!(!desk.take(Channel::Shell, published));
        for (msg_type, id) in [("comm_msg", "4"), ("comm_close", "5")] {
            assert!(!desk.take(Channel::Shell, message(msg_type, id)), "{msg_type}: likewise");
        }
        let mut unsigned = message("kernel_info_request", "3");
        unsigned[2] = Bytes::from_static(b"00");
        assert!(!desk.take(Channel::Shell, unsigned));
    }

    #[tokio::test]
    async fn a_defect_is_answered_once_and_the_next_request_too() {
        let desk = desk();
        desk.take(Channel::Shell, message(DEFECTIVE, "1"));
        desk.take(Channel::Shell, message("kernel_info_request", "2"));
        let mut left = Vec::new();
        for _ in 0..6 {
            left.push(next(&desk).await);
        }
        let (busy, idle) = ("status busy", "status idle");
        let expected = [busy, "debug_reply error InternalError", idle, busy, "kernel_info_reply ok -", idle];
        assert_eq!(left, expected);
    }
}
