//! Constants are a shell's own, as variables are; a type's are those of the shell that defines it.

use crate::common::{Notebook, cell};

#[test]
fn stay_when_a_cell_of_another_shell_runs() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let code = "const K = 2; fn f(x) { x * global::K }
        node N(x, y = f(1)) with #{ z: f(10) } { [f(x), y, this.z] } template T(t, x) { t.n = N(f(x)); t.n }
        flow.x = 1; flow.n = N(flow.x); f(5)";
    assert_eq!(notebook.outputs(code), ["show: x = 1", "show: n = [2, 2, 20]", "result: 10"]);
    assert_eq!(notebook.run_in(&shell, cell("1")).outputs(), ["result: 1"]);
    let other = notebook.run_in(&shell, cell("const K = 100; f(1)")).outputs();
    assert_eq!(other, ["result: 100"], "a function that a cell calls sees the constants of its shell");
    assert_eq!(notebook.outputs("flow.x = 2;"), ["show: x = 2", "show: also changed: n = [4, 2, 20]"]);
    let wired = notebook.run_in(&shell, cell("flow.m = N(3); flow.t = T(3);")).outputs();
    assert_eq!(wired, ["show: m = [6, 2, 20]", "show: t = [12, 2, 20]"]);
    assert_eq!(notebook.outputs("f(5)"), ["result: 10"]);
}

#[test]
fn while_a_cell_sleeps() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let (main, other) = notebook.beside(
        cell("const K = 2; fn f() { global::K } sleep(5); f() + spawn(|| { sleep(1); f() }).join()"),
        &shell,
        1.0,
        cell("const K = 3; sleep(1); f()"),
    );
    assert_eq!(main.outputs(), ["result: 4"]);
    assert_eq!(other.outputs(), ["result: 3"]);
}

#[test]
fn make_a_type_that_is_defined_in_another_shell_another_one() {
    let notebook = Notebook::new();
    let shell = notebook.shell();
    let types = "node N(x) { x * global::K } template T(t, x) { t.n = x + global::K; t.n }";
    notebook.outputs(&format!("const K = 2; {types} flow.x = 1; flow.n = N(flow.x); flow.t = T(flow.x);"));
    let other = notebook.run_in(&shell, cell(&format!("const K = 100; {types}"))).outputs();
    assert_eq!(other, ["show: also changed: n = 100; t = 101"]);
    assert_eq!(notebook.outputs("flow.x = 3;"), ["show: x = 3", "show: also changed: n = 300; t = 103"]);
}
