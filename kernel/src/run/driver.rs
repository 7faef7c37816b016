//! The cells of a notebook, one after another.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;

use flowno_scripting::event::RunId;
use flowno_scripting::{Cell, DisplayMode, Interrupt, NativeType, Session, SessionOptions, block_on};

use super::ctrl_c::{self, CtrlC};
use super::recorder::Recorder;
use super::terminal::{Progress, Terminal};
use super::{RunError, RunOptions};
use crate::content::output;
use crate::engine_thread::catch;
use crate::notebook::{Code, Notebook};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every cell ran, or failed as it should.
    Passed,
    /// A cell failed.
    Failed,
    /// The user ended it.
    Interrupted,
}

/// Runs a notebook and gives it back with its outputs.
///
/// # Errors
///
/// When there can be no event loop, or none that ends by Ctrl-C.
pub(super) fn run(
    notebook: Notebook,
    options: &RunOptions,
    natives: Vec<NativeType>,
) -> Result<(Notebook, Verdict), RunError> {
    let &RunOptions { allow_errors, quiet, gate, limits, .. } = options;
    let interrupt = Interrupt::new();
    let ctrl_c = ctrl_c::listen(interrupt.clone()).map_err(RunError::CtrlC)?;
    let terminal = Rc::new(Terminal::new());
    let code = notebook.code();
    let progress = Progress::new(terminal.clone(), code.len(), quiet);
    let recorder = Rc::new(Recorder::new(terminal));
    let session_options = SessionOptions { outbox: recorder.clone(), interrupt, gate, limits };
    let session = Session::new(session_options);
    natives.into_iter().for_each(|native_type| session.add_native(native_type));
    let mut runner = Runner { session, recorder, ctrl_c, progress, notebook, allow_errors };
    Ok(block_on(async move {
        let verdict = runner.run_all(&code).await;
        (runner.notebook, verdict)
    })?)
}

struct Runner {
    session: Session,
    recorder: Rc<Recorder>,
    ctrl_c: CtrlC,
    progress: Progress,
    notebook: Notebook,
    allow_errors: bool,
}

impl Runner {
    async fn run_all(&mut self, code: &[Code]) -> Verdict {
        let started = Instant::now();
        let mut verdict = Verdict::Passed;
        let mut ran = 0;
        for (number, cell) in (1_u32..).zip(code) {
            ran = number;
            self.progress.begin(number, &cell.label);
            let passed = self.run(number, cell).await;
            if self.ctrl_c.has_come() {
                verdict = Verdict::Interrupted;
                break;
            }
            if !passed && !cell.may_fail {
                verdict = Verdict::Failed;
                if !self.allow_errors {
                    break;
                }
            }
        }
        self.keep_outputs(&code[..ran as usize]);
        self.progress.end(ran, verdict, started.elapsed());
        verdict
    }

    /// Runs one cell; whether it passed.
    async fn run(&mut self, number: u32, code: &Code) -> bool {
        self.recorder.begin(number);
        let cell = Cell {
            run: RunId(number.into()),
            number,
            code: code.source.clone(),
            cell_id: None,
            deleted_cells: Vec::new(),
            mode: DisplayMode::Headless,
            silent: false,
            user_expressions: BTreeMap::new(),
        };
        let result = catch(self.session.execute(cell)).await.and_then(|outcome| outcome.result);
        if let Err(error) = &result {
            self.recorder.take(output::error(error));
        }
        result.is_ok()
    }

    fn keep_outputs(&mut self, code: &[Code]) {
        for ((number, code), outputs) in (1_u32..).zip(code).zip(self.recorder.outputs()) {
            self.notebook.set_result(code.index, number, outputs);
        }
        self.notebook.set_language();
    }
}
