//! A line an event: Flowno's `PrintInstrument` and `LogInstrument`.

use std::io::Write;
use std::rc::Rc;

use super::{Each, Installed, Note, Subject, install};

/// Prints each event to standard output (both of Flowno's `PrintInstrument`s in one).
///
/// ```
/// use flowno_engine::event_loop::EventLoop;
/// use flowno_engine::instrument::PrintInstrument;
/// use flowno_engine::sync::AsyncQueue;
///
/// let _printed = PrintInstrument::install();
/// EventLoop::new()?.run_until_complete(async {
///     let queue = AsyncQueue::new(None);
///     queue.put(42).await // "[QUEUE-PUT] AsyncQueue<i32> at once, 1 in it"
/// })??;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct PrintInstrument;

impl PrintInstrument {
    /// Prints as long as the guard lives.
    pub fn install() -> Installed {
        // Nobody may read it: that is no reason to panic.
        install(Rc::new(Each::new(|note| drop(writeln!(std::io::stdout(), "{note}")))))
    }
}

/// Logs each event by `tracing`, at level `DEBUG` (both of Flowno's `LogInstrument`s in one). The target is that of the
/// part that it is about, so `FLOWNO_LOG_TAG_FILTER` applies: `flow`, `stream`, `event_loop`, `queue`, `socket`, `tls`.
#[derive(Debug, Clone, Copy)]
pub struct LogInstrument;

impl LogInstrument {
    /// Logs as long as the guard lives.
    pub fn install() -> Installed {
        install(Rc::new(Each::new(log)))
    }
}

fn log(note: &Note<'_>) {
    match note.subject {
        Subject::Flow(_) | Subject::Node(_) => tracing::debug!(target: "flowno_engine::flow", "{note}"),
        Subject::Stream(_) => tracing::debug!(target: "flowno_engine::flow::stream", "{note}"),
        Subject::Task(_) => tracing::debug!(target: "flowno_engine::event_loop", "{note}"),
        Subject::Queue(_) => tracing::debug!(target: "flowno_engine::sync::queue", "{note}"),
        Subject::Socket(_) => tracing::debug!(target: "flowno_engine::net::socket", "{note}"),
        Subject::Tls(_) => tracing::debug!(target: "flowno_engine::net::tls", "{note}"),
    }
}
