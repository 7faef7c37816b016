//! A mailbox: how another thread hands work to the event loop.
//!
//! The engine thread owns everything that is not `Send`, so a request enters it by value
//! through this one door. [`Sender::send`] never blocks; the receiving task is woken by its own
//! waker, which reaches through the event loop's poller when the loop sleeps.
//!
//! Messages wait in one deque: the producers are few and are answered one by
//! one, so a bound belongs to the protocol in front of it, not here.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::{Counted, note};

struct State<T> {
    messages: VecDeque<T>,
    /// The task that waits in [`Receiver::recv`], if it does.
    waiting: Option<Waker>,
    senders: usize,
    receiver_alive: bool,
}

struct Shared<T>(Mutex<State<T>>);

impl<T> Shared<T> {
    /// A panic while the lock is held cannot leave the deque half-changed, so poison is ignored.
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The sending half; clone it for each thread that sends.
pub struct Sender<T>(Arc<Shared<T>>);

/// The receiving half; belongs to a task on the event loop.
pub struct Receiver<T>(Arc<Shared<T>>);

/// Makes a connected pair.
pub fn mailbox<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Arc::new(Shared(Mutex::new(State {
        messages: VecDeque::new(),
        waiting: None,
        senders: 1,
        receiver_alive: true,
    })));
    (Sender(shared.clone()), Receiver(shared))
}

impl<T> Sender<T> {
    /// Appends a message and wakes the receiver.
    ///
    /// # Errors
    ///
    /// Gives the message back when the receiver is gone.
    pub fn send(&self, message: T) -> Result<(), T> {
        let mut state = self.0.lock();
        if !state.receiver_alive {
            return Err(message);
        }
        state.messages.push_back(message);
        let waiting = state.waiting.take();
        drop(state); // never wake while a lock is held
        if let Some(waker) = waiting {
            waker.wake();
        }
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.lock().senders += 1;
        Self(self.0.clone())
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.senders -= 1;
        let waiting = if state.senders == 0 { state.waiting.take() } else { None };
        drop(state);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

impl<T> Receiver<T> {
    /// The next message, in the order sent; `None` once every sender is dropped and the box empty.
    pub async fn recv(&mut self) -> Option<T> {
        let _counted = Counted::receiver();
        poll_fn(|cx| {
            let mut state = self.0.lock();
            if let Some(message) = state.messages.pop_front() {
                return Poll::Ready(Some(message));
            }
            if state.senders == 0 {
                return Poll::Ready(None);
            }
            state.waiting = Some(cx.waker().clone());
            note(&"a message in a mailbox");
            Poll::Pending
        })
        .await
    }

    /// The next message if one is there already.
    pub fn try_recv(&mut self) -> Option<T> {
        self.0.lock().messages.pop_front()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.receiver_alive = false;
        state.messages.clear();
    }
}
