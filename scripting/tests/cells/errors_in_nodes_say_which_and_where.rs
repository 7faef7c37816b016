use crate::common::{Notebook, headline, traceback};

#[test]
fn with_type_generation_and_inputs() {
    let notebook = Notebook::new();
    let ran = notebook.run(
        "node Share(bill, guests) {\n  bill / guests\n}\nflow.zero = 0;\nflow.s = Share(66, flow.zero);",
    );
    assert_eq!(ran.outputs, ["show: zero = 0", "show: s failed: Division by zero: 66 / 0"]);
    let error = ran.error();
    let text = "NodeExecutionError: node s failed: ArithmeticError: Division by zero: 66 / 0";
    assert_eq!(headline(&error), format!("{text} (line 2, column 8)"));
    let place = "  In [1], line 2, column 8\n  2 |   bill / guests\n    |        ^";
    let node = "  in node s (Share), generation (0,), with bill = 66, guests = 0";
    assert_eq!(traceback(&error), format!("{text}\n{place}\n{node}"));
}

#[test]
fn what_depends_on_a_failed_node_waits_and_the_rest_runs() {
    let notebook = Notebook::new();
    let code =
        "node Bad(x) { throw \"no\" } node Id(x) { x } flow.b = Bad(1); flow.c = Id(flow.b); flow.d = Id(2);";
    let ran = notebook.run(code);
    assert_eq!(ran.outputs, ["show: b failed: no", "show: c waits for b, which failed", "show: d = 2"]);
    assert_eq!(notebook.error("flow.c.value").name, "NodeExecutionError");
}

#[test]
fn of_several_the_first_defined_is_the_error() {
    let notebook = Notebook::new();
    let code = "node Bad(x) { sleep(x); throw x } flow.slow = Bad(2); flow.fast = Bad(1);";
    assert_eq!(notebook.error(code).message, "node slow failed: RuntimeError: 2 (line 1, column 25)");
}

#[test]
fn reading_it_says_both_places() {
    let notebook = Notebook::new();
    notebook.error("node Bad(x) { throw \"no\" } flow.b = Bad(1);");
    let error = notebook.error("\nflow.b.value");
    let text = traceback(&error);
    assert!(text.contains("In [1], line 1, column 15\n"), "{text}");
    assert!(text.contains("In [2], line 2, column 8\n"), "{text}");
    assert_eq!(
        notebook.outputs("try { flow.b.value } catch (e) { print(e.node + \" \" + e.error) }"),
        ["out: b NodeExecutionError"]
    );
}

#[test]
fn in_a_default_and_in_the_state() {
    let notebook = Notebook::new();
    let error = notebook.error("node D(x,\n  y = nothing) { x }\nflow.d = D(1);");
    assert_eq!(headline(&error), "NameError: Variable not found: nothing (line 2, column 7)");
    let error = notebook.error("node S(x) with #{\n  n: nothing } { x }\nflow.s = S(1);");
    assert_eq!(
        headline(&error),
        "NodeExecutionError: node s failed: NameError: Variable not found: nothing (line 2, column 6)"
    );
}

#[test]
fn a_failed_node_is_tried_again_when_an_input_changes() {
    let notebook = Notebook::new();
    notebook.outputs("node Share(n) { 6 / n }");
    notebook.error("flow.n = 0; flow.s = Share(flow.n);");
    assert_eq!(notebook.outputs("flow.n = 2;"), ["show: n = 2", "show: also changed: s = 3"]);
}

#[test]
fn wrong_results_of_named_outputs() {
    let notebook = Notebook::new();
    let error = notebook.error("node Two(x) -> (a, b) { [x] } flow.t = Two(1);");
    assert!(
        error.message.contains("a node with 2 outputs gives an array of 2 values, not of 1"),
        "{error:?}"
    );
    let error = notebook.error("node Two(x) -> (a, b) { x } flow.t = Two(1);");
    assert!(error.message.contains("a node with 2 outputs gives an array of 2 values, not int"), "{error:?}");
}
