//! Questions to the user: what stands between a script that asks and the stdin channel.
//!
//! At most one question is open. It went to the front end that sent the cell, and only that one's answer counts: an
//! answer that comes when nothing is open, from elsewhere, or to an earlier question is dropped. A question that cannot be
//! delivered, or whose front end has gone, is given up: what waits behind it must not wait for ever.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use flowno_scripting::engine::event_loop::mailbox::{self, mailbox};
use flowno_scripting::event::{AskError, Question};
use tokio::sync::oneshot;

use crate::content::input;
use crate::message::{Origin, is_same_client, new_msg_id};
use crate::queue::{Lane, Post, Queue};

/// The open question. Clones are handles to the same one.
#[derive(Clone, Default)]
pub(crate) struct Stdin(Arc<Mutex<Option<Open>>>);

struct Open {
    /// The identity of the message that asks.
    msg_id: String,
    /// The way to who is asked.
    identities: Vec<Bytes>,
    answer: mailbox::Sender<String>,
    /// Dropped with the question: who looks after it waits for that.
    closing: Option<oneshot::Sender<()>>,
}

/// Closes its question when it is dropped.
struct Closing {
    stdin: Stdin,
    msg_id: String,
}

impl Stdin {
    /// Asks, behind all outputs that were sent before, and waits for the answer. Dropping the future takes the question
    /// back.
    ///
    /// # Errors
    ///
    /// When the answer can never come: nobody is there to ask, who was asked has gone, or the kernel ends.
    pub(crate) async fn ask(
        self,
        queue: Queue,
        origin: Arc<Origin>,
        question: Question,
    ) -> Result<String, AskError> {
        let (answer, mut answered) = mailbox();
        let closing = self.open(origin.identities.clone(), answer);
        let (msg_id, content) = (closing.msg_id.clone(), input::request(&question));
        queue.push(Lane::Output { paced: false }, Post::Ask { origin, msg_id, content });
        answered.recv().await.ok_or(AskError::NobodyToAsk)
    }

    /// Takes an answer, to the question with the identity `to` if it names one; `false` if nobody waits for it.
    pub(crate) fn answer(&self, identities: &[Bytes], to: Option<&str>, value: String) -> bool {
        let is_asked = |open: &mut Open| {
            is_same_client(&open.identities, identities) && to.is_none_or(|to| to == open.msg_id)
        };
        let open = self.lock().take_if(is_asked);
        open.is_some_and(|open| open.answer.send(value).is_ok())
    }

    /// Closes a question without an answer.
    pub(crate) fn give_up(&self, msg_id: &str) {
        let open = self.lock().take_if(|open| open.msg_id == msg_id);
        drop(open); // whoever waits is woken while no lock is held
    }

    /// Waits until a question is closed. One at a time may wait for one.
    pub(crate) async fn closed(&self, msg_id: &str) {
        let (closing, closed) = oneshot::channel();
        match &mut *self.lock() {
            Some(open) if open.msg_id == msg_id => open.closing = Some(closing),
            _ => return,
        }
        let _ = closed.await; // nothing is ever sent
    }

    fn open(&self, identities: Vec<Bytes>, answer: mailbox::Sender<String>) -> Closing {
        let msg_id = new_msg_id();
        *self.lock() = Some(Open { msg_id: msg_id.clone(), identities, answer, closing: None });
        Closing { stdin: self.clone(), msg_id }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.stdin.give_up(&self.msg_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::identity;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    fn ask(stdin: &Stdin, peer: &'static str) -> impl Future<Output = Result<String, AskError>> {
        let origin = Arc::new(Origin { identities: vec![identity(0, peer.as_bytes())], header: "{}".into() });
        stdin.clone().ask(Queue::default(), origin, Question { prompt: "?".into(), password: false })
    }

    /// The way to a peer's socket on stdin.
    fn way(peer: &str) -> [Bytes; 1] {
        [identity(1, peer.as_bytes())]
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Option<F::Output> {
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        }
    }

    #[test]
    fn only_who_was_asked_answers_and_only_once() {
        let stdin = Stdin::default();
        let mut asking = pin!(ask(&stdin, "a"));
        assert_eq!(poll(asking.as_mut()), None);
        assert!(!stdin.answer(&way("b"), None, "wrong".into()));
        assert!(stdin.answer(&way("a"), None, "right".into()));
        assert!(!stdin.answer(&way("a"), None, "late".into()));
        assert_eq!(poll(asking.as_mut()), Some(Ok("right".into())));
    }

    #[test]
    fn an_answer_to_another_question_is_none() {
        let stdin = Stdin::default();
        let mut asking = pin!(ask(&stdin, "a"));
        assert_eq!(poll(asking.as_mut()), None);
        let msg_id = stdin.lock().as_ref().unwrap().msg_id.clone();
        assert!(!stdin.answer(&way("a"), Some("of before"), "stale".into()));
        assert!(stdin.answer(&way("a"), Some(&msg_id), "right".into()));
        assert_eq!(poll(asking.as_mut()), Some(Ok("right".into())));
    }

    #[test]
    fn a_question_taken_back_has_no_answer() {
        let stdin = Stdin::default();
        {
            let mut asking = pin!(ask(&stdin, "a"));
            assert_eq!(poll(asking.as_mut()), None);
        }
        assert!(!stdin.answer(&way("a"), None, "late".into()));
        let mut next = pin!(ask(&stdin, "a"));
        assert_eq!(poll(next.as_mut()), None);
        assert!(stdin.answer(&way("a"), None, "new".into()));
        assert_eq!(poll(next.as_mut()), Some(Ok("new".into())));
    }

    #[tokio::test]
    async fn a_question_given_up_ends_its_wait_and_no_other() {
        let stdin = Stdin::default();
        let mut asking = pin!(ask(&stdin, "a"));
        assert_eq!(poll(asking.as_mut()), None);
        let msg_id = stdin.lock().as_ref().unwrap().msg_id.clone();
        let mut closed = pin!(stdin.closed(&msg_id));
        stdin.give_up("another");
        assert_eq!((poll(closed.as_mut()), poll(asking.as_mut())), (None, None));
        stdin.give_up(&msg_id);
        assert_eq!(poll(closed.as_mut()), Some(()));
        assert_eq!(poll(asking.as_mut()), Some(Err(AskError::NobodyToAsk)));
        assert_eq!(poll(pin!(stdin.closed(&msg_id))), Some(()), "it is closed already");
    }
}
