//! A session: the persistent flow and everything cells have defined.
//!
//! | file | what it does |
//! | --- | --- |
//! | `cell.rs` | what a host asks and gets |
//! | `steps.rs` | the steps of one cell: define, run the script, commit, run the flow |
//! | `shell.rs` | further shells, whose cells run beside |
//! | `tasks.rs` | the tasks that a cell has spawned |
//! | `ownership.rs` | which cell owns which node |
//! | `outputs.rs` | what a cell shows at its end |
//! | `failure.rs` | errors of cells and nodes as reports |

mod cell;
mod failure;
mod outputs;
mod ownership;
mod shell;
mod steps;
mod tasks;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use crate::assist::Completion;
use crate::console::bundle;
use crate::coroutine;
use crate::display::Pump;
use crate::engine::event_loop::{EventLoop, LoopError, stalled};
use crate::event::MimeBundle;
use crate::interrupt::{Interrupt, Running};
use crate::native::NativeType;
use crate::report::{CellError, CellText, Report};
use crate::world::World;

pub(crate) use self::cell::CellRun;
pub use self::cell::{Cell, DisplayMode, Outcome, SessionOptions};
pub use self::shell::Shell;
pub(crate) use self::shell::Shells;
use self::steps::Finished;

/// The persistent flow and everything cells have defined. Not `Send`: it lives on the engine thread.
pub struct Session {
    world: Rc<World>,
    interrupt: Interrupt,
}

/// How work came to its end.
enum Ended<T> {
    Finished(T),
    Interrupted,
    Stalled,
}

impl Session {
    /// An empty session. Its cells run on the event loop that polls them.
    pub fn new(options: SessionOptions) -> Self {
        coroutine::set_scripts_max(options.limits.suspended_scripts);
        Self { world: World::new(&options), interrupt: options.interrupt }
    }

    /// Makes a node type written in Rust known to cells.
    pub fn add_native(&self, native_type: NativeType) {
        self.world.definitions.borrow_mut().add_native(&self.world.weak, native_type);
    }

    /// The Rhai engine that scripts run on, with all that it registers. For benchmarks, and for looking at it.
    pub fn rhai_engine(&self) -> &rhai::Engine {
        &self.world.engine
    }

    /// Runs one cell to its end. Cells run one after another: the next call starts when this has ended. Beside them run
    /// those of a [`Shell`].
    ///
    /// The host lowers the interrupt flag before; it stays up until the cells that run have ended.
    pub async fn execute(&self, cell: Cell) -> Outcome {
        self.world.in_main_shell(Box::pin(self.run(cell))).await
    }

    async fn run(&self, cell: Cell) -> Outcome {
        let world = &self.world;
        let running = self.interrupt.begin();
        let text = CellText::new(cell.number, &cell.code);
        world.begin(&cell, &text);
        let pump = (cell.mode == DisplayMode::Live).then(Pump::new);
        let ended = self.drive(world.work(&cell, &text), pump, &running).await;
        let interrupted = matches!(ended, Ended::Interrupted);
        let finished = match ended {
            Ended::Finished(finished) => finished,
            Ended::Interrupted => Finished::failed(world.interrupted()),
            Ended::Stalled => Finished::failed(world.stalled()),
        };
        let finished = world.settle_tasks(finished, &text);
        let result = world.finish(&cell, &text, finished).await;
        if interrupted {
            // It has ended; what waits behind it is not ended by this flag.
            running.seen();
        }
        let user_expressions = match result {
            Ok(()) => self.evaluate_all(&cell.user_expressions, &text, &running).await,
            Err(_) => BTreeMap::new(),
        };
        world.end();
        Outcome { result: result.map_err(Report::into_cell_error), user_expressions }
    }

    /// What could be typed at a cursor. Also while a cell runs, from another task of its event loop.
    pub fn complete(&self, code: &str, cursor: usize) -> Completion {
        self.world.note_request();
        self.world.complete(code, cursor)
    }

    /// What is known of what stands at a cursor, in Markdown and as text; `None` if nothing is. With `detail` examples
    /// and sources too. Also while a cell runs, from another task of its event loop.
    pub fn inspect(&self, code: &str, cursor: usize, detail: bool) -> Option<MimeBundle> {
        self.world.note_request();
        self.world.inspect(code, cursor, detail)
    }

    /// Sends the latest content of each live display again, for a front end that was away. May be called while a cell runs,
    /// from another task of its event loop.
    pub async fn send_again(&self) {
        self.world.send_again().await;
    }

    /// Polls work, the live displays if there are any, and whatever may end the work early.
    async fn drive<T>(
        &self,
        work: impl Future<Output = T>,
        mut pump: Option<Pump>,
        running: &Running,
    ) -> Ended<T> {
        let mut work = pin!(work);
        let mut nothing_left = pin!(stalled());
        let ended = poll_fn(|cx| {
            running.register(cx.waker());
            if running.is_interrupted() {
                return Poll::Ready(Ended::Interrupted);
            }
            if let Poll::Ready(finished) = work.as_mut().poll(cx) {
                return Poll::Ready(Ended::Finished(finished));
            }
            if let Some(pump) = &mut pump {
                self.world.show_new();
                // Where the flow is run, another pump is at work.
                if !self.world.is_driven_elsewhere() {
                    pump.poll(&self.world, cx);
                }
            }
            if !self.world.is_driven_elsewhere() {
                self.world.background.wake_waiting();
            }
            while nothing_left.as_mut().poll(cx).is_ready() {
                // Who waits for another cell's run goes on when that has ended.
                if !self.world.is_driven_elsewhere() {
                    return Poll::Ready(Ended::Stalled);
                }
                nothing_left.set(stalled());
            }
            Poll::Pending
        })
        .await;
        if !self.world.background.is_on() && !self.world.other_cells_run() {
            self.world.watch.set_waker(None);
        }
        ended
    }

    /// Evaluates a request's user expressions, each on its own.
    async fn evaluate_all(
        &self,
        expressions: &BTreeMap<String, String>,
        text: &CellText,
        running: &Running,
    ) -> BTreeMap<String, Result<MimeBundle, CellError>> {
        let mut results = BTreeMap::new();
        for (name, expression) in expressions {
            let (world, text, expression) = (self.world.clone(), text.clone(), expression.clone());
            let script = coroutine::run(move || world.evaluate(&expression, &text));
            let value = match self.drive(script, None, running).await {
                Ended::Finished(Ok(value)) => value,
                Ended::Finished(Err(error)) => Err(Report::new(error.name(), error.to_string())),
                Ended::Interrupted => Err(self.world.interrupted()),
                Ended::Stalled => Err(self.world.stalled()),
            };
            let bundle = value.map(|value| bundle(&value));
            results.insert(name.clone(), bundle.map_err(Report::into_cell_error));
        }
        results
    }
}

/// Runs a session's host task on a new event loop of the calling thread until it ends.
///
/// # Errors
///
/// [`LoopError`] if no loop can be made, or it can go no further.
pub fn block_on<T: 'static>(root: impl Future<Output = T> + 'static) -> Result<T, LoopError> {
    EventLoop::new()?.run_until_complete(root)
}
