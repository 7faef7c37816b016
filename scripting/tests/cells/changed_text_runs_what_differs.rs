use crate::common::Notebook;

const RUNS: &str = "node Runs(x) with #{ n: 0 } { this.n += 1; [x, this.n] }\n";

#[test]
fn a_node_with_the_same_inputs_is_held() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs(&format!("{RUNS}flow.a = Runs(1); flow.b = Runs(2);"));
    assert_eq!(outputs, ["show: a = [1, 1]", "show: b = [2, 1]"]);
    let outputs = notebook.outputs(&format!("{RUNS}flow.a = Runs(1); flow.b = Runs(3);"));
    assert_eq!(outputs, ["show: a = [1, 1]", "show: b = [3, 2]"]);
}

#[test]
fn comments_and_blanks_do_not_differ() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{RUNS}flow.a = Runs(1);"));
    let code = "// a comment\nnode Runs( x ) with #{ n: 0 } {\n  this.n += 1; /* one */ [x, this.n]\n}\nflow.a = Runs(1); // same";
    assert_eq!(notebook.outputs(code), ["show: a = [1, 1]"]);
}

#[test]
fn a_changed_constant_or_wire_runs_the_node_and_its_readers() {
    let notebook = Notebook::new();
    notebook.outputs(&format!(
        "{RUNS}flow.s = 1; flow.a = Runs(flow.s); flow.b = Runs(flow.a); flow.c = Runs(0);"
    ));
    let outputs = notebook.outputs("flow.s = 2;");
    assert_eq!(outputs, ["show: s = 2", "show: also changed: a = [2, 2]; b = [[2, 2], 2]"]);
    assert_eq!(notebook.outputs("flow.c.value"), ["result: [0, 1]"]);
}

#[test]
fn what_is_more_than_data_differs_each_time() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.m = markdown(\"one\");"), ["show: m = one"]);
    assert_eq!(notebook.outputs("flow.m = markdown(\"two\");"), ["show: m = two"]);
    let code = "let q = AsyncQueue(); q.put(5); node Get(q) { q.get() } flow.g = Get(q);";
    for _ in 0..2 {
        assert_eq!(notebook.outputs(code), ["show: g = 5"], "the queue that was made in this run");
    }
    notebook.outputs("let n = 1;");
    assert_eq!(notebook.outputs("flow.m = markdown(`${n}`);"), ["show: m = 1"]);
    notebook.outputs("n = 2;");
    assert_eq!(notebook.outputs("flow.m = markdown(`${n}`);"), ["show: m = 2"], "the text is the same");
}

#[test]
fn a_default_that_has_become_another_is_a_change() {
    let notebook = Notebook::new();
    notebook.outputs("fn pace() { 1 }");
    assert_eq!(notebook.outputs("node A(x = pace()) { x } flow.a = A();"), ["show: a = 1"]);
    notebook.outputs("fn pace() { 2 }");
    assert_eq!(notebook.outputs("flow.a = A();"), ["show: a = 2"]);
}

#[test]
fn an_int_is_not_a_float() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{RUNS}flow.a = Runs(1);"));
    assert_eq!(notebook.outputs("flow.a = Runs(1.0);"), ["show: a = [1.0, 2]"]);
}
