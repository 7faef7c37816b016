//! The tasks of one cell, or of one evaluation of a node: it waits for them, and takes them with it when it fails or
//! is ended. So no task is forgotten, and no error of one is lost.

use std::cell::RefCell;
use std::rc::Rc;

use rhai::{Dynamic, EvalAltResult, Position};

use super::task::Task;
use crate::coroutine::block_on;
use crate::report::in_one_line;
use crate::waiting::blocked;

/// Tasks that belong together.
#[derive(Default)]
pub(crate) struct TaskGroup(RefCell<Vec<Rc<Task>>>);

/// The error of a task that nobody has joined.
pub(crate) struct Unjoined {
    pub(crate) error: Box<EvalAltResult>,
    /// The label of the cell in which the task was spawned.
    pub(crate) source: String,
}

/// How many tasks a group has before it looks for ended ones to forget.
const SWEEP_MIN: usize = 64;

impl TaskGroup {
    pub(super) fn add(&self, task: &Rc<Task>) {
        let mut tasks = self.0.borrow_mut();
        // Looking only when the list is full keeps spawning cheap: it grows when most of it still runs.
        if tasks.len() >= SWEEP_MIN && tasks.len() == tasks.capacity() {
            tasks.retain(|task| !task.is_done() || task.has_unseen_error());
        }
        tasks.push(task.clone());
    }

    /// Exchanges the tasks of two groups.
    pub(crate) fn exchange(&self, other: &Self) {
        self.0.swap(&other.0);
    }

    /// Whether no task was spawned.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// Waits until all have ended, those included that are spawned meanwhile.
    pub(crate) async fn ended(&self) {
        loop {
            let running: Vec<Rc<Task>> =
                self.0.borrow().iter().filter(|task| !task.is_done()).cloned().collect();
            if running.is_empty() {
                return;
            }
            for task in running {
                task.ended().await;
            }
        }
    }

    /// The errors that nobody has been told of, in the order in which the tasks were spawned.
    pub(crate) fn unjoined(&self) -> Vec<Unjoined> {
        let tasks = self.0.borrow().clone();
        let unjoined = |task: &Rc<Task>| {
            let error = task.unseen_error()?;
            Some(Unjoined { error, source: task.source().to_owned() })
        };
        tasks.iter().filter_map(unjoined).collect()
    }

    /// Whether there are such errors.
    pub(crate) fn has_unjoined(&self) -> bool {
        self.0.borrow().iter().any(|task| task.has_unseen_error())
    }

    /// Waits for the tasks of a script that runs here and has ended with `result`, and takes their errors for its own: the
    /// first, and `say` tells of the others. If it has failed they are ended.
    pub(crate) fn settle(
        &self,
        result: Result<Dynamic, Box<EvalAltResult>>,
        say: impl Fn(String),
    ) -> Result<Dynamic, Box<EvalAltResult>> {
        if self.is_empty() {
            return result;
        }
        let waited = result.and_then(|value| match block_on(self.ended()) {
            Ok(()) => Ok(value),
            Err(error) => Err(blocked(error, Position::NONE)),
        });
        let mut unjoined = self.unjoined().into_iter();
        self.cancel();
        let result = waited.and_then(|value| match unjoined.next() {
            Some(first) => Err(first.error),
            None => Ok(value),
        });
        unjoined.for_each(|other| say(in_one_line(&other.error)));
        result
    }

    /// Ends those that still run; what others have failed with stays known.
    pub(crate) fn end(&self) {
        let tasks = self.0.borrow().clone();
        tasks.iter().for_each(|task| {
            task.cancel();
        });
    }

    /// Ends those that still run, and forgets all.
    pub(crate) fn cancel(&self) {
        // What ends may spawn once more.
        loop {
            let tasks = self.0.take();
            if tasks.is_empty() {
                return;
            }
            tasks.iter().for_each(|task| {
                task.cancel();
            });
        }
    }
}
