//! Running a loop: until its root has ended, or all tasks have.

use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::exit::Exit;
use super::{Current, EventLoop, Inner, LoopError, TaskHandle, ready};
use crate::sync::AsyncQueue;

/// How far to run: the parameters of Flowno's `run_until_complete`, with its names and defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunUntil {
    /// Whether to give the root's value, or the error of its failure. `false` at first: neither is told.
    pub join: bool,
    /// Whether to go on until every task that was spawned has ended. `true` at first; else it stops with the root.
    pub wait_for_spawned_tasks: bool,
    /// The longest wait for a timer, a socket or another thread in which nothing happens. `None` at first: any.
    pub max_wait: Option<Duration>,
}

impl Default for RunUntil {
    fn default() -> Self {
        Self { join: false, wait_for_spawned_tasks: true, max_wait: None }
    }
}

impl EventLoop {
    /// Runs `root` to its end and gives its value, and runs with it every task that is spawned meanwhile. Tasks that
    /// outlive the root stay where they are until the next call, or until the loop is dropped; the root itself is cancelled
    /// if the loop ends early. Flowno's spelling is `run_until_complete(root, join=True, wait_for_spawned_tasks=False)`.
    ///
    /// # Errors
    ///
    /// [`LoopError::Stalled`] when the root can never end, [`LoopError::Task`] if it panicked, [`LoopError::Exit`] or
    /// [`LoopError::ExitType`] if a task has called [`exit`](super::exit), [`LoopError::Io`] if polling failed.
    pub fn run_until_complete<T: 'static>(
        &self,
        root: impl Future<Output = T> + 'static,
    ) -> Result<T, LoopError> {
        let options = RunUntil { join: true, wait_for_spawned_tasks: false, max_wait: None };
        match self.run_with(root, options)? {
            Some(value) => Ok(value),
            None => unreachable!("the root is joined"),
        }
    }

    /// Flowno's `run_until_complete` with all its parameters: the root's value if it is joined, else `None`.
    ///
    /// ```
    /// use flowno_engine::event_loop::{EventLoop, RunUntil, spawn, yield_now};
    ///
    /// let event_loop = EventLoop::new()?;
    /// let root = async {
    ///     spawn(yield_now());
    ///     7
    /// };
    /// assert_eq!(event_loop.run_with(root, RunUntil { join: true, ..RunUntil::default() })?, Some(7));
    /// assert!(!event_loop.has_living_tasks());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run_until_complete`](Self::run_until_complete), but for the root's failure if it is not joined. With
    /// `wait_for_spawned_tasks` it is a stall also if any task can never end, and what the root gave is lost. If nothing happens for
    /// `max_wait`, [`LoopError::WaitedTooLong`].
    pub fn run_with<T: 'static>(
        &self,
        root: impl Future<Output = T> + 'static,
        options: RunUntil,
    ) -> Result<Option<T>, LoopError> {
        let inner = &self.inner;
        let _current = Current::enter(inner);
        let _entered = ready::enter(&inner.ready);
        let _limited = Limited::new(inner, options.max_wait);
        let handle = inner.spawn_named(Some("root".into()), root);
        let goes_on = || !handle.is_done() || (options.wait_for_spawned_tasks && self.has_living_tasks());
        tracing::debug!("runs until its root has ended");
        let end = inner.turn_while(goes_on);
        match &end {
            Ok(None) => tracing::debug!("its root has ended"),
            Ok(Some(_)) => tracing::debug!("a task has ended it"),
            Err(error) => tracing::debug!("ends early: {error}"),
        }
        // Ended early, or by somebody else: nobody could ever get the root's value.
        handle.cancel();
        if let Some(exit) = end? {
            return exit.into_result(options.join);
        }
        if options.join { joined(&handle).map(Some) } else { Ok(None) }
    }

    /// Runs until every spawned task has ended.
    ///
    /// # Errors
    ///
    /// As [`run_until_complete`](Self::run_until_complete), for any task.
    pub fn run_until_idle(&self) -> Result<(), LoopError> {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        match self.inner.turn_while(|| self.has_living_tasks())? {
            Some(exit) => exit.into_result::<()>(false).map(drop),
            None => Ok(()),
        }
    }

    /// Whether any task has not ended.
    pub fn has_living_tasks(&self) -> bool {
        self.inner.tasks.borrow().living() > 0
    }

    /// Cancels a task: [`TaskHandle::cancel`] under Flowno's name. `true` if it was still running, `false` if it had ended.
    pub fn cancel<T>(&self, task: &TaskHandle<T>) -> bool {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        task.cancel()
    }

    /// Closes a queue and wakes all who wait for it: [`AsyncQueue::close`] under Flowno's name.
    pub fn handle_queue_close<T>(&self, queue: &AsyncQueue<T>) {
        let _current = Current::enter(&self.inner);
        let _entered = ready::enter(&self.inner.ready);
        queue.close();
    }
}

impl Inner {
    /// Turns while the condition holds, unless a task exits: then with what.
    fn turn_while(self: &Rc<Self>, goes_on: impl Fn() -> bool) -> Result<Option<Exit>, LoopError> {
        while goes_on() {
            self.turn(|| !goes_on())?;
            if self.exits.replace(false)
                && let Some((exit, task)) = self.exit.take()
            {
                if let Some(task) = task {
                    self.cancel(task);
                }
                return Ok(Some(exit));
            }
        }
        Ok(None)
    }
}

fn joined<T>(handle: &TaskHandle<T>) -> Result<T, LoopError> {
    let mut join = std::pin::pin!(handle.join());
    match join.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Ok(result?),
        Poll::Pending => unreachable!("the root is done"),
    }
}

/// Limits the loop's waits until dropped.
struct Limited<'a>(&'a Inner, Option<Duration>);

impl<'a> Limited<'a> {
    fn new(inner: &'a Inner, max_wait: Option<Duration>) -> Self {
        Self(inner, inner.max_wait.replace(max_wait))
    }
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        self.0.max_wait.set(self.1);
    }
}
