//! A notebook for tests: cells go in, and what a front end would see comes out as lines of text.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

pub(crate) mod assist;
pub(crate) mod bundles;

use std::cell::{Cell as StdCell, RefCell};
use std::collections::BTreeMap;
use std::future::ready;
use std::process;
use std::rc::Rc;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use flowno_scripting::engine::clock::{Clock, RealClock, VirtualClock};
use flowno_scripting::engine::event_loop::{EventLoop, sleep, spawn};
use flowno_scripting::event::{
    Answer, AskError, Display, Event, EventKind, MimeBundle, Outbox, Question, RunId,
};
use flowno_scripting::{
    Cell, CellError, DisplayMode, Gate, Interrupt, Limits, NativeType, Outcome, Session, SessionOptions,
    Shell,
};

/// No cell of a test takes so long: one that does hangs, and the whole test run is ended.
const WATCHDOG: Duration = Duration::from_secs(120);

/// What a recorder calls for each event.
type Listener = Box<dyn Fn(&Event)>;

/// What answers questions as the user would.
type Answers = Box<dyn Fn(Question) -> Answer>;

/// Keeps the events.
#[derive(Default)]
struct Recorder {
    events: RefCell<Vec<Event>>,
    listener: RefCell<Option<Listener>>,
    /// What the user will answer; without it nobody can be asked.
    answers: RefCell<Option<Answers>>,
}

impl Outbox for Recorder {
    fn send(&self, event: Event) {
        if let Some(listener) = &*self.listener.borrow() {
            listener(&event);
        }
        self.events.borrow_mut().push(event);
    }

    fn poll_ready(&self, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn ask(&self, _run: RunId, question: Question) -> Answer {
        match &*self.answers.borrow() {
            Some(answers) => answers(question),
            None => Box::pin(ready(Err(AskError::NobodyToAsk))),
        }
    }
}

/// A session and a front end.
pub(crate) struct Notebook {
    session: Rc<Session>,
    recorder: Rc<Recorder>,
    event_loop: EventLoop,
    pub(crate) interrupt: Interrupt,
    cells: StdCell<u32>,
    /// Whether other cells' displays may be updated while a cell runs.
    pub(crate) in_background: StdCell<bool>,
}

/// What came of a cell.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The outputs, one a line: `out: 1`, `show: a = 1`, `update flowno/a: a = 2`, `result: 3`.
    pub(crate) outputs: Vec<String>,
    pub(crate) events: Vec<Event>,
    pub(crate) result: Result<(), CellError>,
    pub(crate) user_expressions: BTreeMap<String, Result<MimeBundle, CellError>>,
}

impl Notebook {
    /// On a virtual clock: sleeping costs no time.
    pub(crate) fn new() -> Self {
        Self::on(Rc::new(VirtualClock::new()))
    }

    /// On the machine's clock, for what another thread does.
    pub(crate) fn in_real_time() -> Self {
        Self::on(Rc::new(RealClock::new()))
    }

    /// As `new`, with a gate that is not open.
    pub(crate) fn behind(gate: Gate) -> Self {
        Self::made(Rc::new(VirtualClock::new()), gate, Limits::default())
    }

    /// As `new`, with limits of its own.
    pub(crate) fn with_limits(limits: Limits) -> Self {
        Self::made(Rc::new(VirtualClock::new()), Gate::open(), limits)
    }

    /// As `new`, with both.
    pub(crate) fn made_of(gate: Gate, limits: Limits) -> Self {
        Self::made(Rc::new(VirtualClock::new()), gate, limits)
    }

    fn on(clock: Rc<dyn Clock>) -> Self {
        Self::made(clock, Gate::open(), Limits::default())
    }

    fn made(clock: Rc<dyn Clock>, gate: Gate, limits: Limits) -> Self {
        let recorder = Rc::<Recorder>::default();
        let interrupt = Interrupt::new();
        let options = SessionOptions { outbox: recorder.clone(), interrupt: interrupt.clone(), gate, limits };
        Self {
            session: Rc::new(Session::new(options)),
            recorder,
            event_loop: EventLoop::with_clock(clock).unwrap(),
            interrupt,
            cells: StdCell::new(0),
            in_background: StdCell::new(false),
        }
    }

    /// Knows this node type of Rust's too.
    pub(crate) fn knows(self, native_type: NativeType) -> Self {
        self.session.add_native(native_type);
        self
    }

    /// Calls `listener` for each event, before it is recorded.
    pub(crate) fn listen(&self, listener: impl Fn(&Event) + 'static) {
        *self.recorder.listener.borrow_mut() = Some(Box::new(listener));
    }

    /// Answers questions from now on.
    pub(crate) fn answer(&self, answers: impl Fn(Question) -> Answer + 'static) {
        *self.recorder.answers.borrow_mut() = Some(Box::new(answers));
    }

    /// Runs a cell as nbclient would: headless, without an identity.
    pub(crate) fn run(&self, code: &str) -> Ran {
        self.execute(cell(code))
    }

    /// Runs a cell as JupyterLab would: live, with an identity.
    pub(crate) fn live(&self, id: &str, code: &str) -> Ran {
        self.execute(live_cell(id, code))
    }

    /// Runs a cell and gives its outputs; the cell must not fail.
    pub(crate) fn outputs(&self, code: &str) -> Vec<String> {
        self.run(code).outputs()
    }

    /// Runs a cell that must fail, and gives its error.
    #[track_caller]
    pub(crate) fn error(&self, code: &str) -> CellError {
        self.run(code).error()
    }

    /// Lets so many seconds pass between cells; what comes meanwhile, a line each with the number of the cell whose header
    /// it bears: `1 update flowno/a: a = 2`.
    pub(crate) fn wait(&self, seconds: f64) -> Vec<String> {
        self.recorder.events.borrow_mut().clear();
        let watchdog = Watchdog::start("(no cell)");
        let time = Duration::from_secs_f64(seconds);
        self.event_loop.run_until_complete(sleep(time)).expect("the loop goes on");
        drop(watchdog);
        self.recorder.events.take().iter().map(|event| format!("{} {}", event.run.0, line(event))).collect()
    }

    /// What a front end sees that was away, with the numbers of cells as above.
    pub(crate) fn reconnect(&self) -> Vec<String> {
        self.recorder.events.borrow_mut().clear();
        let session = self.session.clone();
        let sent = self.event_loop.run_until_complete(async move { session.send_again().await });
        sent.expect("the loop goes on");
        self.recorder.events.take().iter().map(|event| format!("{} {}", event.run.0, line(event))).collect()
    }

    /// As [`reconnect`](Self::reconnect), so many seconds after a cell has begun.
    pub(crate) fn reconnect_during(&self, code: &str, after: f64) -> Vec<String> {
        let cell = self.numbered(cell(code));
        self.recorder.events.borrow_mut().clear();
        let watchdog = Watchdog::start(code);
        let (session, running) = (self.session.clone(), self.session.clone());
        let outcome = self.event_loop.run_until_complete(async move {
            let beside = spawn(async move {
                sleep(Duration::from_secs_f64(after)).await;
                session.send_again().await;
            });
            let outcome = running.execute(cell).await;
            assert!(beside.is_done(), "the cell has run meanwhile");
            outcome
        });
        drop(watchdog);
        outcome.expect("the loop goes on").result.expect("the cell does not fail");
        let events = self.recorder.events.take();
        let is_update = |event: &&Event| matches!(event.kind, EventKind::Update(_));
        events.iter().filter(is_update).map(|event| format!("{} {}", event.run.0, line(event))).collect()
    }

    /// Another shell of the session.
    pub(crate) fn shell(&self) -> Rc<Shell> {
        Rc::new(Shell::new(&self.session))
    }

    /// Runs a cell in another shell, while no other does.
    pub(crate) fn run_in(&self, shell: &Rc<Shell>, cell: Cell) -> Ran {
        self.beside(self::cell(""), shell, 0.1, cell).1
    }

    /// Runs a cell in the main shell and, `after` so many seconds, one in another; gives what came of both.
    pub(crate) fn beside(&self, main: Cell, shell: &Rc<Shell>, after: f64, other: Cell) -> (Ran, Ran) {
        let (main, other) = (self.numbered(main), self.numbered(other));
        let runs = [main.run, other.run];
        self.recorder.events.borrow_mut().clear();
        let watchdog = Watchdog::start(&format!("{}\n{}", main.code, other.code));
        let (session, shell) = (self.session.clone(), shell.clone());
        let outcomes = self.event_loop.run_until_complete(async move {
            let beside = spawn(async move {
                sleep(Duration::from_secs_f64(after)).await;
                shell.execute(other).await
            });
            let outcome = session.execute(main).await;
            (outcome, beside.join().await.expect("it has not panicked"))
        });
        drop(watchdog);
        let (main, other) = outcomes.expect("the loop goes on");
        let events = self.recorder.events.take();
        let of = |run, Outcome { result, user_expressions }| {
            let events: Vec<Event> = events.iter().filter(|event| event.run == run).cloned().collect();
            Ran { outputs: events.iter().map(line).collect(), events, result, user_expressions }
        };
        (of(runs[0], main), of(runs[1], other))
    }

    /// Fills in a cell's run and number.
    fn numbered(&self, mut cell: Cell) -> Cell {
        self.cells.set(self.cells.get() + 1);
        cell.run = RunId(u64::from(self.cells.get()));
        cell.number = self.cells.get();
        cell
    }

    /// Runs a cell of any kind. Its run and its number are filled in.
    pub(crate) fn execute(&self, cell: Cell) -> Ran {
        let cell = self.numbered(cell);
        let run = cell.run;
        self.recorder.events.borrow_mut().clear();
        let watchdog = Watchdog::start(&cell.code);
        let session = self.session.clone();
        let outcome = self.event_loop.run_until_complete(async move { session.execute(cell).await });
        drop(watchdog);
        let Outcome { result, user_expressions } = outcome.expect("the loop goes on");
        let events = self.recorder.events.take();
        let of_others = events.iter().any(|event| event.run != run);
        assert!(!of_others || self.in_background.get(), "an event of another run: {events:?}");
        Ran { outputs: events.iter().map(line).collect(), events, result, user_expressions }
    }
}

/// A headless cell without an identity.
pub(crate) fn cell(code: &str) -> Cell {
    Cell {
        run: RunId(0),
        number: 0,
        code: code.to_owned(),
        cell_id: None,
        deleted_cells: Vec::new(),
        mode: DisplayMode::Headless,
        silent: false,
        user_expressions: BTreeMap::new(),
    }
}

/// A live cell.
pub(crate) fn live_cell(id: &str, code: &str) -> Cell {
    Cell { cell_id: Some(id.to_owned()), mode: DisplayMode::Live, ..cell(code) }
}

impl Ran {
    /// The outputs of a cell that must not have failed.
    pub(crate) fn outputs(self) -> Vec<String> {
        if let Err(error) = self.result {
            panic!("the cell failed: {error:?}\nafter {:?}", self.outputs);
        }
        self.outputs
    }

    /// The error of a cell that must have failed.
    #[track_caller]
    pub(crate) fn error(self) -> CellError {
        match self.result {
            Ok(()) => panic!("the cell did not fail; it gave {:?}", self.outputs),
            Err(error) => error,
        }
    }
}

/// `name: message` of an error, as a front end shows it first.
pub(crate) fn headline(error: &CellError) -> String {
    format!("{}: {}", error.name, error.message)
}

/// A traceback without its colours.
pub(crate) fn traceback(error: &CellError) -> String {
    let text = error.traceback.join("\n");
    ["\u{1b}[31m", "\u{1b}[36m", "\u{1b}[0m"].iter().fold(text, |text, colour| text.replace(colour, ""))
}

/// The text of a bundle.
pub(crate) fn plain(data: &MimeBundle) -> &str {
    data["text/plain"].as_str().unwrap()
}

fn line(event: &Event) -> String {
    match &event.kind {
        EventKind::Stdout(text) => format!("out: {}", text.trim_end_matches('\n')),
        EventKind::Stderr(text) => format!("err: {}", text.trim_end_matches('\n')),
        EventKind::Display(Display { display_id: Some(id), data }) => format!("show {id}: {}", plain(data)),
        EventKind::Display(Display { display_id: None, data }) => format!("show: {}", plain(data)),
        EventKind::Update(Display { display_id, data }) => {
            format!("update {}: {}", display_id.as_deref().unwrap_or("?"), plain(data))
        }
        EventKind::Result(data) => format!("result: {}", plain(data)),
    }
}

/// Ends the process if it is not dropped in time.
struct Watchdog(#[expect(dead_code, reason = "dropping it is what counts")] mpsc::Sender<()>);

impl Watchdog {
    fn start(code: &str) -> Self {
        let (alive, ended) = mpsc::channel();
        let code = code.to_owned();
        thread::spawn(move || {
            if ended.recv_timeout(WATCHDOG) == Err(mpsc::RecvTimeoutError::Timeout) {
                eprintln!("a cell hangs:\n{code}");
                process::abort();
            }
        });
        Self(alive)
    }
}
