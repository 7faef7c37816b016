use crate::common::Notebook;

#[test]
fn what_they_are_asked() {
    let notebook = Notebook::new();
    notebook.outputs(
        "node Add(x, y) { x + y } flow.a = 1; flow.b = 2; flow.c = Add(flow.a, flow.b); flow.d = flow.c;",
    );
    let outputs = notebook.outputs(
        "[flow.c.value, flow.c.status, flow.c.generation, flow.c.type, flow.c.inputs, flow.c.outputs]",
    );
    assert_eq!(outputs, ["result: [3, \"clean\", [0], \"Add\", [\"a\", \"b\"], [\"d\"]]"]);
    assert_eq!(
        notebook.outputs("[flow.c.get_input_nodes(), flow.c.get_output_nodes()]"),
        ["result: [[\"a\", \"b\"], [\"d\"]]"]
    );
}

#[test]
fn what_the_same_cell_has_wired() {
    let notebook = Notebook::new();
    let code = "node Add(x, y) { x + y } node Mul(x, y) { x * y } flow.a = 1; flow.c = Add(flow.a, 2);
        print([flow.c.type, flow.c.inputs, flow.a.outputs, flow.c.status, flow.c.generation]);
        flow.c = Mul(flow.a, 2); print(flow.c.type);";
    let said = "out: [\"Add\", [\"a\"], [\"c\"], \"dirty\", ()]";
    assert_eq!(notebook.outputs(code), [said, "out: Mul", "show: a = 1", "show: c = 2"]);
}

#[test]
fn each_status_by_its_word() {
    let notebook = Notebook::new();
    notebook.run("node Bad() { throw 1 } node Id(x) { x } flow.bad = Bad(); flow.w = Id(flow.nowhere); flow.ok = Id(1);");
    assert_eq!(
        notebook.outputs(
            "[flow.bad.status, flow.w.status, flow.ok.status, flow.ok.generation, flow.w.generation]"
        ),
        ["result: [\"failed\", \"waiting\", \"clean\", [0], ()]"]
    );
    let error = notebook.error("flow.nothing.status");
    assert_eq!(error.name, "NodeExecutionError");
}

#[test]
fn a_value_in_a_node_is_the_latest_and_never_waits() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    assert_eq!(notebook.outputs("node Peek(x) { flow.a.value + x } flow.p = Peek(10);"), ["show: p = 11"]);
    let error = notebook.error("flow.auto = false; flow.late = Peek(1); node Early() { flow.late.value } flow.e = Early(); flow.e.value");
    assert_eq!(
        error.message,
        "node e failed in generation (0,): NodeExecutionError: late has no value (line 1, column 66)"
    );
}

#[test]
fn nothing_can_be_assigned_to_them() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    for code in
        ["flow.a.value = 3", "flow.a.value += 3", "flow.a.sum = 3", "flow.a[0] = 3", "flow.a.status = 1"]
    {
        notebook.error(code);
    }
    assert_eq!(notebook.outputs("flow.a"), ["show: a = 1"]);
}
