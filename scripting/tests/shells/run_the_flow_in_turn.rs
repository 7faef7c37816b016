//! The flow is run by one cell at a time; what the others wire meanwhile that run takes up.

use crate::common::{Notebook, cell, live_cell};

const SLOW: &str = "node Slow(x) { sleep(4); print(`slow ${x}`); x } node Add(x, y = 0) { x + y }";

#[test]
fn what_a_shell_wires_the_run_under_way_takes_up() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs(SLOW);
    let (main, other) =
        notebook.beside(cell("flow.a = Slow(1);"), &shell, 1.0, cell("flow.b = Add(40, 2); flow.b.value"));
    assert_eq!(main.outputs(), ["out: slow 1", "show: a = 1"]);
    assert_eq!(other.outputs(), ["show: b = 42", "result: 42"]);
}

#[test]
fn a_value_that_is_on_its_way_is_waited_for() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs(SLOW);
    let (main, other) = notebook.beside(cell("flow.a = Slow(1);"), &shell, 1.0, cell("flow.a.value"));
    assert_eq!(main.outputs(), ["out: slow 1", "show: a = 1"]);
    assert_eq!(other.outputs(), ["result: 1"]);
}

#[test]
fn values_are_read_while_a_cycle_runs_for_ever() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if format!("{event:?}").contains("enough") {
            interrupt.raise();
        }
    });
    notebook.outputs("node Count(x = 0) { sleep(1); x + 1 }");
    let main = live_cell("A", "flow.generations = (); flow.n = Count(flow.n);");
    let other = "node Inc(x) { x + 1 } flow.m = Inc(1); let m = flow.m.value; let n = flow.n.value; print(`enough ${m} ${n > 2}`)";
    let (main, other) = notebook.beside(main, &shell, 5.5, cell(other));
    assert_eq!(main.error().name, "KeyboardInterrupt");
    assert_eq!(other.outputs[0], "out: enough 2 true", "{:?}", other.outputs);
}

#[test]
fn a_run_that_a_script_asks_for_waits_for_its_turn() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs(SLOW);
    let (main, other) = notebook.beside(
        cell("flow.a = Slow(1); flow.run_until_complete(); print(\"then\"); sleep(9); ()"),
        &shell,
        1.0,
        cell("flow.c = Slow(2); flow.run_until_complete(); flow.c.value"),
    );
    assert_eq!(main.outputs(), ["out: slow 1", "out: slow 2", "out: then", "show: a = 1"]);
    assert_eq!(other.outputs().last().unwrap(), "result: 2");
}

#[test]
fn what_an_ended_run_has_left_the_other_cell_runs() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs("node Bad(x) { sleep(3); throw \"bad\" } node Slow(x) { sleep(10); x }");
    let main = "flow.bad = Bad(1); flow.run_until_complete(#{ terminate_on_node_error: true });";
    let (main, other) = notebook.beside(cell(main), &shell, 1.0, cell("flow.s = Slow(7);"));
    assert!(main.error().message.contains("bad"));
    assert_eq!(other.outputs().last().unwrap(), "show: s = 7");
}

#[test]
fn a_shells_failing_node_is_told_to_its_cell() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs(&format!("{SLOW} node Bad(x) {{ throw \"bad\" }}"));
    let (_, other) = notebook.beside(cell("flow.a = Slow(1);"), &shell, 1.0, cell("flow.b = Bad(1);"));
    assert!(other.error().message.contains("bad"));
    assert_eq!(notebook.outputs("flow.a.value").last().unwrap(), "result: 1");
}
