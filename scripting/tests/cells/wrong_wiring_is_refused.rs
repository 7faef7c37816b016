use crate::common::{Notebook, headline};

#[track_caller]
fn refused(code: &str, expected: &str) {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = 1;");
    assert_eq!(headline(&notebook.error(code)), expected, "{code}");
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"], "{code}");
}

#[test]
fn of_the_flow_itself() {
    refused(
        "flow.a = flow",
        "WiringError: the flow itself is no value: name a node, as in flow.a (line 1, column 5)",
    );
    refused(
        "flow.b = Inc(flow)",
        "WiringError: the flow itself is no value: name a node, as in flow.a (line 1, column 10)",
    );
    refused("flow = 3", "AssignmentError: Cannot modify constant flow (line 1, column 1)");
}

#[test]
fn of_a_node_by_itself_without_a_default() {
    let error = {
        let notebook = Notebook::new();
        notebook.outputs("node Inc(x) { x + 1 } flow.a = 1;");
        notebook.error("\nflow.a = Inc(flow.a);")
    };
    assert_eq!(error.name, "MissingDefaultError");
    assert!(error.message.contains("a must have defaults for EACH/ALL"), "{}", error.message);
    assert!(error.message.ends_with("(line 2, column 5)"), "{}", error.message);
}

#[test]
fn in_place() {
    let message =
        "would make a its own input; give the result a name of its own, or compute with flow.a.value";
    refused("flow.a += 1", &format!("WiringError: flow.a += ... {message} (line 1, column 5)"));
    refused("flow.a *= flow.a", &format!("WiringError: flow.a *= ... {message} (line 1, column 5)"));
    let bits = "needs a value, and flow.a is a node: write flow.a.value";
    refused("flow.a |= 1", &format!("TypeError: `|=` {bits} (line 1, column 8)"));
    let notebook = Notebook::new();
    let outputs = notebook.outputs("flow.a = 3; let r = flow.a; r -= 1; r = r * 2; flow.b = r;");
    assert_eq!(outputs, ["show: a = 3", "show: b = 4"]);
}

#[test]
fn from_a_body() {
    for (body, what) in [
        ("flow.b = 1", "wire: do it in a cell"),
        ("flow.remove(\"a\")", "remove nodes: do it in a cell"),
        ("flow.run(1)", "run the flow: do it in a cell"),
        ("flow.run_until_complete()", "run the flow: do it in a cell"),
        ("flow.auto = false", "change the flow's settings: do it in a cell"),
        ("Inc(1)", "make nodes: wire in a cell"),
    ] {
        let notebook = Notebook::new();
        notebook.outputs("node Inc(x) { x + 1 } fn f() { 1 } flow.a = 1;");
        let error = notebook.error(&format!("node Bad() {{ {body}; 1 }} flow.bad = Bad();"));
        assert!(error.message.contains(&format!("a node's body cannot {what}")), "{body}: {}", error.message);
        let error = notebook.error(&format!("fn f() {{ {body}; 1 }} node Bad() {{ f() }} flow.bad = Bad();"));
        assert!(error.message.contains(&format!("a node's body cannot {what}")), "{body}: {}", error.message);
        assert_eq!(notebook.outputs("[flow.a.value, flow.auto]"), ["result: [1, true]"], "{body}");
    }
}

#[test]
fn but_a_node_assigned_to_itself_stays() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    assert!(notebook.outputs("flow.a = flow.a; flow.b = flow.b;").is_empty());
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"]);
}
