use crate::common::Notebook;

#[test]
fn when_they_run_next() {
    let notebook = Notebook::new();
    let node = "node Use(x) { helper(x) } flow.a = Use(1);";
    notebook.outputs("fn helper(x) { x + 1 }");
    assert_eq!(notebook.outputs(node), ["show: a = 2"]);
    notebook.outputs("fn helper(x) { x + 100 }");
    assert_eq!(notebook.outputs(node), ["show: a = 101"]);
    // Through another function, which is not defined again.
    notebook.outputs("fn inner(x) { x } fn helper(x) { inner(x) }");
    notebook.outputs("fn inner(x) { -x }");
    assert_eq!(notebook.outputs(node), ["show: a = -1"]);
}

#[test]
fn a_function_may_stand_below_and_in_another_cell() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.a = Use(1); node Use(x) { f(x) } fn f(x) { x + 1 }"), ["show: a = 2"]);
    assert_eq!(notebook.outputs("f(f(1))"), ["result: 3"]);
}
