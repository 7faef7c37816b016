//! The process that runs the programs, and what its parent sees of it.

use std::io::{BufRead, BufReader, Read, Write, stdin};
use std::process::{Child as Process, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use std::{env, process, thread};

use flowno_scripting::{Access, Gate, Interrupt, Limits};

use crate::common::{Notebook, Ran};

/// Set in the process that runs programs.
const CHILD: &str = "FLOWNO_FUZZ_CHILD";

/// How long a cell runs before it is interrupted.
const PATIENCE: Duration = Duration::from_millis(30);

/// How long the cell behind a program may take, on a machine that has much else to do.
const LAST_PATIENCE: Duration = Duration::from_secs(5);

/// How long a program may take, its interrupts included, before it is called hanging.
const WATCHDOG: Duration = Duration::from_secs(20);

/// Memory of scripts.
const MEMORY: usize = 64 << 20;

/// What the lines begin with by which a child answers.
const ANSWER: &str = "fuzz: ";

/// The one cell of a program that takes its process down, to see that this is found.
pub(crate) const ABORT: &str = "\0abort";

/// A program: the cells of a session.
pub(crate) type Program = Vec<String>;

/// Whether this is the process that runs programs.
pub(crate) fn is_child() -> bool {
    env::var_os(CHILD).is_some()
}

/// Runs what comes in, a program a line, and answers, a line each.
pub(crate) fn serve() {
    for line in stdin().lines() {
        let program: Program = serde_json::from_str(&line.unwrap()).unwrap();
        if program == [ABORT] {
            process::abort();
        }
        println!("{ANSWER}{}", serde_json::to_string(&run(&program)).unwrap());
    }
}

/// Runs a program's cells in one session, and a cell that must work behind them. Gives how many did not fail.
fn run(program: &Program) -> Result<usize, String> {
    let gate = Gate::open().deny(Access::Net).deny(Access::Read).deny(Access::Write);
    let notebook = Notebook::made_of(gate, Limits { memory: MEMORY, ..Limits::default() });
    notebook.in_background.set(true);
    let mut good = 0;
    for (at, code) in program.iter().enumerate() {
        let id = format!("cell {at}");
        let ran = patiently(&notebook, PATIENCE, |notebook| match at % 2 {
            0 => notebook.run(code),
            _ => notebook.live(&id, code),
        });
        match ran.result {
            Ok(()) => good += 1,
            Err(error) if error.name == "InternalError" || error.message.contains("InternalError") => {
                return Err(format!("an error inside: {}: {}", error.name, error.message));
            }
            Err(_) => {}
        }
    }
    // What the program left running is not to be waited for, and goes on in no other cell.
    patiently(&notebook, LAST_PATIENCE, |notebook| notebook.run("flow.auto = false;"));
    let ran = patiently(&notebook, LAST_PATIENCE, |notebook| notebook.run("1 + 1"));
    match ran.outputs.last() {
        Some(last) if last == "result: 2" => Ok(good),
        _ => Err(format!("`1 + 1` gives {:?} and {:?}", ran.outputs, ran.result)),
    }
}

/// Runs a cell that is interrupted when it takes long.
fn patiently(notebook: &Notebook, patience: Duration, cell: impl FnOnce(&Notebook) -> Ran) -> Ran {
    let interrupt: Interrupt = notebook.interrupt.clone();
    let (running, ended) = channel::<()>();
    let raiser = thread::spawn(move || {
        if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            interrupt.raise();
        }
    });
    let ran = cell(notebook);
    drop(running);
    raiser.join().unwrap();
    notebook.interrupt.clear();
    ran
}

/// A process that runs programs, seen from outside.
pub(crate) struct Child {
    process: Process,
    input: Option<ChildStdin>,
    answers: Receiver<String>,
    said: thread::JoinHandle<String>,
}

impl Child {
    /// This same test, started again.
    pub(crate) fn start(test: &str) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads", "1"])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (process.stdin.take(), process.stdout.take().unwrap());
        let mut errors = process.stderr.take().unwrap();
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                // The first answer may stand behind what the harness says.
                if let Some((_, answer)) = line.split_once(ANSWER) {
                    let _ = sender.send(answer.to_owned());
                }
            }
        });
        let said = thread::spawn(move || {
            let mut said = Vec::new();
            let _ = errors.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        });
        Self { process, input, answers, said }
    }

    /// Runs a program, and gives how many of its cells did not fail; after an error the process is to be
    /// [ended](Self::end).
    pub(crate) fn run(&mut self, program: &Program) -> Result<usize, String> {
        let line = serde_json::to_string(program).unwrap() + "\n";
        let sent = self.input.as_mut().unwrap().write_all(line.as_bytes());
        match self.answers.recv_timeout(WATCHDOG) {
            Ok(answer) => serde_json::from_str(&answer).unwrap(),
            Err(RecvTimeoutError::Timeout) => Err(format!("it hangs for {WATCHDOG:?}")),
            Err(RecvTimeoutError::Disconnected) => Err(format!("the process is gone ({sent:?})")),
        }
    }

    /// Ends the process; gives what it said and how it ended.
    pub(crate) fn end(mut self) -> String {
        drop(self.input.take());
        let _ = self.process.kill();
        let status = self.process.wait().unwrap();
        format!("{status}\n{}", self.said.join().unwrap_or_default())
    }
}
