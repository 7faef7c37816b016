//! One cell: its statements, its check, its run, its tasks.

use crate::common::{Notebook, headline};

#[test]
fn statements_may_block_while_nodes_go_on() {
    let notebook = Notebook::new();
    let cell = "node Slow(x) { sleep(2); x + 1 } flow.a = Slow(1); let a = flow.a.value; sleep(5); print(a)";
    assert_eq!(notebook.outputs(cell), ["out: 2", "show: a = 2"]);
}

#[test]
fn a_refused_cell_leaves_the_graph_and_keeps_its_output_and_variables() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = Inc(1);");
    let ran = notebook.run("let kept = 5; print(\"said\"); flow.a = 7; flow.p = Inc(flow.p);");
    assert_eq!(ran.outputs, ["out: said"]);
    assert_eq!(ran.error().name, "MissingDefaultError");
    assert_eq!(notebook.outputs("[kept, flow.a.value]"), ["result: [5, 2]"]);
}

#[test]
fn what_the_cell_ran_itself_stays_when_it_fails_later() {
    let notebook = Notebook::new();
    notebook
        .run("node Inc(x) { x + 1 } flow.a = Inc(1); flow.a.value; flow.a = Inc(10); throw \"no\";")
        .error();
    assert_eq!(notebook.outputs("flow.a.value"), ["result: 2"]);
}

#[test]
fn the_dirty_part_runs_unless_told_otherwise_and_what_has_not_run_stays_dirty() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.auto = false;");
    assert_eq!(notebook.outputs("flow.a = Inc(1);"), ["show: a has not run yet"]);
    assert_eq!(notebook.outputs("flow.auto = true;"), ["show: also changed: a = 2"]);
    assert_eq!(notebook.outputs("flow.run(1); flow.b = Inc(5);"), ["show: b has not run yet"]);
    assert_eq!(notebook.outputs("1"), ["show: also changed: b = 6", "result: 1"]);
}

#[test]
fn a_reference_to_what_no_cell_defines_is_no_error() {
    let notebook = Notebook::new();
    let waits = "show: a waits for b (no cell defines it yet: flow.b = ...)";
    assert_eq!(notebook.outputs("node Inc(x) { x + 1 } flow.a = Inc(flow.b);"), [waits]);
    assert!(notebook.outputs("flow.run_until_complete();").is_empty());
    assert_eq!(notebook.outputs("flow.b = 1;"), ["show: b = 1", "show: also changed: a = 2"]);
}

#[test]
fn of_several_failures_the_first_in_definition_order_is_the_cells_error() {
    let notebook = Notebook::new();
    let cell = "node Fail(x) { throw `no ${x}` } node Inc(x) { x + 1 } flow.late = Fail(1); flow.early = Fail(2); flow.c = Inc(3);";
    let ran = notebook.run(cell);
    assert!(ran.outputs.contains(&"show: c = 4".to_owned()), "{:?}", ran.outputs);
    assert!(headline(&ran.error()).contains("node late failed"));
}
