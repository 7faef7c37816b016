//! The place of a task that its owner polls too.

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::task::{Context, Waker};

use super::task::{Task, TaskId};
use super::waits::Polling;
use super::{Inner, current, try_current};

/// A place in the slab, taken before there is a task, so that a future can be polled under the task's waker first:
/// most evaluations end at that poll and never become a task. The owner may go on polling it beside the loop.
pub(crate) struct Place {
    inner: Weak<Inner>,
    id: TaskId,
    waker: Waker,
    state: Cell<State>,
}

/// Which loop something is done on.
#[derive(Default)]
pub(crate) struct Home(Weak<Inner>);

impl Home {
    /// Moves to the current loop, if there is one; whether it was on another.
    pub(crate) fn moves_here(&mut self) -> bool {
        if is_current(&self.0) {
            return false;
        }
        let here = try_current().map_or_else(Weak::new, |inner| Rc::downgrade(&inner));
        // A pointer that dangles was never one to a loop.
        !Weak::ptr_eq(&std::mem::replace(&mut self.0, here), &Weak::new())
    }
}

fn is_current(inner: &Weak<Inner>) -> bool {
    try_current().is_some_and(|current| std::ptr::eq(inner.as_ptr(), Rc::as_ptr(&current)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reserved,
    Filled,
    Vacated,
}

impl Place {
    /// Whether there is a current loop to take a place on.
    pub(crate) fn can_be_taken() -> bool {
        try_current().is_some()
    }

    /// Takes a place on the current loop.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub(crate) fn new() -> Self {
        let inner = current();
        let id = inner.reserve();
        let waker = inner.ready.waker(id.place);
        Self { inner: Rc::downgrade(&inner), id, waker, state: Cell::new(State::Reserved) }
    }

    /// Whether it is on the current loop.
    pub(crate) fn is_here(&self) -> bool {
        is_current(&self.inner)
    }

    /// Whether this waker is that of the task.
    pub(crate) fn is_woken_by(&self, waker: &Waker) -> bool {
        self.waker.will_wake(waker)
    }

    /// The number of the task in it, if there is one.
    pub(crate) fn task_number(&self) -> Option<u64> {
        let inner = self.inner.upgrade()?;
        inner.tasks.borrow().whose(self.id).map(|(number, _)| number)
    }

    /// Polls something as the task.
    pub(crate) fn poll<R>(&self, poll: impl FnOnce(&mut Context<'_>) -> R) -> R {
        let polling = Polling::new(self.id);
        let polled = poll(&mut Context::from_waker(&self.waker));
        if let Some(inner) = self.inner.upgrade() {
            inner.tasks.borrow().keep_note(self.id, polling.note());
        }
        polled
    }

    /// Makes the task; it runs when its waker is called, or was.
    pub(crate) fn fill(&self, name: Rc<str>, task: Rc<dyn Task>) {
        if let Some(inner) = self.inner.upgrade() {
            inner.tasks.borrow_mut().fill(self.id, Some(name), task);
            self.state.set(State::Filled);
        }
    }

    /// Gives the place back. A task in it is dropped: nothing may be borrowed here.
    pub(crate) fn vacate(&self) {
        let before = self.state.replace(State::Vacated);
        let Some(inner) = self.inner.upgrade() else { return };
        match before {
            State::Reserved => {
                inner.ready.retire(self.id.place);
                inner.tasks.borrow_mut().release(self.id.place);
            }
            State::Filled => drop(inner.remove(self.id)),
            State::Vacated => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.vacate();
    }
}
