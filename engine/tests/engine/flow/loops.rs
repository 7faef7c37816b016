//! Evaluations belong to the event loop that they have begun on: with it they end, and begin anew elsewhere.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::{LoopError, exit, sleep, spawn};
use flowno_engine::flow::{CompleteError, RunOptions, Stop, UntilComplete};
use flowno_engine::hdl::FlowError;
use flowno_engine::{FlowHDL, node};

use crate::support::{Sheet, virtual_loop};

/// The loop ends with this long a wait.
const LIMITED: UntilComplete = UntilComplete {
    stop_at_node_generation: Stop::Never,
    terminate_on_node_error: false,
    max_wait: Some(Duration::from_millis(10)),
};

fn waited_too_long(end: Result<(), CompleteError>) -> bool {
    matches!(end, Err(CompleteError::Loop(LoopError::WaitedTooLong { .. })))
}

#[test]
fn a_body_whose_loop_is_dropped_begins_anew_on_another() {
    let sheet = Sheet::new("a = slow:1(5); b = inc(a)");
    assert!(waited_too_long(sheet.flow.run_until_complete(&virtual_loop(), LIMITED)));
    assert_eq!(sheet.status("a"), "dirty");
    sheet.flow.run_until_complete(&virtual_loop(), ()).unwrap();
    assert_eq!(sheet.took(), ["a(5)", "a(5)", "b(5)"]);
}

#[test]
fn a_body_that_waits_on_a_loop_begins_anew_on_another() {
    let sheet = Sheet::new("a = slow:1(5); b = inc(a)");
    assert!(waited_too_long(sheet.flow.run_until_complete(&sheet.event_loop, LIMITED)));
    assert_eq!(sheet.status("a"), "running");
    sheet.flow.run_until_complete(&virtual_loop(), ()).unwrap();
    assert_eq!(sheet.took(), ["a(5)", "a(5)", "b(5)"]);
    assert!(!sheet.event_loop.has_living_tasks());
}

#[test]
fn a_stream_that_only_waits_to_be_read_goes_on_on_another_loop() {
    for drops in [true, false] {
        let sheet = Sheet::new("s = slow_range:9(); t = read:2(s)");
        let first = virtual_loop();
        sheet.flow.run_until_complete(&first, ()).unwrap();
        let first = (!drops).then_some(first);
        sheet.edit("u = read:3(s)").unwrap();
        sheet.took();
        sheet.run().unwrap();
        assert_eq!(sheet.took(), ["u(~)", "u<1", "u<2", "s:3", "u<3"], "a dropped loop: {drops}");
        assert!(first.is_none_or(|first| !first.has_living_tasks()));
    }
}

#[test]
fn a_stream_at_work_begins_anew_on_another_loop() {
    let sheet = Sheet::new("s = slow_range:9(); t = read:2(s)");
    assert!(waited_too_long(sheet.flow.run_until_complete(&sheet.event_loop, LIMITED)));
    assert_eq!(sheet.took(), ["s()"]);
    sheet.flow.run_until_complete(&virtual_loop(), ()).unwrap();
    assert_eq!(sheet.took(), ["s()", "s:1", "t(~)", "t<1", "s:2", "t<2"]);
}

#[test]
fn on_the_same_loop_a_body_goes_on() {
    let sheet = Sheet::new("a = slow:1(5); b = inc(a)");
    assert!(waited_too_long(sheet.flow.run_until_complete(&sheet.event_loop, LIMITED)));
    sheet.flow.run_until_complete(&sheet.event_loop, ()).unwrap();
    assert_eq!(sheet.took(), ["a(5)", "b(5)"]);
}

#[test]
fn a_later_call_that_a_loop_has_ended_begins_anew_on_another() {
    for drops in [true, false] {
        let (first, second) = (virtual_loop(), virtual_loop());
        let sheet = Sheet::on(&second, "a = slow:2(b|0); b = inc(a)");
        let flow = sheet.flow.clone();
        let interrupted = async move {
            let run = spawn(async move { flow.run(RunOptions::default()).await.is_ok() });
            sleep(Duration::from_secs(3)).await;
            run.cancel();
        };
        first.run_until_complete(interrupted).unwrap();
        assert_eq!(sheet.took(), ["a(0)", "b(0)", "a(1)"]);
        let _first = (!drops).then_some(first);
        sheet.run_with(RunOptions { generations: Some(1), ..RunOptions::default() }).unwrap();
        assert_eq!(sheet.took(), ["a(1)", "b(1)"], "a dropped loop: {drops}");
    }
}

#[node]
async fn Leaves(x: i64, leaves: Rc<Cell<bool>>) -> i64 {
    if leaves.replace(false) {
        exit(()).await;
    }
    x
}

#[test]
fn a_body_that_has_ended_the_loop_begins_anew_in_the_next_run() {
    let f = FlowHDL::new();
    f.assign("x", Leaves(3, Rc::new(Cell::new(true)))).unwrap();
    assert!(matches!(f.run_until_complete(()), Err(FlowError::Loop(LoopError::ExitType { .. }))));
    f.run_until_complete(()).unwrap();
    assert_eq!(f.node("x").get::<i64>(0), Some(3));
}

#[node]
async fn Sleeps(x: i64) -> i64 {
    sleep(Duration::from_millis(1)).await;
    x
}

#[node]
fn Same(x: i64) -> i64 {
    x
}

#[test]
fn both_ways_to_run_a_graph_can_be_mixed() {
    let f = Rc::new(FlowHDL::new());
    f.assign("b", Sleeps(4)).unwrap();
    f.assign("a", Same(3)).unwrap();
    f.run_until_complete((0,)).unwrap_err();
    assert_eq!(f.node("b").get::<i64>(0), None);
    let runs = f.clone();
    virtual_loop().run_until_complete(async move { runs.run(()).await }).unwrap().unwrap();
    assert_eq!(f.node("b").get::<i64>(0), Some(4));
    f.run_until_complete(()).unwrap();
}
