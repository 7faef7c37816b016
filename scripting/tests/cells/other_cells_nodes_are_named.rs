use crate::common::Notebook;

#[test]
fn what_changed_and_what_went_is_one_output() {
    let notebook = Notebook::new();
    notebook
        .outputs("node Inc(x) { x + 1 } flow.a = 1; flow.b = Inc(flow.a); flow.c = Inc(flow.b); flow.z = 0;");
    let outputs = notebook.outputs("flow.a = 5; flow.remove(\"z\");");
    assert_eq!(outputs, ["show: a = 5", "show: also changed: b = 6; c = 7; removed: z"]);
}

#[test]
fn in_live_cells_too() {
    let notebook = Notebook::new();
    notebook.live("A", "node Inc(x) { x + 1 } flow.x = 1; flow.sum = Inc(flow.x);").outputs();
    assert_eq!(notebook.live("B", "flow.x = 42;").outputs().last().unwrap(), "show: also changed: sum = 43");
}

#[test]
fn a_node_that_came_out_the_same_is_not_named() {
    let notebook = Notebook::new();
    notebook.outputs("node Sign(x) { x > 0 } flow.a = 1; flow.b = Sign(flow.a);");
    assert_eq!(notebook.outputs("flow.a = 2;"), ["show: a = 2"]);
}

#[test]
fn a_node_that_never_was_is_not_removed() {
    let notebook = Notebook::new();
    assert!(notebook.outputs("flow.remove(\"nothing\");").is_empty());
    assert!(notebook.outputs("flow.x = 1; flow.remove(\"x\");").is_empty());
}

#[test]
fn of_many_the_first_are_named() {
    let notebook = Notebook::new();
    let readers: String = (0..20).map(|i| format!("flow.r{i} = flow.a;")).collect();
    notebook.outputs(&format!("flow.a = 1; {readers}"));
    let outputs = notebook.outputs("flow.a = 2;");
    assert!(outputs[1].starts_with("show: also changed: r0 = 2; r1 = 2; "), "{outputs:?}");
    assert!(outputs[1].ends_with("r11 = 2; and 8 more"), "{outputs:?}");
}

#[test]
fn removing_what_is_not_there_names_what_was_meant() {
    let notebook = Notebook::new();
    notebook.outputs("flow.total = 1;");
    assert_eq!(
        notebook.outputs("flow.remove(\"totl\");"),
        ["err: there is no node `totl` to remove; did you mean `total`?"]
    );
    assert_eq!(notebook.outputs("flow.remove(\"other\"); flow.total.value"), ["result: 1"]);
    assert!(notebook.outputs("flow.tota = 1; flow.remove(\"tota\");").is_empty());
    notebook.outputs("flow.row2 = 1;");
    assert!(notebook.outputs("flow.remove(\"row1\");").is_empty(), "a number is not misspelt");
    let said = ["err: there is no node `Row2` to remove; did you mean `row2`?"];
    assert_eq!(notebook.outputs("flow.remove(\"Row2\");"), said);
}
