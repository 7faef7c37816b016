//! What runs again after a change, and what keeps its value.

use crate::common::Notebook;

const RUNS: &str = "node Runs(x) with #{ n: 0 } { this.n += 1; [x, this.n] } node Inc(x) { x + 1 }";

#[test]
fn only_what_is_new_changed_or_reads_it_runs() {
    let notebook = Notebook::new();
    notebook.outputs(RUNS);
    notebook.outputs("flow.a = 1; flow.b = Runs(flow.a); flow.c = Runs(5); flow.d = Runs(flow.b);");
    assert_eq!(
        notebook.outputs("flow.a = 2;"),
        ["show: a = 2", "show: also changed: b = [2, 2]; d = [[2, 2], 2]"]
    );
    assert_eq!(notebook.outputs("flow.c.value"), ["result: [5, 1]"], "held");
}

#[test]
fn a_changed_fn_makes_dirty_what_names_it_also_through_others() {
    let notebook = Notebook::new();
    notebook
        .outputs("fn inner(x) { x } fn outer(x) { inner(x) } node Use(x) { outer(x) } node Other(x) { x }");
    notebook.outputs("flow.a = Use(1); flow.b = Other(1);");
    assert_eq!(notebook.outputs("fn inner(x) { x + 10 }"), ["show: also changed: a = 11"]);
}

#[test]
fn a_held_node_serves_its_last_value_to_a_new_reader() {
    let notebook = Notebook::new();
    notebook.outputs(RUNS);
    notebook.outputs("flow.a = Runs(1);");
    assert_eq!(notebook.outputs("node First(xs) { xs[0] } flow.b = First(flow.a);"), ["show: b = 1"]);
    assert_eq!(notebook.outputs("flow.a.value"), ["result: [1, 1]"]);
}

#[test]
fn runs_after_a_limit_add_up() {
    let code = "node Add(x, y = 0) { x + y } flow.auto = false; flow.total = Add(1, flow.total);";
    let (once, twice) = (Notebook::new(), Notebook::new());
    once.outputs(code);
    twice.outputs(code);
    once.outputs("flow.run(6)");
    twice.outputs("flow.run(3); flow.run(3)");
    assert_eq!(once.outputs("flow.total.value"), twice.outputs("flow.total.value"));
}

#[test]
fn the_same_text_runs_again_and_other_text_only_what_differs() {
    let notebook = Notebook::new();
    notebook.live("R", RUNS).outputs();
    notebook.live("A", "flow.a = Runs(1); flow.b = Runs(2);").outputs();
    notebook.live("A", "flow.a = Runs(1); flow.b = Runs(2);").outputs();
    assert_eq!(notebook.outputs("flow.a.value"), ["result: [1, 2]"], "who presses Run wants it run");
    notebook.live("A", "flow.a = Runs(1); flow.b = Runs(3);").outputs();
    assert_eq!(notebook.outputs("[flow.a.value, flow.b.value]"), ["result: [[1, 2], [3, 3]]"]);
}

#[test]
fn a_cycle_pauses_after_so_many_generations_and_goes_on() {
    let notebook = Notebook::new();
    notebook.outputs("flow.generations = 3; node Add(x, y = 0) { x + y }");
    assert_eq!(notebook.outputs("flow.t = Add(1, flow.t);"), ["show: t = 4 (generation 3, paused)"]);
    assert_eq!(notebook.outputs("flow.run(2)").last().unwrap(), "result: \"limit\"");
    assert_eq!(notebook.outputs("flow.t.value"), ["result: 6"]);
}

#[test]
fn a_cycle_goes_on_after_a_rewire_and_starts_again_after_a_reset() {
    let notebook = Notebook::new();
    notebook
        .outputs("flow.generations = 3; node Add(x, y = 0) { x + y } node Add2(x, y = 0) { x + y + 100 }");
    notebook.outputs("flow.t = Add(1, flow.t);");
    let outputs = notebook.outputs("flow.t = Add2(1, flow.t);");
    assert!(
        ["show: t = 307 ", "show: t = 408 "].iter().any(|text| outputs[0].starts_with(text)),
        "{outputs:?}"
    );
    notebook.outputs("flow.t = Add(1, flow.t);");
    assert_eq!(notebook.outputs("flow.reset();"), ["show: also changed: t = 4 (generation 3, paused)"]);
}

#[test]
fn a_reset_forgets_state_too_also_of_one_node() {
    let notebook = Notebook::new();
    notebook.outputs(RUNS);
    notebook.outputs("flow.a = Runs(1); flow.b = Runs(2);");
    notebook.outputs("flow.a = Runs(3); flow.b = Runs(4);");
    notebook.outputs("flow.reset(\"a\");");
    assert_eq!(
        notebook.outputs("[flow.a.value, flow.b.value, flow.a.generation]"),
        ["result: [[3, 1], [4, 2], [0]]"]
    );
    assert_eq!(notebook.error("flow.reset(\"nothing\");").name, "NameError");
}

#[test]
fn a_failed_node_is_tried_again_when_an_input_changes_and_only_that_part_runs() {
    let notebook = Notebook::new();
    notebook.outputs(RUNS);
    notebook.run("node Div(x, y) { x / y } flow.y = 0; flow.q = Div(6, flow.y); flow.r = Inc(flow.q); flow.o = Runs(1);").error();
    assert_eq!(notebook.outputs("[flow.q.status, flow.r.status]"), ["result: [\"failed\", \"waiting\"]"]);
    assert_eq!(notebook.outputs("flow.y = 2;"), ["show: y = 2", "show: also changed: q = 3; r = 4"]);
    assert_eq!(notebook.outputs("flow.o.value"), ["result: [1, 1]"]);
}

#[test]
fn a_pinned_node_shows_as_stale_until_it_is_let_go() {
    let notebook = Notebook::new();
    notebook.outputs(RUNS);
    notebook.outputs("flow.x = 1; flow.a = Runs(flow.x); flow.b = Inc(flow.x); flow.pin(\"a\");");
    let outputs = notebook.outputs("flow.x = 2;");
    assert_eq!(outputs, ["show: x = 2", "show: also changed: a = [1, 1] (pinned, stale); b = 3"]);
    assert_eq!(notebook.outputs("flow.unpin(flow.a);"), ["show: also changed: a = [2, 2]"]);
}

const COUNT: &str = "node Count(n) { print(\"counts\"); for i in 0..n { yield i; } }
    node Total(stream xs) { let t = 0; for x in xs { t += x; } t }";

#[test]
fn chunks_are_kept_for_a_late_reader() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{COUNT} flow.c = Count(100);"));
    assert_eq!(notebook.outputs("flow.t = Total(flow.c);"), ["show: t = 4950"]);
}

#[test]
fn of_more_than_ten_thousand_chunks_the_producer_runs_again() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{COUNT} flow.c = Count(10001);"));
    assert_eq!(notebook.outputs("flow.t = Total(flow.c);"), ["out: counts", "show: t = 50005000"]);
}

#[test]
fn an_evaluation_whose_body_changes_is_dropped_and_runs_anew() {
    let notebook = Notebook::new();
    notebook.in_background.set(true);
    let slow = "node Slow(x) { try { sleep(1000); } catch (e) { print(\"caught\"); } x }";
    notebook.live("A", &format!("{slow} flow.a = Slow(1); flow.start();")).outputs();
    notebook.wait(10.0);
    let mut lines = notebook.live("A", "node Slow(x) { x + 1 } flow.a = Slow(1);").outputs();
    lines.extend(notebook.wait(2_000.0));
    assert!(!lines.iter().any(|line| line.contains("caught")), "{lines:?}");
    assert_eq!(notebook.outputs("flow.a.value").last().unwrap(), "result: 2");
}
