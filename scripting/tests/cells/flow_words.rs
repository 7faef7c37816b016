use crate::common::Notebook;

#[test]
fn auto_off_only_wires() {
    let notebook = Notebook::new();
    let outputs =
        notebook.outputs("flow.auto = false; node Inc(x) { x + 1 } flow.a = Inc(1); flow.b = Inc(flow.a);");
    assert_eq!(outputs, ["show: a has not run yet", "show: b has not run yet"]);
    assert_eq!(notebook.outputs("[flow.auto, flow.a.status]"), ["result: [false, \"dirty\"]"]);
    // Reading runs what it needs, and no more.
    assert_eq!(notebook.outputs("flow.a.value"), ["show: also changed: a = 2", "result: 2"]);
    assert_eq!(notebook.outputs("flow.b.status"), ["result: \"dirty\""]);
    assert_eq!(notebook.outputs("flow.run_until_complete();"), ["show: also changed: b = 3"]);
    // Switched on, a cell runs what is left.
    notebook.outputs("flow.c = Inc(5);");
    assert_eq!(notebook.outputs("flow.auto = true;"), ["show: also changed: c = 6"]);
}

#[test]
fn run_until_complete_goes_on_past_failures_if_told() {
    let notebook = Notebook::new();
    let nodes =
        "flow.auto = false; node Bad(x) { throw 1 } node Id(x) { x } flow.b = Bad(1); flow.c = Id(2);";
    notebook.outputs(nodes);
    let error = notebook.error("flow.run_until_complete()");
    assert_eq!(error.name, "NodeExecutionError");
    assert_eq!(notebook.outputs("flow.c.status"), ["result: \"dirty\""]);
    let error = notebook.error("flow.run_until_complete(#{ terminate_on_node_error: false })");
    assert_eq!(error.name, "NodeExecutionError");
    assert_eq!(notebook.outputs("flow.c.value"), ["result: 2"]);
}

#[test]
fn wrong_options_are_refused() {
    let notebook = Notebook::new();
    for code in [
        "flow.run_until_complete(#{ nothing: 1 })",
        "flow.run_until_complete(#{ stop_at_node_generation: \"x\" })",
        "flow.run_until_complete(#{ stop_at_node_generation: [1, 2, 3] })",
        "flow.run_until_complete(#{ stop_at_node_generation: #{ nothing: 1 } })",
        "flow.run_until_complete(#{ terminate_on_node_error: 1 })",
        "flow.run(-1)",
        "flow.generations = \"many\"",
    ] {
        assert_eq!(notebook.error(code).name, "ValueError", "{code}");
    }
}

#[test]
fn keywords_are_listed_and_no_node_bears_one() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("let failed = []; for word in flow.KEYWORDS { try { flow[word] = 1 } catch { failed.push(word) } } failed == flow.KEYWORDS");
    assert_eq!(outputs, ["result: true"]);
}

#[test]
fn a_cell_that_ran_the_flow_itself_does_not_run_it_again() {
    let notebook = Notebook::new();
    let code = "node Runs() with #{ n: 0 } { this.n += 1; this.n } flow.run(1); flow.a = Runs();";
    assert_eq!(notebook.outputs(code), ["show: a has not run yet"]);
}
