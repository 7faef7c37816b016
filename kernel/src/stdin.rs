//! Questions to the user: what stands between a script that asks and the stdin channel.
//!
//! At most one question is open. It went to the front end that sent the cell, and only that one's answer counts: an
//! answer that comes when nothing is open, or from elsewhere, is dropped.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use flowno_scripting::engine::event_loop::mailbox::{self, mailbox};
use flowno_scripting::event::{AskError, Question};

use crate::connection::Channel;
use crate::content::input;
use crate::wire::{Origin, Post, Queue};

/// The open question. Clones are handles to the same one.
#[derive(Clone, Default)]
pub(crate) struct Stdin(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// How many questions there have been.
    count: u64,
    open: Option<Open>,
}

struct Open {
    number: u64,
    /// The way to who is asked.
    identities: Vec<Bytes>,
    answer: mailbox::Sender<String>,
}

/// Closes its question when it is dropped.
struct Closing {
    stdin: Stdin,
    number: u64,
}

impl Stdin {
    /// Asks, behind all outputs that were sent before, and waits for the answer. Dropping the future takes the question
    /// back.
    ///
    /// # Errors
    ///
    /// When the answer can never come, since the kernel ends.
    pub(crate) async fn ask(
        self,
        queue: Queue,
        origin: Arc<Origin>,
        question: Question,
    ) -> Result<String, AskError> {
        let (answer, mut answered) = mailbox();
        let _closing = self.open(origin.identities.clone(), answer);
        queue.output(Post::Reply { channel: Channel::Stdin, origin, content: input::request(&question) });
        answered.recv().await.ok_or(AskError::NobodyToAsk)
    }

    /// Takes an answer; `false` if nobody waits for it.
    pub(crate) fn answer(&self, identities: &[Bytes], value: String) -> bool {
        let is_asked = |open: &mut Open| open.identities == identities;
        let open = self.lock().open.take_if(is_asked);
        open.is_some_and(|open| open.answer.send(value).is_ok())
    }

    fn open(&self, identities: Vec<Bytes>, answer: mailbox::Sender<String>) -> Closing {
        let mut state = self.lock();
        state.count += 1;
        let number = state.count;
        state.open = Some(Open { number, identities, answer });
        Closing { stdin: self.clone(), number }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        drop(self.stdin.lock().open.take_if(|open| open.number == self.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::pin::{Pin, pin};
    use std::task::{Context, Poll, Waker};

    fn ask(stdin: &Stdin, peer: &'static str) -> impl Future<Output = Result<String, AskError>> {
        let origin = Arc::new(Origin { identities: vec![peer.into()], header: "{}".into() });
        stdin.clone().ask(Queue::default(), origin, Question { prompt: "?".into(), password: false })
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
        assert!(!stdin.answer(&["b".into()], "wrong".into()));
        assert!(stdin.answer(&["a".into()], "right".into()));
        assert!(!stdin.answer(&["a".into()], "late".into()));
        assert_eq!(poll(asking.as_mut()), Some(Ok("right".into())));
    }

    #[test]
    fn a_question_taken_back_has_no_answer() {
        let stdin = Stdin::default();
        {
            let mut asking = pin!(ask(&stdin, "a"));
            assert_eq!(poll(asking.as_mut()), None);
        }
        assert!(!stdin.answer(&["a".into()], "late".into()));
        let mut next = pin!(ask(&stdin, "a"));
        assert_eq!(poll(next.as_mut()), None);
        assert!(stdin.answer(&["a".into()], "new".into()));
        assert_eq!(poll(next.as_mut()), Some(Ok("new".into())));
    }
}
