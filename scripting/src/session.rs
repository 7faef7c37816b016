//! A session: the persistent flow and everything cells have defined.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::event::{Event, EventKind, MimeBundle, Outbox, RunId};
use crate::interrupt::Interrupt;

/// How outputs reach the front end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayMode {
    /// Displays appear at once and are updated in place.
    Live,
    /// Each display is sent once, when it is final.
    Headless,
}

/// What a session needs from its host.
pub struct SessionOptions {
    /// Where events go.
    pub outbox: Rc<dyn Outbox>,
    /// Raised by the host to end the running cell.
    pub interrupt: Interrupt,
}

/// One cell to run.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Carried by every event that this run causes.
    pub run: RunId,
    /// The number in `In [n]`, used in error messages.
    pub number: u32,
    /// The source as the user typed it.
    pub code: String,
    /// The front end's identity of the cell (`cellId`), if it sends one.
    pub cell_id: Option<String>,
    /// Identities of cells that the user deleted (`deletedCells`).
    pub deleted_cells: Vec<String>,
    /// How this run's displays are sent.
    pub mode: DisplayMode,
    /// No output at all (`silent`): the cell runs for its effects.
    pub silent: bool,
    /// Expressions to evaluate after a successful run, by the names they are answered under.
    pub user_expressions: BTreeMap<String, String>,
}

/// How a cell ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// `Err` if the cell failed or was interrupted.
    pub result: Result<(), CellError>,
    /// The answer to each of [`Cell::user_expressions`], in order of name; empty after an error.
    pub user_expressions: BTreeMap<String, Result<MimeBundle, CellError>>,
}

/// An error as a front end shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The kind, as `ename`: `MissingDefaultError`, `SyntaxError`, `KeyboardInterrupt`, ...
    pub name: String,
    /// One line, as `evalue`.
    pub message: String,
    /// The whole report, a line an element, with ANSI colours.
    pub traceback: Vec<String>,
}

/// The persistent flow and everything cells have defined. Not `Send`: it lives on the engine thread.
pub struct Session {
    options: SessionOptions,
}

impl Session {
    /// An empty session.
    pub fn new(options: SessionOptions) -> Self {
        Self { options }
    }

    /// Runs one cell to its end. Cells run one after another: the next call starts when this has ended.
    pub async fn execute(&self, cell: Cell) -> Outcome {
        self.options.outbox.send(Event { run: cell.run, kind: EventKind::Stdout(cell.code) });
        Outcome { result: Ok(()), user_expressions: BTreeMap::new() }
    }
}

/// Runs a session's host task on a new event loop of the calling thread until it ends.
pub fn block_on<T>(root: impl Future<Output = T>) -> T {
    let waker = std::task::Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
    let mut root = std::pin::pin!(root);
    loop {
        if let std::task::Poll::Ready(v) = root.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            return v;
        }
        std::thread::park();
    }
}

struct Unpark(std::thread::Thread);
impl std::task::Wake for Unpark {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}
