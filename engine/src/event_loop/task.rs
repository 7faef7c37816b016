//! Tasks: futures in a slab, and the handles that join or cancel them.

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::Inner;
use super::ready::TaskHeader;

/// A place in the slab and the number of its tenant, so that a stale wake-up finds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskId {
    pub(crate) index: u32,
    pub(crate) tenant: u32,
}

pub(crate) type BoxFuture = Pin<Box<dyn Future<Output = ()>>>;

pub(crate) struct Task {
    pub(crate) header: Arc<TaskHeader>,
    pub(crate) waker: Waker,
    /// Taken out while the task is polled.
    pub(crate) future: Option<BoxFuture>,
}

/// Tasks by index; free places are reused, last freed first.
#[derive(Default)]
pub(crate) struct Slab {
    places: Vec<(u32, Option<Task>)>,
    free: Vec<u32>,
    living: usize,
}

impl Slab {
    pub(crate) fn living(&self) -> usize {
        self.living
    }

    pub(crate) fn insert(&mut self, make: impl FnOnce(TaskId) -> Task) -> TaskId {
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push((0, None));
            (self.places.len() - 1) as u32
        });
        let place = &mut self.places[index as usize];
        let id = TaskId { index, tenant: place.0 };
        place.1 = Some(make(id));
        self.living += 1;
        id
    }

    pub(crate) fn get_mut(&mut self, id: TaskId) -> Option<&mut Task> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.0 == id.tenant { place.1.as_mut() } else { None }
    }

    pub(crate) fn remove(&mut self, id: TaskId) -> Option<Task> {
        let place = self.places.get_mut(id.index as usize)?;
        if place.0 != id.tenant {
            return None;
        }
        let task = place.1.take()?;
        place.0 = place.0.wrapping_add(1);
        self.free.push(id.index);
        self.living -= 1;
        Some(task)
    }

    /// Empties the slab; the caller drops the tasks when nothing is borrowed.
    pub(crate) fn drain(&mut self) -> Vec<Task> {
        let tasks: Vec<Task> = self.places.iter_mut().filter_map(|place| place.1.take()).collect();
        self.places.clear();
        self.free.clear();
        self.living = 0;
        tasks
    }
}

/// Why a task has no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaskError {
    /// It was cancelled (Flowno's `TaskCancelled`).
    #[error("the task was cancelled")]
    Cancelled,
    /// It panicked; the message of the panic.
    #[error("the task panicked: {0}")]
    Panicked(String),
    /// Its value was taken by an earlier `join`.
    #[error("the task was joined before")]
    Joined,
}

pub(crate) enum JoinState<T> {
    Running(Vec<Waker>),
    Done(T),
    Failed(TaskError),
}

/// A handle on a spawned task. Dropping it leaves the task running.
pub struct TaskHandle<T> {
    pub(crate) id: TaskId,
    pub(crate) inner: Weak<Inner>,
    pub(crate) state: Rc<RefCell<JoinState<T>>>,
}

impl<T> TaskHandle<T> {
    /// Waits for the task and takes its value.
    ///
    /// # Errors
    ///
    /// [`TaskError`] if it was cancelled, panicked, or was joined before.
    pub async fn join(&self) -> Result<T, TaskError> {
        poll_fn(|cx| {
            let mut state = self.state.borrow_mut();
            if let JoinState::Running(waiting) = &mut *state {
                if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                    waiting.push(cx.waker().clone());
                }
                return Poll::Pending;
            }
            match std::mem::replace(&mut *state, JoinState::Failed(TaskError::Joined)) {
                JoinState::Done(value) => Poll::Ready(Ok(value)),
                JoinState::Failed(error) => {
                    *state = JoinState::Failed(error.clone());
                    Poll::Ready(Err(error))
                }
                JoinState::Running(_) => unreachable!("returned above"),
            }
        })
        .await
    }

    /// Ends the task where it waits. `true` if it was still running, `false` if it had ended.
    ///
    /// A task may cancel itself: it then ends at its next suspension.
    pub fn cancel(&self) -> bool {
        let Some(inner) = self.inner.upgrade() else { return false };
        if !matches!(*self.state.borrow(), JoinState::Running(_)) {
            return false;
        }
        settle(&self.state, JoinState::Failed(TaskError::Cancelled));
        let task = inner.tasks.borrow_mut().remove(self.id);
        drop(task); // runs the destructors of the future: nothing may be borrowed here
        true
    }

    /// Whether the task has ended, with a value or not.
    pub fn is_done(&self) -> bool {
        !matches!(*self.state.borrow(), JoinState::Running(_))
    }
}

/// Records how a task ended, once, and wakes who joins it.
pub(crate) fn settle<T>(state: &Rc<RefCell<JoinState<T>>>, end: JoinState<T>) {
    let waiting = {
        let mut state = state.borrow_mut();
        let JoinState::Running(waiting) = &mut *state else { return };
        let waiting = std::mem::take(waiting);
        *state = end;
        waiting
    };
    for waker in waiting {
        waker.wake();
    }
}

/// The text of a panic's payload.
pub(crate) fn panic_message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}
