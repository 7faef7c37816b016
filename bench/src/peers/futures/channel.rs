//! A bounded channel between one task and another.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;

use super::poll_loop::{Shared, Task};

/// Both ends; each is used by one task.
pub(super) struct Channel {
    shared: Rc<Shared>,
    held: RefCell<VecDeque<i64>>,
    places: usize,
    /// Whoever waits at either end: when it is full, the sender; when it is empty, the receiver.
    waiting: Cell<Option<Task>>,
}

impl Channel {
    /// Holds up to so many values.
    pub(super) fn new(shared: &Rc<Shared>, places: usize) -> Rc<Self> {
        let held = RefCell::new(VecDeque::with_capacity(places));
        Rc::new(Self { shared: shared.clone(), held, places, waiting: Cell::new(None) })
    }

    /// Puts a value in when there is a place.
    pub(super) async fn send(&self, value: i64) {
        poll_fn(|_| {
            let mut held = self.held.borrow_mut();
            if held.len() == self.places {
                return self.wait();
            }
            held.push_back(value);
            self.wake_other();
            Poll::Ready(())
        })
        .await;
    }

    /// Takes the oldest value when there is one.
    pub(super) async fn receive(&self) -> i64 {
        poll_fn(|_| match self.held.borrow_mut().pop_front() {
            None => self.wait(),
            Some(value) => {
                self.wake_other();
                Poll::Ready(value)
            }
        })
        .await
    }

    fn wait<T>(&self) -> Poll<T> {
        self.waiting.set(Some(self.shared.current()));
        Poll::Pending
    }

    fn wake_other(&self) {
        if let Some(task) = self.waiting.take() {
            self.shared.wake(task);
        }
    }
}
