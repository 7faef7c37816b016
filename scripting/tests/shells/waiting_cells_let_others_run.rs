//! A cell that waits, or computes for long, lets cells of other shells run.

use crate::common::{Notebook, Ran, cell, live_cell};

/// What a cell of another shell gives a second after a cell of the main shell has begun.
fn beside(main: &str, other: &str) -> (Ran, Ran) {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.beside(cell(main), &shell, 1.0, cell(other))
}

#[test]
fn a_cell_that_sleeps() {
    let (main, other) = beside(
        "let x = 1; print(`a ${x}`); sleep(5); print(`b ${x}`);",
        "let x = 10; sleep(1); print(`c ${x}`); x",
    );
    assert_eq!(main.outputs(), ["out: a 1", "out: b 1"]);
    assert_eq!(other.outputs(), ["out: c 10", "result: 10"]);
}

#[test]
fn what_a_cell_has_not_committed_is_nobody_elses() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let main = "flow.a = 1; flow.gone = 2; sleep(5); flow.b = 3; throw \"no\"";
    let (main, other) = notebook.beside(cell(main), &shell, 1.0, cell("flow.c = 4; flow.a.status"));
    assert!(main.error().message.contains("no"));
    let error = other.error();
    assert!(error.message.contains("no cell defines a yet"), "what is staged is nobody else's: {error:?}");
    assert_eq!(notebook.run_in(&shell, cell("flow.c = 4; 1")).outputs(), ["show: c = 4", "result: 1"]);
    assert_eq!(notebook.error("flow.a.value").name, "NodeExecutionError");
}

#[test]
fn tasks_belong_to_their_cells_shell() {
    let (main, other) = beside(
        "let n = 1; let t = spawn(|| { sleep(3); print(`main ${n}`); n = 7; }); t.join(); n",
        "let n = 2; let t = spawn(|| { sleep(3); print(`other ${n}`); n = 8; }); t.join(); n",
    );
    assert_eq!(main.outputs(), ["out: main 1", "result: 7"]);
    assert_eq!(other.outputs(), ["out: other 2", "result: 8"]);
}

#[test]
fn definitions_of_a_cell_that_fails_go_though_another_defines_what_is_there() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let known = "node B(x) { x } template T(t, x) { t.b = B(x); t.b }";
    notebook.outputs("node A(x) { x }");
    notebook.run_in(&shell, cell(known)).outputs();
    let main = "node A(x) { x + 100 } sleep(5); throw 1";
    let (main, other) = notebook.beside(cell(main), &shell, 1.0, cell(known));
    assert!(main.result.is_err() && other.result.is_ok());
    let outputs = notebook.outputs("flow.a = A(1); flow.b = B(2); flow.t = T(3);");
    assert_eq!(outputs, ["show: a = 1", "show: b = 2", "show: t = 3"]);
}

#[test]
fn definitions_of_both_stay_if_one_fails() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let main = "fn of_main() { 1 } sleep(5); throw \"no\"";
    let (main, other) = notebook.beside(cell(main), &shell, 1.0, cell("fn of_other() { 2 }"));
    assert!(main.result.is_err() && other.result.is_ok());
    assert_eq!(notebook.outputs("of_other()"), ["result: 2"]);
    assert!(notebook.run("fn mine() { 3 } throw \"no\"").result.is_err());
    assert_eq!(notebook.error("mine()").name, "NameError");
}

#[test]
fn an_interrupt_ends_the_cells_of_all_shells() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |_| interrupt.raise());
    let (main, other) = notebook.beside(cell("sleep(100);"), &shell, 1.0, cell("print(1); loop {}"));
    assert_eq!(main.error().name, "KeyboardInterrupt");
    assert_eq!(other.error().name, "KeyboardInterrupt");
    assert!(!notebook.interrupt.is_raised(), "the last one lowers it");
    notebook.listen(|_| ());
    assert_eq!(notebook.outputs("1"), ["result: 1"]);
}

#[test]
fn only_the_cell_that_can_go_no_further_is_told() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let stuck = "let q = AsyncQueue(); q.get()";
    let (main, other) = notebook.beside(cell("sleep(3); 1"), &shell, 1.0, cell(stuck));
    assert_eq!(main.outputs(), ["result: 1"]);
    assert_eq!(other.error().name, "StalledError");
}

#[test]
fn live_displays_are_each_cells_own() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let node = "node Slow(x) { sleep(2); x } ";
    let main = live_cell("A", &format!("{node} sleep(5); flow.a = Slow(1);"));
    let (main, other) = notebook.beside(main, &shell, 1.0, live_cell("B", "flow.b = 2;"));
    assert_eq!(other.outputs(), ["show flowno/b: b = 2"]);
    let lines = main.outputs();
    assert!(lines.last().unwrap().ends_with("a = 1"), "{lines:?}");
    assert!(!lines.iter().any(|line| line.contains("b = ")), "{lines:?}");
}
