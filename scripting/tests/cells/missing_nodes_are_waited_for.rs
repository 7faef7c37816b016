use crate::common::Notebook;

const ADD: &str = "node Add(x, y) { x + y }\n";

#[test]
fn a_display_says_what_is_missing() {
    let notebook = Notebook::new();
    let outputs =
        notebook.outputs(&format!("{ADD}flow.sum = Add(flow.a, flow.b); flow.top = Add(flow.sum, 1);"));
    let waits = "waits for a (no cell defines it yet: flow.a = ...)";
    assert_eq!(outputs, [format!("show: sum {waits}"), format!("show: top {waits}")]);
    notebook.outputs("flow.a = 1;");
    let waits = "waits for b (no cell defines it yet: flow.b = ...)";
    assert_eq!(
        notebook.outputs("flow"),
        [format!("result: sum {waits}\ntop {waits}\na = 1\n\nsum <- a, b\ntop <- sum")]
    );
}

#[test]
fn the_nodes_run_once_it_is_there() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{ADD}flow.sum = Add(flow.b, 1);"));
    assert_eq!(notebook.outputs("flow.b = 41;"), ["show: b = 41", "show: also changed: sum = 42"]);
}

#[test]
fn run_until_complete_runs_what_it_can() {
    let notebook = Notebook::new();
    let code = format!("{ADD}flow.sum = Add(flow.b, 1); flow.c = Add(1, 2); flow.run_until_complete();");
    let sum = "show: sum waits for b (no cell defines it yet: flow.b = ...)";
    assert_eq!(notebook.outputs(&code), [sum, "show: c = 3"]);
}

#[test]
fn a_removed_node_is_missing_again() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{ADD}flow.sum = Add(flow.b, 1);"));
    notebook.outputs("flow.b = 1;");
    notebook.outputs("flow.remove(\"b\");");
    let text = "show: sum waits for b (no cell defines it yet: flow.b = ...)";
    assert_eq!(notebook.outputs("flow.sum"), [text]);
}

#[test]
fn its_value_is_an_error() {
    let notebook = Notebook::new();
    let error = notebook.error("flow.nothing.value");
    assert_eq!(error.name, "NodeExecutionError");
    assert_eq!(error.message, "no cell defines nothing yet: flow.nothing = ... (line 1, column 14)");
    let error = notebook.error(&format!("{ADD}flow.sum = Add(flow.b, 1);\nflow.sum.value"));
    assert_eq!(error.message, "sum waits for b (no cell defines it yet: flow.b = ...) (line 3, column 10)");
}
