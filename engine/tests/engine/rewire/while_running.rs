//! Changes from another task while the flow runs, and runs that are dropped.

use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::{now, sleep, spawn};
use flowno_engine::flow::{OnMissingDefault, RunEnd, RunError, RunOptions};

use crate::kinds::KindError;
use crate::support::{Sheet, edit};

/// Runs `sheet`, and after so many virtual seconds each applies the lines.
fn run_and_edit(
    sheet: &Sheet,
    options: RunOptions,
    edits: &[(u64, &'static str)],
) -> Result<RunEnd, RunError> {
    let (flow, log, edits) = (sheet.flow.clone(), sheet.log.clone(), edits.to_vec());
    let root = async move {
        let running = flow.clone();
        let run = spawn(async move { running.run(options).await });
        for (second, lines) in edits {
            sleep(Duration::from_secs(second) - now()).await;
            edit(&flow, &log, lines, OnMissingDefault::Refuse).expect("lines that can be wired");
        }
        run.join().await.expect("a run that ends")
    };
    sheet.event_loop.run_until_complete(root).expect("a run that ends")
}

#[test]
fn a_run_goes_on_with_what_an_edit_makes_dirty() {
    let sheet = Sheet::new("a = slow:10(1); b = inc(a)");
    run_and_edit(&sheet, RunOptions::default(), &[(5, "x = const:7(); y = inc(x)")]).unwrap();
    assert_eq!(sheet.took(), ["a(1)", "x()", "y(7)", "b(1)"]);
}

#[test]
fn an_evaluation_whose_inputs_change_is_dropped_and_begun_anew() {
    let sheet = Sheet::new("a = slow:10(1); b = inc(a); other = slow:20(5)");
    run_and_edit(&sheet, RunOptions::default(), &[(5, "a = slow:10(2)")]).unwrap();
    assert_eq!(sheet.took(), ["a(1)", "other(5)", "a(2)", "b(2)"]);
    assert_eq!(sheet.generation("a"), "(0,)", "what was dropped never was");
}

#[test]
fn a_node_removed_while_it_runs_is_gone() {
    let sheet = Sheet::new("a = slow:10(1); b = inc(a); c = slow:20(3)");
    run_and_edit(&sheet, RunOptions::default(), &[(5, "-a"), (6, "d = const:9()")]).unwrap();
    assert_eq!(sheet.took(), ["a(1)", "c(3)", "d()"]);
    assert_eq!((sheet.status("b"), sheet.value("c")), ("waiting", Some(3)));
}

#[test]
fn a_stream_redefined_while_it_is_read_takes_its_readers_with_it() {
    let sheet = Sheet::new("s = range:9(); t = slow_sum:10(s); u = inc(t)");
    run_and_edit(&sheet, RunOptions::default(), &[(25, "s = range:2()")]).unwrap();
    assert_eq!((sheet.calls("s"), sheet.calls("t"), sheet.value("u")), (2, 2, Some(4)));
}

#[test]
fn a_producer_does_not_wait_for_a_reader_that_was_wired_away() {
    for lines in ["z = same(7)", "-z", "z = over:0(1)", "-q", "q = over:0(1)"] {
        let sheet = Sheet::new("q = const:1(); a = inc(a|0); z = slow:1000(a, q)");
        let options = RunOptions { generations: Some(20), ..RunOptions::default() };
        let _ = run_and_edit(&sheet, options, &[(5, lines)]);
        assert_eq!(sheet.generation("a"), "(20,)", "{lines}");
        assert!(sheet.event_loop.run_until_complete(async { now() }).unwrap() < Duration::from_secs(1000));
    }
}

#[test]
fn a_stream_that_becomes_a_value_is_read_as_one() {
    let sheet = Sheet::new("s = range:9(); t = read:2(s)");
    sheet.run().unwrap();
    assert_eq!(sheet.status("s"), "suspended");
    sheet.edit("s = const:5(); u = sum(s)").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.value("s"), sheet.value("u"), sheet.value("t")), (Some(5), Some(5), Some(5)));
    sheet.edit("s = range:3()").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.value("u"), sheet.value("t")), (Some(6), Some(3)));
}

#[test]
fn dropping_the_run_pauses_it() {
    let sheet = Sheet::new("a = slow:10(1); b = inc(a); c = const:3()");
    let flow = sheet.flow.clone();
    let root = async move {
        let run = spawn(async move { flow.run(RunOptions::default()).await });
        sleep(Duration::from_secs(5)).await;
        run.cancel();
        sleep(Duration::from_secs(60)).await;
    };
    sheet.event_loop.run_until_complete(root).unwrap();
    assert_eq!((sheet.took(), sheet.status("a")), (vec!["a(1)".into(), "c()".into()], "running"));
    sheet.run().unwrap();
    assert_eq!((sheet.took(), sheet.value("b")), (vec!["b(1)".into()], Some(2)));
}

#[test]
fn a_flow_runs_once_at_a_time() {
    let sheet = Sheet::new("a = slow:10(1)");
    let flow = sheet.flow.clone();
    let root = async move {
        let running = flow.clone();
        let first = spawn(async move { running.run(RunOptions::default()).await.is_ok() });
        sleep(Duration::from_secs(1)).await;
        let second = flow.run(RunOptions::default()).await;
        (matches!(second, Err(RunError::AlreadyRunning)), first.join().await)
    };
    assert_eq!(sheet.event_loop.run_until_complete(root).unwrap(), (true, Ok(true)));
}

/// Pauses a run in the middle of `a`, and does `work` to the flow.
fn paused(lines: &str, work: impl FnOnce(&Sheet)) -> Sheet {
    let sheet = Sheet::new(lines);
    let flow = sheet.flow.clone();
    let root = async move {
        let run = spawn(async move { flow.run(RunOptions::default()).await });
        sleep(Duration::from_secs(5)).await;
        run.cancel();
    };
    sheet.event_loop.run_until_complete(root).expect("it ends");
    work(&sheet);
    sheet
}

const INTERRUPTED: &str = "a = slow:10(1); b = inc(a); s = range:9(); r = read:2(s)";

#[test]
fn what_is_dropped_is_done_anew_by_the_next_run() {
    let sheet = paused(INTERRUPTED, |sheet| sheet.flow.drop_running());
    assert_eq!((sheet.status("a"), sheet.status("s")), ("dirty", "suspended"));
    assert!(!sheet.event_loop.has_living_tasks() || sheet.status("s") == "suspended");
    sheet.run().unwrap();
    assert_eq!((sheet.calls("a"), sheet.value("b"), sheet.calls("s")), (2, Some(2), 1));
}

#[test]
fn what_is_failed_waits_for_a_change() {
    let sheet = paused(INTERRUPTED, |sheet| {
        let interrupted: flowno_engine::flow::NodeError = Rc::new(KindError::new("interrupted"));
        sheet.flow.fail_running(&interrupted);
    });
    assert_eq!(["a", "b", "s"].map(|node| sheet.status(node)), ["failed", "waiting", "suspended"]);
    sheet.run().unwrap();
    assert_eq!(sheet.calls("a"), 1);
    sheet.edit("!a").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.calls("a"), sheet.value("b")), (2, Some(2)));
}
