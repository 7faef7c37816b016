use crate::common::Notebook;

#[test]
fn in_order_of_definition() {
    let notebook = Notebook::new();
    let code = "node Add(x, y) { x + y } flow.c = Add(flow.a, flow.b); flow.b = 2; flow.a = 1;";
    assert_eq!(notebook.outputs(code), ["show: c = 3", "show: b = 2", "show: a = 1"]);
}

#[test]
fn even_if_it_is_assigned_twice_or_was_read_before() {
    let notebook = Notebook::new();
    let code = "flow.a = 1; flow.b = 2; print(flow.a.value); flow.a = 3;";
    assert_eq!(notebook.outputs(code), ["out: 1", "show: a = 3", "show: b = 2"]);
}

#[test]
fn anonymous_nodes_are_not_shown() {
    let notebook = Notebook::new();
    let code = "node Inc(x) { x + 1 } flow.a = Inc(Inc(Inc(0)));";
    assert_eq!(notebook.outputs(code), ["show: a = 3"]);
}

#[test]
fn strings_are_quoted_and_long_texts_cut() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("let s = \"\"; s.pad(20_000, 'x'); flow.a = s; flow.b = 'c';");
    assert_eq!(outputs[1], "show: b = 'c'");
    assert!(outputs[0].starts_with("show: a = \"xxx"));
    assert!(outputs[0].ends_with("x… (9762 more characters; .value has all)"), "{}", &outputs[0][10_000..]);
    assert_eq!(notebook.outputs("flow.a.value.len()"), ["result: 20000"]);
}

#[test]
fn closures_look_the_same_in_every_run() {
    let outputs = |notebook: Notebook| notebook.outputs("flow.f = |x| x + 1; |x| x");
    let first = outputs(Notebook::new());
    assert_eq!(first, ["show: f = Fn*(\"anon$\")", "result: Fn*(\"anon$\")"]);
}
