//! Each shell has its own variables; nodes, types and functions are everybody's.

use crate::common::{Notebook, cell};

#[test]
fn variables_are_the_shells_own() {
    let notebook = Notebook::new();
    let (one, two) = (notebook.shell(), notebook.shell());
    notebook.outputs("let x = 1;");
    notebook.run_in(&one, cell("let x = 2;")).outputs();
    assert_eq!(notebook.run_in(&one, cell("x")).outputs(), ["result: 2"]);
    assert_eq!(notebook.outputs("x"), ["result: 1"]);
    assert_eq!(notebook.run_in(&two, cell("x")).error().name, "NameError");
}

#[test]
fn nodes_types_and_functions_are_everybodys() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs("node Add(x, y = 0) { x + y } fn twice(x) { 2 * x } flow.a = 20;");
    let ran = notebook.run_in(&shell, cell("flow.b = Add(flow.a, 1); twice(flow.b.value)"));
    assert_eq!(ran.outputs(), ["show: b = 21", "result: 42"]);
    assert_eq!(notebook.outputs("flow.a = 1; flow.b.value").last().unwrap(), "result: 2");
}

#[test]
fn what_is_asked_of_a_shell_knows_its_variables() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.outputs("let of_main = 1;");
    notebook.run_in(&shell, cell("let of_shell = 2;")).outputs();
    let found = |start: &str| shell.complete(start, start.len()).matches.len();
    assert_eq!((found("of_s"), found("of_m")), (1, 0));
    assert!(shell.inspect("of_shell", 3, false).is_some() && shell.inspect("of_main", 3, false).is_none());
}

#[test]
fn variables_go_with_their_shell() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    notebook.run_in(&shell, cell("let kept = 1; flow.a = 5;")).outputs();
    drop(shell);
    assert_eq!(notebook.outputs("flow.a.value"), ["result: 5"]);
    assert_eq!(notebook.error("kept").name, "NameError");
}

#[test]
fn a_variable_declared_in_another_shell_is_another() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let main = "let q = AsyncQueue(); let see = || q.len(); sleep(5); q = AsyncQueue(); q.put(1); see.call()";
    let (main, other) = notebook.beside(cell(main), &shell, 1.0, cell("let q = 1; q"));
    assert_eq!(main.outputs(), ["result: 1"]);
    assert_eq!(other.outputs(), ["result: 1"]);
}
