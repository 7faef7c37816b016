//! Looking into a flow: what a run has come to, what stands in line, who waits for what.

use std::time::Duration;

use flowno_engine::event_loop::{sleep, spawn};
use flowno_engine::flow::{Flow, InputDef, NodeDef, NodeId, NodeStatus, RunOptions, Scope};

use crate::kinds;
use crate::support::Sheet;

fn names(flow: &Flow<i64>, nodes: Vec<NodeId>) -> Vec<String> {
    nodes.into_iter().map(|node| flow.name(node).expect("a node").to_string()).collect()
}

/// Runs a flow, and looks at it so many seconds and a half after the beginning.
fn in_a_run<T: 'static>(sheet: &Sheet, second: u64, look: impl FnOnce(&Flow<i64>) -> T + 'static) -> T {
    let flow = sheet.flow.clone();
    let root = async move {
        let run = spawn({
            let flow = flow.clone();
            async move { flow.run(RunOptions::default()).await }
        });
        sleep(Duration::from_millis(1000 * second + 500)).await;
        let seen = look(&flow);
        run.join().await.expect("a run that ends").expect("a run that completes");
        seen
    };
    sheet.event_loop.run_until_complete(root).expect("a run that ends")
}

#[test]
fn a_flow_is_finalized_when_every_reference_has_its_node() {
    let sheet = Sheet::new("b = inc(a); c = add(a, b)");
    assert!(!sheet.flow.is_finalized());
    sheet.edit("a = const:1()").unwrap();
    assert!(sheet.flow.is_finalized());
    sheet.edit("-b").unwrap();
    assert!(!sheet.flow.is_finalized());
    sheet.edit("-c").unwrap();
    assert!(sheet.flow.is_finalized());
    assert!(Flow::<i64>::new().is_finalized());
}

#[test]
fn nodes_can_be_added_one_by_one_or_together() {
    let sheet = Sheet::new("");
    let body = |kind, inputs| kinds::body(kind, 5, inputs, &sheet.log);
    let flow = &sheet.flow;
    let b = flow.add_node(NodeDef::new("b", body("inc", 1)).input(InputDef::node("a"))).unwrap();
    flow.add_nodes([
        NodeDef::new("a", body("const", 0)),
        NodeDef::new("c", body("add", 2)).input(InputDef::node("c").or(1)).input(InputDef::constant(2)),
        NodeDef::new("d", body("inc", 1)).input(InputDef::unconnected(8)),
    ])
    .unwrap();
    assert_eq!(names(flow, flow.nodes()), ["b", "a", "c", "d"]);
    sheet.advance(1).unwrap();
    assert_eq!(flow.value(b).unwrap()[0], 6);
    assert_eq!((sheet.value("c"), sheet.value("d")), (Some(5), Some(9)));
    // All or none.
    let bad = NodeDef::new("f", body("inc", 1));
    assert!(flow.add_nodes([NodeDef::new("e", body("const", 0)), bad]).is_err());
    assert_eq!(flow.node("e"), None);
}

#[test]
fn a_run_visits_what_it_evaluates() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b); d = const:2()");
    let seen = |nodes: Vec<NodeId>| names(&sheet.flow, nodes);
    assert_eq!(seen(sheet.flow.unvisited()), ["a", "b", "c", "d"]);
    assert!(sheet.flow.visited().is_empty());
    sheet.run_with(RunOptions { scope: Scope::Nodes(vec![sheet.id("b")]), ..RunOptions::default() }).unwrap();
    assert_eq!(seen(sheet.flow.visited()), ["a", "b"]);
    assert_eq!(seen(sheet.flow.unvisited()), ["c", "d"]);
    sheet.run().unwrap();
    assert!(sheet.flow.unvisited().is_empty());
    sheet.edit("e = inc(d)").unwrap();
    assert_eq!(seen(sheet.flow.unvisited()), ["e"]);
}

#[test]
fn a_run_shows_what_it_does() {
    let sheet = Sheet::new("a = const:1(); b = slow:2(a); c = inc(b); s = range:3(); t = slow_sum:1(s)");
    let seen = in_a_run(&sheet, 0, |flow| {
        let tasks = flow.node_tasks().into_iter();
        let tasks = tasks.map(|task| (task.name.to_string(), task.status, task.task.is_some())).collect();
        let mut numbers: Vec<_> = flow.node_tasks().iter().filter_map(|task| task.task).collect();
        numbers.sort_unstable();
        numbers.dedup();
        (names(flow, flow.running_nodes()), tasks, numbers.len())
    });
    let (running, tasks, numbers): (_, Vec<(String, NodeStatus, bool)>, _) = seen;
    assert_eq!(running, ["b", "s", "t"]);
    assert_eq!(numbers, 3, "each has a number of its own");
    let expected = [
        ("a", NodeStatus::Ready, false),
        ("b", NodeStatus::Running, true),
        ("c", NodeStatus::Ready, false),
        ("s", NodeStatus::Ready, true),
        ("t", NodeStatus::Running, true),
    ];
    assert_eq!(tasks, expected.map(|(name, status, task)| (name.to_owned(), status, task)));
    assert!(sheet.flow.running_nodes().is_empty());
    assert!(sheet.flow.node_tasks().iter().all(|task| task.task.is_none()));
}

#[test]
fn a_node_that_has_read_all_that_there_is_is_stalled() {
    let sheet = Sheet::new("s = slow_range:2(); t = sum(s)");
    let status = |second| in_a_run(&sheet, second, |flow| flow.node_status(flow.node("t").unwrap()));
    assert_eq!(status(0), Some(NodeStatus::Ready), "it has not begun");
    sheet.edit("!s").unwrap();
    assert_eq!(status(1), Some(NodeStatus::Stalled));
}

#[test]
fn the_resolution_queue_is_what_stands_in_line() {
    let sheet = Sheet::new("a = const:1()");
    let (flow, log) = (sheet.flow.clone(), sheet.log.clone());
    let seen = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let look = {
        let (flow, seen) = (flow.clone(), seen.clone());
        flowno_engine::native::node(flowno_engine::flow::Signature::new("Look"), move |_| {
            *seen.borrow_mut() = names(&flow, flow.resolution_queue());
            flowno_engine::flow::Evaluation::value(0)
        })
    };
    flow.add_node(NodeDef::new("look", look)).unwrap();
    flow.add_node(NodeDef::new("b", kinds::body("const", 2, 0, &log))).unwrap();
    assert!(flow.resolution_queue().is_empty());
    sheet.run().unwrap();
    assert_eq!(*seen.borrow(), ["b"]);
    assert!(flow.resolution_queue().is_empty());
    sheet.edit("-look").unwrap(); // its body has the flow
}

#[test]
fn what_cannot_run_says_what_it_waits_for() {
    let sheet =
        Sheet::new("b = inc(x); c = inc(b); d = inc(e); e = inc(d); f = inc(d); bad = inc(1); g = inc(bad)");
    sheet.flow.set_node_status(sheet.id("bad"), NodeStatus::Error).unwrap();
    assert_eq!(
        sheet.flow.waits().to_string(),
        "b waits for `x`, which nothing defines; \
         c waits for `x`, which nothing defines; \
         d waits for its own cycle, which has no default to start with; \
         e waits for its own cycle, which has no default to start with; \
         f waits for d, whose cycle has no default to start with; \
         g waits for bad, which has failed"
    );
    assert_eq!(&*sheet.flow.waits()[0].node, "b");
    let lines: Vec<String> = (0..12).map(|n| format!("n{n} = inc(x)")).collect();
    assert!(Sheet::new(&lines.join(";")).flow.waits().to_string().ends_with("; and 2 more"));
}
