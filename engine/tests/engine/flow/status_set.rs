//! Setting a node's status by hand.

use flowno_engine::event_loop::{spawn, yield_now};
use flowno_engine::flow::{ControlError, Flow, NodeStatus, RunError, RunOptions, SetToError};

use crate::support::Sheet;

fn set(sheet: &Sheet, name: &str, status: NodeStatus) {
    sheet.flow.set_node_status(sheet.id(name), status).expect("a status that can be set");
}

fn statuses(sheet: &Sheet) -> Vec<NodeStatus> {
    let nodes = sheet.flow.nodes().into_iter();
    nodes.map(|node| sheet.flow.node_status(node).expect("a node")).collect()
}

#[test]
fn ready_makes_a_node_run_again_with_all_that_depends_on_it() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b)");
    sheet.run().unwrap();
    sheet.took();
    set(&sheet, "b", NodeStatus::Ready);
    assert_eq!(sheet.status("c"), "dirty");
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["b(1)", "c(2)"]);
}

#[test]
fn ready_clears_an_error() {
    let sheet = Sheet::new("a = const:1(); b = at:0(a); c = inc(b)");
    sheet.run().unwrap_err();
    assert_eq!(statuses(&sheet), [NodeStatus::Ready, NodeStatus::Error, NodeStatus::Stalled]);
    set(&sheet, "b", NodeStatus::Ready);
    assert_eq!(statuses(&sheet), [NodeStatus::Ready; 3]);
    sheet.run().unwrap();
    assert_eq!((sheet.value("c"), sheet.calls("b")), (Some(2), 2));
}

#[test]
fn error_fails_a_node_and_what_depends_on_it_waits() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b)");
    sheet.run().unwrap();
    set(&sheet, "b", NodeStatus::Error);
    assert_eq!(statuses(&sheet), [NodeStatus::Ready, NodeStatus::Error, NodeStatus::Stalled]);
    assert_eq!(sheet.value("b"), Some(2), "values stay");
    assert_eq!(sheet.flow.waits().to_string(), "c waits for b, which has failed");
    assert_eq!(sheet.run().unwrap(), flowno_engine::flow::RunEnd::Completed);
    assert_eq!(sheet.took().len(), 3);
}

#[test]
fn a_held_node_does_not_run_until_it_is_ready() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b); d = inc(a)");
    set(&sheet, "b", NodeStatus::Stalled);
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["a()", "d(1)"]);
    // Not even when it is rewired.
    sheet.edit("b = double(a)").unwrap();
    sheet.run().unwrap();
    assert!(sheet.took().is_empty());
    assert_eq!(
        sheet.flow.waits().to_string(),
        "b waits for its status to be set to Ready; c waits for b, whose status is set to Stalled"
    );
    set(&sheet, "b", NodeStatus::Ready);
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["b(1)", "c(2)"]);
}

#[test]
fn a_cycle_goes_on_from_where_it_was_held() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(1).unwrap();
    set(&sheet, "a", NodeStatus::Stalled);
    sheet.advance(3).unwrap();
    assert_eq!(sheet.calls("a"), 2);
    set(&sheet, "a", NodeStatus::Ready);
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("a")[..3], ["(0)", "(2)", "(6)"]);
}

#[test]
fn running_is_what_a_run_makes() {
    let sheet = Sheet::new("a = const:1()");
    let error = sheet.flow.set_node_status(sheet.id("a"), NodeStatus::Running).unwrap_err();
    assert_eq!(error.to_string(), "a: only a run makes a node Running; set it to Ready, and run the flow");
    let gone = sheet.id("a");
    sheet.edit("-a").unwrap();
    assert_eq!(sheet.flow.set_node_status(gone, NodeStatus::Ready), Err(ControlError::NoSuchNode));
    assert_eq!(sheet.flow.node_status(gone), None);
}

/// Sets a status when the first turn of a run is over, and gives how the run ended.
fn set_in_a_run(sheet: &Sheet, name: &'static str, status: NodeStatus) -> Result<(), RunError> {
    let flow: Flow<i64> = sheet.flow.clone();
    let root = async move {
        let run = spawn({
            let flow = flow.clone();
            async move { flow.run(RunOptions::default()).await }
        });
        yield_now().await;
        let node = flow.node(name).expect("a node of this name");
        flow.set_node_status(node, status).expect("a status that can be set");
        run.join().await.expect("a run that ends").map(drop)
    };
    sheet.event_loop.run_until_complete(root).expect("a run that ends")
}

#[test]
fn a_status_set_in_a_run_counts_at_once() {
    let lines = "a = slow:5(1); b = inc(a); c = slow:1(2); d = inc(c)";
    let sheet = Sheet::new(lines);
    let error = set_in_a_run(&sheet, "a", NodeStatus::Error).unwrap_err();
    let RunError::NodeExecution(failure) = error else { panic!("{error}") };
    assert!(failure.error.is::<SetToError>());
    assert_eq!((sheet.calls("b"), sheet.value("d")), (0, Some(3)));

    let sheet = Sheet::new(lines);
    set_in_a_run(&sheet, "a", NodeStatus::Stalled).unwrap();
    assert_eq!((sheet.status("a"), sheet.value("d")), ("waiting", Some(3)));

    let sheet = Sheet::new(lines);
    set_in_a_run(&sheet, "a", NodeStatus::Ready).unwrap();
    assert_eq!((sheet.calls("a"), sheet.value("b")), (2, Some(2)));
}
