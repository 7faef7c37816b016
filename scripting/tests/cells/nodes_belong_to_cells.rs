use crate::common::Notebook;

#[test]
fn a_cell_run_again_takes_out_what_it_no_longer_defines() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1; flow.b = 2;").outputs();
    let outputs = notebook.live("A", "flow.a = 1;").outputs();
    assert!(outputs.contains(&"update flowno/b: b (removed)".to_owned()), "{outputs:?}");
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"]);
}

#[test]
fn the_last_cell_to_define_a_node_owns_it() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1; flow.b = 2;").outputs();
    notebook.live("B", "flow.b = 3;").outputs();
    notebook.live("A", "flow.a = 1;").outputs();
    assert_eq!(notebook.outputs("flow"), ["result: a = 1\nb = 3"]);
    notebook.live("B", "1").outputs();
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"]);
}

#[test]
fn a_cell_that_fails_takes_nothing_out() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.live("A", "throw 1").error();
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"]);
}

#[test]
fn without_an_identity_nothing_goes_by_itself() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    notebook.outputs("flow.b = 1;");
    assert_eq!(notebook.outputs("flow"), ["result: a = 1\nb = 1"]);
}
