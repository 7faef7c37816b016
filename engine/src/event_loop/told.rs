//! Telling instruments what happens on a loop. All of it is cold: nobody comes here unless somebody watches.

use std::rc::Rc;
use std::task::Context;
use std::time::Duration;

use super::task::{Task, TaskError, TaskId};
use super::waits::Polling;
use super::{Inner, try_current};
use crate::instrument::{TaskView, tell_loops};

/// The current loop's time; zero if there is none.
pub(crate) fn time() -> Duration {
    try_current().map_or(Duration::ZERO, |inner| inner.clock.borrow().now())
}

impl Inner {
    /// [`run_task`](Self::run_task) with somebody to tell of it.
    #[cold]
    pub(super) fn run_task_told(&self, id: TaskId, task: &Rc<dyn Task>) {
        // Who ends may have left its place by then.
        let Some((number, name)) = self.name_of(id) else { return };
        let view = TaskView { number, name: name.as_deref() };
        tell_loops(|told| told.on_task_before_send(view));
        let polling = Polling::new(id);
        if !task.run(&mut Context::from_waker(&self.ready.waker(id.place))) {
            let note = polling.note();
            self.tasks.borrow().keep_note(id, note);
            let command = self.spell(note);
            return tell_loops(|told| told.on_task_after_send(view, &command));
        }
        match task.error() {
            None => tell_loops(|told| told.on_task_completed(view)),
            // Whoever cancelled it has told of it.
            Some(TaskError::Cancelled) => {}
            Some(error) => tell_loops(|told| told.on_task_error(view, &error)),
        }
        drop(self.remove(id));
    }

    /// Tells that a task is cancelled, around the dropping of what it holds.
    #[cold]
    pub(super) fn cancel_told(&self, id: TaskId, cancel: impl FnOnce()) {
        let error = TaskError::Cancelled;
        // Afterwards it has no place any more.
        let Some((number, name)) = self.name_of(id) else { return cancel() };
        let view = TaskView { number, name: name.as_deref() };
        tell_loops(|told| told.on_task_before_throw(view, &error));
        cancel();
        tell_loops(|told| {
            told.on_task_after_throw(view, &error);
            told.on_task_cancelled(view, &error);
        });
    }

    /// Copied: who is told may spawn.
    fn name_of(&self, id: TaskId) -> Option<(u64, Option<String>)> {
        let tasks = self.tasks.borrow();
        tasks.whose(id).map(|(number, name)| (number, name.map(str::to_owned)))
    }
}
