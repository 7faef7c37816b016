//! Printing and logging what is told: this program runs itself again, and looks at what it says.

use std::env;
use std::process::Command;

use flowno_engine::instrument::{LogInstrument, PrintInstrument};
use flowno_engine::logging;

use crate::support::Sheet;

/// Set in the child, to what it is to do.
const CHILD: &str = "FLOWNO_TEST_LINES";

#[test]
fn child() {
    let Some(what) = env::var_os(CHILD) else { return };
    logging::init();
    let _guard = if what == "print" { PrintInstrument::install() } else { LogInstrument::install() };
    Sheet::new("a = const:1()").run().unwrap();
}

fn run(what: &str, tags: &str) -> (String, String) {
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args(["--exact", "instrument::lines::child", "--nocapture"]).env(CHILD, what);
    child.env("FLOWNO_LOG_LEVEL", "debug").env("FLOWNO_LOG_TAG_FILTER", tags);
    let output = child.output().expect("a child");
    assert!(output.status.success(), "{output:?}");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn print_instrument_writes_to_standard_output() {
    let (output, _) = run("print", "none");
    assert!(output.contains("[NODE-EMITTED-DATA] a (0,)\n"), "{output}");
    assert!(output.contains("[TASK-COMPLETED] task 1 `root`\n"), "{output}");
}

#[test]
fn log_instrument_logs_under_the_tag_of_each_part() {
    let (_, logged) = run("log", "flow");
    assert!(logged.contains("DEBUG flowno_engine::flow: [NODE-EMITTED-DATA] a (0,)\n"), "{logged}");
    assert!(!logged.contains("TASK"), "{logged}");
    let (_, logged) = run("log", "event_loop");
    assert!(logged.contains("DEBUG flowno_engine::event_loop: [TASK-COMPLETED]"), "{logged}");
}
