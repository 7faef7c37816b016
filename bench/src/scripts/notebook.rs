//! Cells on a session, without a front end.

use std::cell::{Cell as StdCell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll};

use flowno_engine::event_loop::EventLoop;
use flowno_scripting::event::{Event, EventKind, Outbox, RunId};
use flowno_scripting::{Cell, CellError, DisplayMode, Interrupt, Session, SessionOptions};

/// A session and the event loop that its cells run on.
pub(crate) struct Notebook {
    session: Rc<Session>,
    event_loop: EventLoop,
    last: Rc<Last>,
    cells: StdCell<u32>,
    /// Ends the running cell.
    pub(crate) interrupt: Interrupt,
}

/// Keeps what was displayed last.
#[derive(Default)]
struct Last(RefCell<String>);

impl Outbox for Last {
    fn send(&self, event: Event) {
        if let EventKind::Result(bundle) = event.kind {
            *self.0.borrow_mut() = bundle["text/plain"].as_str().unwrap_or_default().to_owned();
        }
    }

    fn poll_ready(&self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Notebook {
    /// An empty notebook, on the machine's clock.
    pub(crate) fn new() -> Self {
        let (last, interrupt) = (Rc::<Last>::default(), Interrupt::new());
        Self {
            session: Rc::new(Session::new(SessionOptions::new(last.clone(), interrupt.clone()))),
            event_loop: EventLoop::new().expect("a poller"),
            last,
            cells: StdCell::new(0),
            interrupt,
        }
    }

    /// Runs a cell; gives its result's text.
    pub(crate) fn run(&self, code: &str) -> String {
        self.try_run(code).unwrap_or_else(|error| panic!("{}: {code}", error.message));
        self.last.0.take()
    }

    /// Runs a cell that may fail.
    pub(crate) fn try_run(&self, code: &str) -> Result<(), CellError> {
        let number = self.cells.get() + 1;
        self.cells.set(number);
        let cell = cell(number, code);
        self.on_loop(async move |session| session.execute(cell).await.result)
    }

    /// Does something with the session, on its event loop.
    pub(crate) fn on_loop<T: 'static>(&self, work: impl AsyncFnOnce(Rc<Session>) -> T + 'static) -> T {
        let session = self.session.clone();
        self.event_loop.run_until_complete(async move { work(session).await }).expect("the loop runs")
    }
}

/// A cell as a front end without identities sends it.
pub(crate) fn cell(number: u32, code: &str) -> Cell {
    Cell {
        run: RunId(number.into()),
        number,
        code: code.to_owned(),
        cell_id: None,
        deleted_cells: Vec::new(),
        mode: DisplayMode::Headless,
        silent: false,
        user_expressions: Default::default(),
    }
}
