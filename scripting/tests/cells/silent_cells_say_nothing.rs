use crate::common::{Notebook, cell, live_cell};
use flowno_scripting::Cell;

#[test]
fn but_do_what_they_do() {
    let notebook = Notebook::new();
    let code = "print(1); flow.a = 2; let x = 3; x";
    assert!(notebook.execute(Cell { silent: true, ..cell(code) }).outputs().is_empty());
    assert!(notebook.execute(Cell { silent: true, ..live_cell("A", code) }).outputs().is_empty());
    assert_eq!(notebook.outputs("x + flow.a.value"), ["result: 5"]);
}

#[test]
fn and_still_report_their_errors() {
    let notebook = Notebook::new();
    let ran = notebook.execute(Cell { silent: true, ..cell("nothing") });
    assert!(ran.outputs.is_empty());
    assert_eq!(ran.error().name, "NameError");
}
