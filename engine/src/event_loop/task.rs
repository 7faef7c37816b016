//! Tasks: futures in a slab, and the handles that join or cancel them.
//!
//! A task is one allocation, shared by the slab and its handle: the future, and how it ended.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use smallvec::SmallVec;

use super::Inner;
use super::waits::{Note, Reason, note_of};

/// A place in the slab and the number of its tenant, so that a stale handle finds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TaskId {
    pub(crate) place: u32,
    /// From 1, so that an `Option` of it all is one word.
    pub(crate) tenant: NonZero<u32>,
}

/// A task as the loop sees it.
pub(crate) trait Task {
    /// Polls the future; `true` once it has ended and was dropped.
    fn run(&self, cx: &mut Context<'_>) -> bool;

    /// Ends the task, which has left its place, where it waits, and drops its future; one that is being polled just
    /// now is dropped after that. Nothing may be borrowed here.
    fn cancel(&self);

    /// Why it has ended without a value.
    fn error(&self) -> Option<TaskError> {
        None
    }
}

/// A task as its handle sees it.
pub(crate) trait Joinable<T> {
    fn state(&self) -> &RefCell<JoinState<T>>;
}

pub(crate) struct TaskCell<F: Future> {
    state: RefCell<JoinState<F::Output>>,
    /// Pinned: it stays here until it is dropped in place.
    future: RefCell<Option<F>>,
}

impl<F: Future> TaskCell<F> {
    pub(crate) fn new(future: F) -> Rc<Self> {
        Rc::new(Self {
            state: RefCell::new(JoinState::Running(SmallVec::new())),
            future: RefCell::new(Some(future)),
        })
    }

    fn is_running(&self) -> bool {
        matches!(*self.state.borrow(), JoinState::Running(_))
    }
}

impl<F: Future> Task for TaskCell<F> {
    /// Catches panics, so that they stay the task's own.
    fn run(&self, cx: &mut Context<'_>) -> bool {
        let mut place = self.future.borrow_mut();
        let Some(future) = place.as_mut() else { return true };
        // SAFETY: the future is never moved out of its cell, which an `Rc` keeps where it is.
        let future = unsafe { Pin::new_unchecked(future) };
        match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(Poll::Pending) if self.is_running() => return false,
            Ok(Poll::Pending) => {} // cancelled while it ran
            Ok(Poll::Ready(value)) => settle(&self.state, JoinState::Done(value)),
            Err(payload) => {
                let error = TaskError::Panicked(panic_message(&*payload));
                settle(&self.state, JoinState::Failed(error));
            }
        }
        *place = None;
        true
    }

    fn cancel(&self) {
        settle(&self.state, JoinState::Failed(TaskError::Cancelled));
        if let Ok(mut future) = self.future.try_borrow_mut() {
            *future = None;
        }
    }

    fn error(&self) -> Option<TaskError> {
        match &*self.state.borrow() {
            JoinState::Failed(error) => Some(error.clone()),
            _ => None,
        }
    }
}

impl<F: Future> Joinable<F::Output> for TaskCell<F> {
    fn state(&self) -> &RefCell<JoinState<F::Output>> {
        &self.state
    }
}

struct SlabPlace {
    tenant: NonZero<u32>,
    task: Option<Rc<dyn Task>>,
    /// For people: the how manieth task it is, its name, and what it waits for.
    number: u64,
    name: Option<Rc<str>>,
    reason: Cell<Reason>,
    whose: Cell<Option<TaskId>>,
}

impl SlabPlace {
    fn new() -> Self {
        let Note { reason, whose } = Note::default();
        Self {
            tenant: NonZero::<u32>::MIN,
            task: None,
            number: 0,
            name: None,
            reason: Cell::new(reason),
            whose: Cell::new(whose),
        }
    }

    /// Keeps what the task waits for.
    fn keep(&self, Note { reason, whose }: Note) {
        self.reason.set(reason);
        self.whose.set(whose);
    }
}

/// Tasks by place; free places are reused, last freed first.
#[derive(Default)]
pub(crate) struct Slab {
    places: Vec<SlabPlace>,
    free: Vec<u32>,
    living: usize,
    spawned: u64,
}

impl Slab {
    pub(crate) fn living(&self) -> usize {
        self.living
    }

    /// Takes a place for a task that comes in with [`fill`](Self::fill), or not and gives it back with
    /// [`release`](Self::release).
    pub(crate) fn reserve(&mut self) -> TaskId {
        let place = self.free.pop().unwrap_or_else(|| {
            self.places.push(SlabPlace::new());
            (self.places.len() - 1) as u32
        });
        self.places[place as usize].keep(Note::default());
        TaskId { place, tenant: self.places[place as usize].tenant }
    }

    pub(crate) fn fill(&mut self, id: TaskId, name: Option<Rc<str>>, task: Rc<dyn Task>) {
        let place = &mut self.places[id.place as usize];
        place.task = Some(task);
        self.living += 1;
        self.spawned += 1;
        place.number = self.spawned;
        place.name = name;
    }

    /// Keeps what a task that is suspended waits for.
    pub(crate) fn keep_note(&self, id: TaskId, note: Note) {
        if let Some(place) = self.places.get(id.place as usize)
            && place.tenant == id.tenant
        {
            place.keep(note);
        }
    }

    /// Number, name and note of each task.
    pub(crate) fn notes(&self) -> impl Iterator<Item = (u64, Option<&str>, Note)> {
        let living = self.places.iter().filter(|place| place.task.is_some());
        let note = |place: &SlabPlace| Note { reason: place.reason.get(), whose: place.whose.get() };
        living.map(move |place| (place.number, place.name.as_deref(), note(place)))
    }

    /// Number and name of a task that has not ended.
    pub(crate) fn whose(&self, id: TaskId) -> Option<(u64, Option<&str>)> {
        let place = self.places.get(id.place as usize)?;
        (place.tenant == id.tenant && place.task.is_some()).then_some((place.number, place.name.as_deref()))
    }

    pub(crate) fn release(&mut self, place: u32) {
        self.free.push(place);
    }

    /// The task in a place, and who it is.
    pub(crate) fn at(&self, place: u32) -> Option<(TaskId, Rc<dyn Task>)> {
        let found = self.places.get(place as usize)?;
        Some((TaskId { place, tenant: found.tenant }, found.task.clone()?))
    }

    pub(crate) fn remove(&mut self, id: TaskId) -> Option<Rc<dyn Task>> {
        let place = self.places.get_mut(id.place as usize)?;
        if place.tenant != id.tenant {
            return None;
        }
        let task = place.task.take()?;
        place.tenant = place.tenant.checked_add(1).unwrap_or(NonZero::<u32>::MIN);
        self.free.push(id.place);
        self.living -= 1;
        Some(task)
    }

    /// All tasks there are, by place.
    pub(crate) fn ids(&self) -> Vec<TaskId> {
        let living = self.places.iter().enumerate().filter(|(_, place)| place.task.is_some());
        living.map(|(index, place)| TaskId { place: index as u32, tenant: place.tenant }).collect()
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
    /// With who waits for the end.
    Running(SmallVec<[Waker; 1]>),
    Done(T),
    Failed(TaskError),
}

/// A handle on a spawned task. Dropping it leaves the task running.
pub struct TaskHandle<T> {
    pub(crate) id: TaskId,
    pub(crate) inner: Weak<Inner>,
    pub(crate) task: Rc<dyn Joinable<T>>,
}

impl<T> TaskHandle<T> {
    /// Waits for the task and takes its value.
    ///
    /// # Errors
    ///
    /// [`TaskError`] if it was cancelled, panicked, or was joined before.
    pub async fn join(&self) -> Result<T, TaskError> {
        poll_fn(|cx| {
            let mut state = self.task.state().borrow_mut();
            if let JoinState::Running(waiting) = &mut *state {
                if !waiting.iter().any(|waker| waker.will_wake(cx.waker())) {
                    waiting.push(cx.waker().clone());
                }
                note_of(&"{} to end", Some(self.id));
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
        if self.is_done() {
            return false;
        }
        inner.cancel(self.id);
        true
    }

    /// Whether the task has ended, with a value or not.
    pub fn is_done(&self) -> bool {
        !matches!(*self.task.state().borrow(), JoinState::Running(_))
    }
}

/// Records how a task ended, once, and wakes who joins it.
fn settle<T>(state: &RefCell<JoinState<T>>, end: JoinState<T>) {
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
