use crate::common::Notebook;

#[test]
fn of_later_cells() {
    let notebook = Notebook::new();
    notebook.outputs("const K = 5;");
    notebook.outputs("fn k() { global::K }");
    assert_eq!(notebook.outputs("k()"), ["result: 5"]);
    assert_eq!(notebook.outputs("node Use(x) { k() + x } flow.a = Use(1);"), ["show: a = 6"]);
}

#[test]
fn in_their_newest_version() {
    let notebook = Notebook::new();
    notebook.outputs("const K = 5; fn k() { global::K }");
    assert_eq!(notebook.outputs("const K = 7; k()"), ["result: 7"]);
    assert_eq!(
        notebook.outputs("node Use() { global::K } flow.a = Use(); const K = 8; flow.a.value"),
        ["show: a = 8", "result: 8"]
    );
    assert_eq!(notebook.error("K = 3").name, "AssignmentError");
    assert_eq!(notebook.outputs("k()"), ["result: 8"]);
}

#[test]
fn also_of_a_cell_that_failed() {
    let notebook = Notebook::new();
    notebook.outputs("fn k() { global::K }");
    notebook.error("const K = 1; throw 1;");
    assert_eq!(notebook.outputs("k()"), ["result: 1"]);
}

#[test]
fn not_variables_and_not_what_stands_in_a_block() {
    let notebook = Notebook::new();
    notebook.outputs("let v = 1; { const INNER = 2; } fn v() { global::v } fn inner() { global::INNER }");
    assert_eq!(notebook.error("v()").name, "NameError");
    assert_eq!(notebook.error("inner()").name, "NameError");
}

#[test]
fn by_a_name_that_errors_tell() {
    for code in ["node Use() { K } flow.a = Use();", "fn k() { K } k()"] {
        let notebook = Notebook::new();
        notebook.outputs("const K = 5;");
        let message = notebook.error(code).message;
        assert!(
            message.contains("Variable not found: K; it is a constant of cells: write global::K"),
            "{message}"
        );
    }
}

#[test]
fn and_hidden_by_what_has_their_name() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("const i = 9; for i in 0..2 { print(i) }"), ["out: 0", "out: 1"]);
    assert_eq!(notebook.outputs("const e = 1; try { throw \"x\" } catch (e) { print(e) }"), ["out: x"]);
}
