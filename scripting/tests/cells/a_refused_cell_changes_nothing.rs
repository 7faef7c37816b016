use crate::common::Notebook;

const BEFORE: &str =
    "node Add(x, y = 0) { x + y } fn twice(x) { x * 2 } flow.a = Add(1, 2); flow.b = Add(flow.a, 10);";

/// Runs a cell that is refused, and looks whether anything of it stayed.
fn refused(code: &str, name: &str) {
    let notebook = Notebook::new();
    notebook.outputs(BEFORE);
    let error = notebook.error(code);
    assert_eq!(error.name, name, "{code}: {}", error.message);
    assert_eq!(notebook.outputs("flow"), ["result: a = 3\nb = 13\n\nb <- a"], "{code}");
    let outputs = notebook.outputs("flow.c = Add(20, 1); twice(4)");
    assert_eq!(outputs, ["show: c = 21", "result: 8"], "{code}");
    assert_eq!(notebook.error("New(1)").name, "NameError", "{code}");
    assert_eq!(notebook.outputs("flow.a = 5;"), ["show: a = 5", "show: also changed: b = 15"], "{code}");
}

const CHANGES: &str = "node New(x) { x } node Add(x, y = 0) { x - y } fn twice(x) { 0 } \
                       flow.a = 100; flow.fresh = New(1); flow.remove(\"b\");";

#[test]
fn for_a_syntax_error() {
    refused(&format!("{CHANGES} let x = ;"), "SyntaxError");
    refused("node New(x) { x } node Add(x, y = 1 +) { x - y }", "SyntaxError");
    refused("node New(x) { x } node Add(x, y = let) { x - y } fn twice(x) { 0 }", "SyntaxError");
    refused("node New(x) { x } node Add(x, y) with #{ a: 1 + } { x - y } fn twice(x) { 0 }", "SyntaxError");
}

#[test]
fn for_a_bad_name() {
    refused(&format!("{CHANGES} flow._a = 1;"), "NameError");
    refused(&format!("{CHANGES} flow[\"x y\"] = 1;"), "NameError");
    refused(&format!("{CHANGES} flow[\"1a\"] = 1;"), "NameError");
    refused(&format!("{CHANGES} flow[\"\"] = 1;"), "NameError");
    refused(&format!("{CHANGES} flow[\"é\"] = 1;"), "NameError");
    refused(&format!("{CHANGES} flow.run_until_complete = 1;"), "NameError");
}

#[test]
fn for_a_cycle_without_a_default() {
    refused(&format!("{CHANGES} flow.p = New(flow.q); flow.q = New(flow.p);"), "MissingDefaultError");
}

#[test]
fn for_wrong_arguments() {
    refused(&format!("{CHANGES} flow.p = Add(1, 2, 3);"), "NameError");
    refused(&format!("{CHANGES} flow.p = New();"), "WiringError");
    refused(&format!("{CHANGES} flow.p = New(flow);"), "WiringError");
}

#[test]
fn for_an_unknown_output() {
    refused(&format!("{CHANGES} flow.p = New(flow.fresh.nothing);"), "WiringError");
    refused(&format!("{CHANGES} flow.p = New(flow.fresh[3]);"), "WiringError");
}

#[test]
fn for_an_error_in_the_middle() {
    refused(&format!("{CHANGES} throw 1; flow.a = 7;"), "RuntimeError");
    refused(&format!("{CHANGES} nothing();"), "NameError");
    refused(&format!("{CHANGES} fn down(x) {{ down(x) }} down(1);"), "RecursionError");
}

#[test]
fn but_variables_and_output_stay() {
    let notebook = Notebook::new();
    let ran = notebook.run("let x = 7; print(x); flow.a = 1; throw \"no\";");
    assert_eq!(ran.outputs, ["out: 7"]);
    assert_eq!(ran.error().message, "no (line 1, column 34)");
    assert_eq!(notebook.outputs("x"), ["result: 7"]);
}

#[test]
fn for_a_caught_refusal_too() {
    let boom =
        "fn boom() { throw \"boom\" } node Add(x, y = boom()) { x - y } try { flow.a.value } catch { }";
    refused(boom, "RuntimeError");
    let wrong = "node New(x: int) { x } flow.a = 100; flow.y = New(\"text\"); try { flow.a.value } catch { }";
    refused(wrong, "TypeError");
}

#[test]
fn unless_what_was_refused_is_mended() {
    let notebook = Notebook::new();
    notebook.outputs(BEFORE);
    let code =
        "flow.c = flow.d; flow.d = flow.c; try { flow.a.value } catch (e) { print(e.error); flow.d = 1; }";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs, ["out: MissingDefaultError", "show: c = 1", "show: d = 1"]);
}
