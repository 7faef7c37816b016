//! What was typed, kept across kernels: the history that consoles scroll through.
//!
//! SQLite keeps it, in a file under the user's data directory (with a write-ahead log, so that kernels write at the same
//! time, and one that is killed loses what came in its last milliseconds at most). A thread of its own owns the file:
//! neither cells nor channels wait for a disk. The file is opened when it is first needed. If it cannot be, the history
//! lives in memory, as long as the kernel.
//!
//! A session is one life of a kernel. It gets its number when it stores its first cell, so kernels that run none
//! leave no gap.

mod place;
mod query;
mod store;

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

pub use place::HistoryPlace;
pub(crate) use query::{Access, Entry, Query};
use store::Store;

/// How long the end of the kernel waits for what is still to be written. A disk that takes longer has a problem that
/// waiting does not mend.
const CLOSE: Duration = Duration::from_millis(300);

/// Sources beyond this are not kept: no person typed them.
const MAX_SOURCE_BYTES: usize = 1 << 20;

/// Kept of a cell's result, as much as is shown of a value.
const MAX_OUTPUT_BYTES: usize = 10 << 10;

/// The way to the history. Clones lead to the same one.
#[derive(Clone)]
pub(crate) struct History(Sender<Task>);

/// The thread that keeps it.
pub(crate) struct Keeper(Receiver<()>);

enum Task {
    Source {
        line: u32,
        source: String,
    },
    Output {
        line: u32,
        text: String,
    },
    /// Dropped when all before it is written.
    Flush(oneshot::Sender<()>),
    Ask {
        query: Query,
        answer: oneshot::Sender<Result<Vec<Entry>, String>>,
    },
}

impl History {
    /// Starts the thread. It ends when the last way to it is dropped.
    ///
    /// # Errors
    ///
    /// When the system has no thread.
    pub(crate) fn start(place: HistoryPlace) -> io::Result<(Self, Keeper)> {
        let (tasks, inbox) = mpsc::channel();
        let (ended_sender, ended) = mpsc::channel();
        thread::Builder::new().name("flowno-history".to_owned()).spawn(move || {
            keep(&place, &inbox);
            drop(ended_sender);
        })?;
        Ok((Self(tasks), Keeper(ended)))
    }

    /// Keeps the source of cell `line`.
    pub(crate) fn add_source(&self, line: u32, source: &str) {
        if source.len() <= MAX_SOURCE_BYTES && !source.trim().is_empty() {
            self.send(Task::Source { line, source: source.to_owned() });
        }
    }

    /// Keeps the result of cell `line`, whose source has been added.
    pub(crate) fn add_output(&self, line: u32, text: &str) {
        let mut end = text.len().min(MAX_OUTPUT_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.send(Task::Output { line, text: text[..end].to_owned() });
    }

    /// What the query finds; the error is ready to be shown.
    pub(crate) async fn ask(&self, query: Query) -> Result<Vec<Entry>, String> {
        let (answer, answered) = oneshot::channel();
        self.send(Task::Ask { query, answer });
        answered.await.unwrap_or_else(|_| Err("the history has ended".to_owned()))
    }

    /// Waits until all is written that was added, as long as the end of the kernel waits.
    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        self.send(Task::Flush(done));
        if timeout(CLOSE, written).await.is_err() {
            tracing::error!("the history was not written in {CLOSE:?}");
        }
    }

    fn send(&self, task: Task) {
        if self.0.send(task).is_err() {
            tracing::error!("the thread that keeps the history has ended");
        }
    }
}

impl Keeper {
    /// Waits until all is written, once nobody is left who could add something.
    pub(crate) fn join(self) {
        if self.0.recv_timeout(CLOSE) == Err(mpsc::RecvTimeoutError::Timeout) {
            tracing::error!("the history was not written in {CLOSE:?}");
        }
    }
}

/// Opens the file when there is something to do with it, and does it.
fn keep(place: &HistoryPlace, inbox: &Receiver<Task>) {
    let needs_file = |task: &Task| !matches!(task, Task::Flush(_));
    let Some(first) = inbox.iter().find(needs_file) else { return };
    let mut store = match Store::open(place) {
        Ok(store) => store,
        Err(error) => {
            tracing::error!("the history cannot be kept: {error}");
            return;
        }
    };
    for task in std::iter::once(first).chain(inbox) {
        let done = match task {
            Task::Source { line, source } => store.add_source(line, &source),
            Task::Output { line, text } => store.add_output(line, &text),
            Task::Flush(done) => {
                drop(done);
                Ok(())
            }
            Task::Ask { query, answer } => {
                let _ = answer.send(store.find(&query).map_err(|error| error.to_string()));
                Ok(())
            }
        };
        if let Err(error) = done {
            tracing::error!("a cell was not added to the history: {error}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_flush_waits_for_what_was_added_and_opens_no_file() {
        let folder = std::env::temp_dir().join(format!("flowno-history-{}", uuid::Uuid::new_v4()));
        let file = folder.join("history.sqlite");
        let (history, keeper) = History::start(HistoryPlace::File(file.clone())).unwrap();
        history.flush().await;
        assert!(!file.exists());
        history.add_source(1, "1 + 2");
        history.flush().await;
        let kept: String = rusqlite::Connection::open(&file)
            .and_then(|it| it.query_row("SELECT source FROM cells", [], |row| row.get(0)))
            .unwrap();
        drop(history);
        keeper.join();
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(kept, "1 + 2");
    }
}
