//! A cell and the tasks that it has spawned: it waits for them, and what they fail with is its error.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use rhai::EvalAltResult;

use super::steps::Finished;
use crate::concurrency::Unjoined;
use crate::coroutine;
use crate::report::{CellText, Report, from_rhai};
use crate::world::World;

/// What a report says of a place that is not where something happened.
const SPAWNED: &str = ", where the task was spawned";

impl World {
    /// Runs what is dirty, and waits for the cell's tasks meanwhile. What these wire when the script has ended is
    /// committed and run when they all have. Gives the error that a run ended with.
    pub(super) async fn run_beside_tasks(self: &Rc<Self>, text: &CellText) -> Option<Report> {
        loop {
            let error = self.run_until_tasks_end().await;
            let staged = self.with_cell(|cell| !cell.staged.is_empty()).unwrap_or_default();
            if error.is_some() || !staged || self.tasks.has_unjoined() {
                return error;
            }
            let (world, text) = (self.clone(), text.clone());
            let commit = coroutine::run(move || world.commit().map_err(|error| world.report(&error, &text)));
            match commit.await {
                Ok(Ok(())) => {}
                Ok(Err(report)) => return Some(report),
                Err(error) => return Some(Report::new("InternalError", error.to_string())),
            }
        }
    }

    /// A run that fails ends it at once: tasks may wait for what never comes now.
    async fn run_until_tasks_end(&self) -> Option<Report> {
        let mut run = pin!(self.run_dirty());
        let mut tasks = pin!(self.tasks.ended());
        let (mut ran, mut ended) = (false, false);
        poll_fn(|cx| {
            if !ran && let Poll::Ready(error) = run.as_mut().poll(cx) {
                if error.is_some() {
                    return Poll::Ready(error);
                }
                ran = true;
            }
            ended = ended || tasks.as_mut().poll(cx).is_ready();
            if ran && ended { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    /// Ends the tasks of a cell whose work is over, and adds what they failed with to what it came to.
    pub(super) fn settle_tasks(&self, mut finished: Finished, text: &CellText) -> Finished {
        let mut unjoined = self.tasks.unjoined().into_iter();
        self.tasks.cancel();
        let mut report = match finished.error.take() {
            None => match unjoined.next() {
                None => return finished,
                Some(first) => self.task_report(&first, text),
            },
            // It waited for what the task would have brought.
            Some(stalled) if stalled.name == "StalledError" => match unjoined.next() {
                None => stalled,
                Some(first) => {
                    self.task_report(&first, text).note("and the cell waited for what could never come")
                }
            },
            Some(report) => report,
        };
        for other in unjoined {
            report = report.note(self.task_report(&other, text).in_one_line("another task failed"));
        }
        finished.error = Some(report);
        finished
    }

    fn task_report(&self, unjoined: &Unjoined, text: &CellText) -> Report {
        let cell = self.sources.of_function("", &unjoined.source).unwrap_or_else(|| text.clone());
        let mut report = from_rhai(&unjoined.error, &cell, &self.sources);
        if let EvalAltResult::ErrorInFunctionCall(..) = *unjoined.error
            && let Some(spawned) = report.places.last_mut()
        {
            SPAWNED.clone_into(&mut spawned.inside);
        }
        report
    }
}
