use crate::common::Notebook;

#[test]
fn a_value_is_the_result() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("1 + 2"), ["result: 3"]);
    assert_eq!(notebook.outputs("\"a\" + \"b\""), ["result: \"ab\""]);
    assert_eq!(
        notebook.outputs("#{ a: [1, 2.5, 'c', true, ()] }"),
        ["result: #{\"a\": [1, 2.5, 'c', true, ()]}"]
    );
}

#[test]
fn unit_is_not_shown() {
    let notebook = Notebook::new();
    assert!(notebook.outputs("let x = 1;").is_empty());
    assert!(notebook.outputs("()").is_empty());
    assert!(notebook.outputs("").is_empty());
}

#[test]
fn a_reference_shows_its_node_live_if_the_cell_is() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    assert_eq!(notebook.outputs("flow.a"), ["show: a = 1"]);
    assert_eq!(notebook.live("A", "flow.a").outputs(), ["show flowno/a: a = 1"]);
    let outputs = notebook.live("B", "flow.a = 2;").outputs();
    assert!(outputs.contains(&"show flowno/a: a = 2".to_owned()), "{outputs:?}");
    assert_eq!(notebook.outputs("flow.b"), ["show: b waits: no cell defines it yet: flow.b = ..."]);
}

#[test]
fn a_reference_to_the_cells_own_node_is_no_second_display() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.a = 1; flow.b = 2; flow.a"), ["show: a = 1", "show: b = 2"]);
    let live = notebook.live("A", "flow.a = 3; flow.b = 4; flow.a").outputs();
    assert_eq!(live, ["show flowno/a: a = 3", "show flowno/b: b = 4"]);
}

#[test]
fn an_output_is_its_value() {
    let notebook = Notebook::new();
    notebook.outputs("node Two() -> (first, second) { [1, 2] } flow.t = Two();");
    assert_eq!(notebook.outputs("flow.t.second"), ["result: 2"]);
    let error = notebook.error("flow.t.third");
    assert_eq!(error.name, "NameError");
    assert_eq!(error.message, "t has no output .third; it has the outputs first, second (line 1, column 1)");
}

#[test]
fn the_flow_is_its_nodes() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"]);
    notebook.outputs("flow.b = 1; flow.a = flow.b;");
    assert_eq!(notebook.outputs("flow"), ["result: b = 1\na = 1\n\na <- b"]);
}

#[test]
fn a_draft_says_how_to_wire_it() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("node Add(x, y = 0) { x + y } Add(1)");
    assert_eq!(outputs, ["result: Add(x, y = 0): a draft; wire it with flow.name = ..."]);
}

#[test]
fn what_the_statements_show_comes_first_and_the_result_last() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.b = Inc(flow.a);");
    let outputs = notebook.outputs("flow.a = 1; print(1); debug(\"e\"); 7");
    assert_eq!(outputs, ["out: 1", "err: \"e\"", "show: a = 1", "show: also changed: b = 2", "result: 7"]);
}
