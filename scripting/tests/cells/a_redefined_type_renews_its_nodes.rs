use crate::common::Notebook;

#[test]
fn also_from_another_cell_and_inside_nested_calls() {
    let notebook = Notebook::new();
    notebook.live("A", "node Inc(x) { x + 1 } node Id(x) { x }").outputs();
    notebook.live("B", "flow.a = Inc(0); flow.b = Id(Inc(flow.a));").outputs();
    let outputs = notebook.live("C", "node Inc(x) { x + 10 }").outputs();
    assert_eq!(outputs.last().unwrap(), "show: also changed: a = 10; b = 20");
}

#[test]
fn a_new_default_counts() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x, by = 1) { x + by } flow.a = Inc(0);");
    assert_eq!(notebook.outputs("node Inc(x, by = 2) { x + by }"), ["show: also changed: a = 2"]);
}

#[test]
fn their_state_stays_new_keys_start_and_dropped_ones_go() {
    let notebook = Notebook::new();
    notebook.outputs("node Sum(x) with #{ total: 0 } { this.total += x; this.total } flow.a = Sum(flow.x);");
    notebook.outputs("flow.x = 5;");
    notebook.outputs("flow.x = 6;");
    let code = "node Sum(x) with #{ total: 0, runs: 100 } { this.total += x; this.runs += 1; [this.total, this.runs] }";
    assert_eq!(notebook.outputs(code), ["show: also changed: a = [17, 101]"]);
    let code = "node Sum(x) with #{ runs: 0 } { this.runs += 1; [this.keys(), this.runs] }";
    assert_eq!(notebook.outputs(code), ["show: also changed: a = [[\"runs\"], 102]"]);
    let code = "node Sum(x) with #{ total: 1 } { this.total += x; this.total }";
    assert_eq!(notebook.outputs(code), ["show: also changed: a = 7"]);
}

#[test]
fn a_node_assigned_to_itself_is_renewed_too() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = Inc(0);");
    assert!(notebook.outputs("flow.a = flow.a;").is_empty());
    assert_eq!(notebook.outputs("node Inc(x) { x + 10 }"), ["show: also changed: a = 10"]);
}

#[test]
fn a_definition_that_no_longer_fits_its_nodes_is_refused() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = Inc(0);");
    let error = notebook.error("node Inc(x, by) { x + by }");
    assert_eq!(error.name, "WiringError");
    assert_eq!(
        error.message,
        "a: parameter `by` of Inc has neither an argument nor a default (line 1, column 27)"
    );
    assert_eq!(notebook.outputs("flow.b = Inc(1);"), ["show: b = 2"]);
}

#[test]
fn a_removed_node_is_not_brought_back() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = Inc(0); flow.b = Inc(0); flow.remove(\"b\");");
    notebook.outputs("flow.remove(\"a\");");
    notebook.outputs("node Inc(x) { x + 10 }");
    assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"]);
}

#[test]
fn comments_in_defaults_and_states_do_not_count() {
    let notebook = Notebook::new();
    notebook.outputs(
        "node Sum(x, y = 1) with #{ total: 0 } { this.total += x + y; this.total } flow.s = Sum(1);",
    );
    let same =
        "node Sum(x, y = /* one */ 1) with #{ total : 0 /* none */ } { this.total += x + y; this.total }";
    assert!(notebook.outputs(same).is_empty());
}
