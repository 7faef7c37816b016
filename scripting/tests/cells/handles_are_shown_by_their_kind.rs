use crate::common::Notebook;

#[test]
fn as_a_cells_value_and_inside_of_others() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("spawn(|| 1)"), ["result: (task)"]);
    assert_eq!(notebook.outputs("[AsyncQueue(), Lock(), Event()]"), ["result: [(queue), (lock), (event)]"]);
    assert_eq!(notebook.outputs("#{ s: socket() }"), ["result: #{\"s\": (socket)}"]);
}
