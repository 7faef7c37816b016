//! The flow in the background.

use flowno_scripting::event::EventKind;

use crate::common::Notebook;

const TICK: &str = "node Tick() { let i = 0; loop { yield i; i += 1; sleep(1); } }";

fn started() -> Notebook {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    notebook.live("T", TICK).outputs();
    notebook.live("A", "flow.ticks = Tick(); flow.start();").outputs();
    notebook
}

#[test]
fn cells_come_back_and_updates_bear_the_header_of_the_cell_that_shows() {
    let notebook = started();
    let lines = notebook.wait(10.5);
    assert!(
        lines.len() >= 9 && lines.iter().all(|line| line.starts_with("2 update flowno/ticks: ticks = ")),
        "{lines:?}"
    );
    assert_eq!(notebook.outputs("1 + 1").last().unwrap(), "result: 2");
    assert!(!notebook.wait(3.0).is_empty(), "it goes on");
}

#[test]
fn cells_rewire_it_while_it_runs() {
    let notebook = started();
    notebook.wait(2.0);
    notebook.live("B", "node Inc(x) { x + 1 } flow.a = 1; flow.b = Inc(flow.a);").outputs();
    notebook.wait(1.0);
    assert_eq!(notebook.outputs("flow.b.value").last().unwrap(), "result: 2");
    let mut lines = notebook.live("C", "flow.a = 41;").outputs();
    lines.extend(notebook.wait(1.0));
    assert!(lines.iter().any(|line| line.ends_with("update flowno/b: b = 42")), "{lines:?}");
    assert_eq!(notebook.outputs("flow.b.value").last().unwrap(), "result: 42");
}

#[test]
fn a_cycle_runs_without_a_limit_and_pause_stops_it() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    notebook
        .live("A", "node Add(x, y = 0) { sleep(0.1); x + y } flow.t = Add(1, flow.t); flow.start();")
        .outputs();
    notebook.wait(30.0);
    notebook.live("P", "flow.pause();").outputs();
    let count = notebook.outputs("flow.t.generation[0]");
    let count: u64 = count[0].strip_prefix("result: ").unwrap().parse().unwrap();
    assert!(count > 250, "{count} generations");
    assert!(notebook.wait(10.0).is_empty(), "nothing runs");
    notebook.outputs("flow.run(2)");
}

#[test]
fn what_nodes_print_bears_the_header_of_their_cell() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    let cell = "node Say() { let i = 0; loop { yield i; print(`tick ${i}`); i += 1; sleep(1); } } flow.s = Say(); flow.start();";
    notebook.live("A", cell).outputs();
    let lines = notebook.wait(3.5);
    assert!(lines.iter().any(|line| line.starts_with("1 out: tick")), "{lines:?}");
}

#[test]
fn a_failure_stands_at_its_node_and_the_rest_goes_on() {
    let notebook = started();
    notebook.live("B", "node Fail(x) { throw \"no\" } flow.f = Fail(1);").outputs();
    let lines = notebook.wait(2.5);
    assert!(lines.iter().any(|line| line.contains("f failed: no")), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("flowno/ticks")), "{lines:?}");
}

#[test]
fn running_it_from_a_cell_is_refused_until_it_is_paused() {
    let notebook = started();
    assert!(notebook.live("B", "flow.run(1)").error().message.contains("flow.pause()"));
    notebook.live("B", "flow.pause(); flow.run(1);").outputs();
}

#[test]
fn after_ten_minutes_without_a_request_one_update_a_second() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    notebook.live("A", "node Tick() { let i = 0; loop { yield i; i += 1; sleep(0.1); } } flow.a = Tick(); flow.b = Tick(); flow.start();").outputs();
    notebook.wait(600.0);
    let updates = notebook.wait(20.0).len();
    assert!((15..=25).contains(&updates), "{updates}");
    assert!(notebook.complete_in_loop("flow.") > 0);
    let updates = notebook.wait(5.0).len();
    assert!(updates > 60, "who types looks: {updates}");
    notebook.wait(600.0);
    let updates = notebook.wait(20.0).len();
    assert!((15..=25).contains(&updates), "{updates}");
    notebook.live("B", "1").outputs();
    let updates = notebook.wait(5.0).len();
    assert!(updates > 60, "{updates}");
}

#[test]
fn a_pause_waits_for_evaluations_under_way_but_not_for_ever() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    notebook.live("A", "node Slow(x) { sleep(1000); x + 1 } flow.a = Slow(1); flow.start();").outputs();
    notebook.wait(1.0);
    let code =
        "let t = spawn(|| { sleep(4.9); print(\"not yet\"); sleep(0.2); print(\"after five seconds\"); });
        flow.pause(); print(\"paused\"); t.join();";
    let said: Vec<String> = notebook.live("B", code).outputs();
    let said: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix("out: ")).collect();
    assert_eq!(said, ["not yet", "paused", "after five seconds"]);
    assert_eq!(notebook.outputs("flow.run(1); flow.a.value").last().unwrap(), "result: 2", "it goes on");
}

#[test]
fn paused_and_started_in_one_cell_it_goes_on_although_an_evaluation_takes_longer_than_a_pause_waits() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    notebook.live("A", "node Slow(x) { sleep(1000); x + 1 } flow.a = Slow(1); flow.start();").outputs();
    notebook.wait(1.0);
    notebook.live("B", "flow.pause(); flow.start();").outputs();
    let lines = notebook.wait(1100.0);
    assert!(lines.iter().any(|line| line.ends_with("update flowno/a: a = 2")), "{lines:?}");
    assert!(notebook.live("C", "flow.run(1)").error().message.contains("flow.pause()"), "it is still on");
    notebook.live("D", "flow.a = Slow(2);").outputs();
    let lines = notebook.wait(1100.0);
    assert!(lines.iter().any(|line| line.ends_with("update flowno/a: a = 3")), "{lines:?}");
}

#[test]
fn a_pause_that_is_interrupted_lets_it_go_on() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    let slow = "node Slow(x) { sleep(3); x + 1 } flow.a = Slow(1); flow.b = Slow(flow.a); flow.start();";
    notebook.live("A", slow).outputs();
    notebook.wait(1.0);
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if matches!(&event.kind, EventKind::Stdout(text) if text.contains("now")) {
            interrupt.raise();
        }
    });
    let error = notebook.live("B", "spawn(|| { sleep(1); print(\"now\"); }); flow.pause();").error();
    assert_eq!(error.name, "KeyboardInterrupt");
    let lines = notebook.wait(10.0);
    assert!(lines.iter().any(|line| line.ends_with("update flowno/b: b = 3")), "{lines:?}");
    notebook.live("C", "flow.a = Slow(2);").outputs();
    let lines = notebook.wait(10.0);
    assert!(lines.iter().any(|line| line.ends_with("update flowno/b: b = 4")), "{lines:?}");
}

#[test]
fn a_front_end_that_comes_back_gets_the_latest_values() {
    let notebook = started();
    notebook.wait(2.0);
    let lines = notebook.reconnect();
    assert!(lines.iter().any(|line| line.starts_with("2 update flowno/ticks: ticks = ")), "{lines:?}");
}
