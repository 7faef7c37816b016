use crate::common::Notebook;

#[test]
fn directly_and_through_other_functions() {
    let notebook = Notebook::new();
    notebook.outputs("fn helper(x) { x + 1 } fn unused(x) { x }");
    notebook.outputs("node Use(x) { helper(x) } node Plain(x) { x } flow.a = Use(1); flow.p = Plain(1);");
    assert_eq!(notebook.outputs("fn helper(x) { x + 100 }"), ["show: also changed: a = 101"]);
    assert_eq!(
        notebook.outputs("fn inner(x) { x } fn helper(x) { inner(x) }"),
        ["show: also changed: a = 1"]
    );
    assert_eq!(notebook.outputs("fn inner(x) { -x }"), ["show: also changed: a = -1"]);
    assert!(notebook.outputs("fn inner(x) { /* the same */ -x } fn unused(x) { 2 }").is_empty());
}

#[test]
fn by_defaults_states_and_templates() {
    let notebook = Notebook::new();
    notebook.outputs(
        "fn start() { 1 } node Default(x = start()) { x } node State(x) with #{ n: start() } { this.n + x }
        template Made(f) { f.a = Default(start()); f.a } flow.d = Default(); flow.s = State(1); flow.m = Made();",
    );
    let outputs = notebook.outputs("fn start() { 5 }");
    assert_eq!(outputs, ["show: also changed: d = 5; m = 5"]);
}

#[test]
fn and_a_failed_node_is_tried_again_when_its_function_comes() {
    let notebook = Notebook::new();
    notebook.error("node Use(x) { later(x) } flow.a = Use(1);");
    assert_eq!(notebook.outputs("fn later(x) { x + 1 }"), ["show: also changed: a = 2"]);
}

#[test]
fn but_not_by_a_cell_that_fails() {
    let notebook = Notebook::new();
    notebook.outputs("fn f(x) { x } node Use(x) { f(x) } flow.a = Use(1);");
    notebook.error("fn f(x) { 7 } throw 1;");
    assert_eq!(notebook.outputs("flow.a.value"), ["result: 1"]);
    assert_eq!(notebook.outputs("fn f(x) { 8 }"), ["show: also changed: a = 8"]);
}

#[test]
fn a_function_may_stand_below_and_in_another_cell() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.a = Use(1); node Use(x) { f(x) } fn f(x) { x + 1 }"), ["show: a = 2"]);
    assert_eq!(notebook.outputs("f(f(1))"), ["result: 3"]);
}

#[test]
fn by_a_name_in_any_script() {
    for name in ["नमस्ते", "สวัสดี", "ñandú", "数", "n\u{303}andu"] {
        let notebook = Notebook::new();
        notebook.outputs(&format!(
            "fn {name}(x) {{ x + 1 }} fn outer(x) {{ {name}(x) }} node N(x) {{ [{name}(x), outer(x)] }} flow.a = N(1);"
        ));
        let outputs = notebook.outputs(&format!("fn {name}(x) {{ x + 100 }}"));
        assert_eq!(outputs, ["show: also changed: a = [101, 101]"], "{name}");
    }
}
