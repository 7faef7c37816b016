//! Log lines: this program runs itself again with other variables, and looks at what it says on standard error.

use std::env;
use std::process::Command;

use flowno_engine::event_loop::{EventLoop, spawn};
use flowno_engine::logging;
use flowno_engine::net::{SocketOptions, socket};
use flowno_engine::sync::AsyncQueue;

use crate::support::Sheet;

/// Set in the child.
const CHILD: &str = "FLOWNO_TEST_LOGGING";

/// Something of each tag but `tls`.
fn work() {
    logging::init();
    logging::init(); // once more does nothing
    let sheet = Sheet::new("s = long:1(5); t = cancel:1(s); bad = over:0(1)");
    assert!(sheet.run().is_err(), "the sheet must fail");
    let root = async {
        AsyncQueue::<i64>::new(None).close();
        let server = socket(SocketOptions::default())?;
        server.bind(("127.0.0.1", 0)).await?;
        server.listen(None)?;
        let address = server.local_addr()?;
        let client = spawn(async move {
            let client = socket(SocketOptions::default())?;
            client.connect(address).await
        });
        server.accept().await?.0.close().await;
        client.join().await.expect("it ends")
    };
    EventLoop::new().expect("a poller").run_until_complete(root).expect("it ends").expect("a connection");
}

#[test]
fn child() {
    if env::var_os(CHILD).is_some() {
        work();
    }
}

/// The lines that the child logs, without their times.
fn logged(level: Option<&str>, tags: Option<&str>) -> Vec<String> {
    let mut child = Command::new(env::current_exe().expect("this program"));
    child.args(["--exact", "logging::child", "--nocapture"]).env(CHILD, "1");
    for (name, value) in [("FLOWNO_LOG_LEVEL", level), ("FLOWNO_LOG_TAG_FILTER", tags)] {
        match value {
            Some(value) => child.env(name, value),
            None => child.env_remove(name),
        };
    }
    let output = child.output().expect("a child");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stderr).expect("text");
    let cut = |line: &str| match line.split_once("Z ") {
        Some((_, rest)) => rest.trim_start().to_owned(),
        None => line.to_owned(),
    };
    text.lines().map(cut).collect()
}

/// Which of these targets have logged.
fn targets(lines: &[String]) -> Vec<&'static str> {
    let all = ["event_loop", "flow", "flow::stream", "sync::queue", "net::socket"];
    let has = |target: &&str| {
        let (exact, below) = (format!(" flowno_engine::{target}: "), format!(" flowno_engine::{target}::"));
        let streams = |line: &&String| line.contains("flow::stream") && *target == "flow";
        let mut lines = lines.iter().filter(|line| !streams(line));
        lines.any(|line| line.contains(&exact) || line.contains(&below))
    };
    all.into_iter().filter(has).collect()
}

#[test]
fn nothing_but_errors_is_logged_by_default() {
    assert_eq!(logged(None, None), [""; 0]);
}

#[test]
fn a_level_shows_what_is_at_least_so_grave() {
    let lines = logged(Some("WARNING"), None);
    assert_eq!(lines, ["WARN flowno_engine::flow::finish: node bad failed in generation (0,): bad fails"]);
    let lines = logged(Some("info"), Some("ALL"));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[1].starts_with("INFO flowno_engine::flow::run: the run has ended early"), "{lines:?}");
    let lines = logged(Some("Debug"), None);
    assert_eq!(targets(&lines), ["event_loop", "flow", "flow::stream", "sync::queue", "net::socket"]);
    assert!(logged(Some("off"), None).is_empty());
}

#[test]
fn tags_show_only_their_parts() {
    assert_eq!(targets(&logged(Some("debug"), Some("queue"))), ["sync::queue"]);
    assert_eq!(targets(&logged(Some("debug"), Some("Socket, event_loop"))), ["event_loop", "net::socket"]);
    assert_eq!(targets(&logged(Some("debug"), Some("stream"))), ["flow::stream"]);
    assert!(logged(Some("debug"), Some("none_of_these")).is_empty());
}

#[test]
fn what_is_no_level_or_tag_is_warned_of() {
    let lines = logged(Some("loud"), None);
    assert_eq!(
        lines,
        [
            "flowno: FLOWNO_LOG_LEVEL is `loud`, which is none of off, error, warn, info, debug, trace; errors are logged"
        ]
    );
    let lines = logged(Some("warn"), Some("flow, a b"));
    assert_eq!(lines[0], "flowno: FLOWNO_LOG_TAG_FILTER has `a b`, which cannot be a tag; it is left out");
    assert_eq!(lines.len(), 2, "{lines:?}");
}
