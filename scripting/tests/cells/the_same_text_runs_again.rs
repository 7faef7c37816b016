use crate::common::Notebook;

const COUNT: &str = "node Runs() with #{ n: 0 } { this.n += 1; this.n } flow.a = Runs(); flow.b = flow.a;";

#[test]
fn without_an_identity_the_text_tells() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs(COUNT), ["show: a = 1", "show: b = 1"]);
    assert_eq!(notebook.outputs("1"), ["result: 1"]);
    assert_eq!(notebook.outputs(COUNT), ["show: a = 2", "show: b = 2"]);
}

#[test]
fn with_an_identity_the_cell_tells() {
    let notebook = Notebook::new();
    notebook.live("A", COUNT).outputs();
    let again = notebook.live("A", COUNT).outputs();
    assert!(again.contains(&"show flowno/b: b = 2".to_owned()), "{again:?}");
    // The same nodes, by another cell: nothing differs, and nobody asked for them to run again.
    let other = notebook.live("B", COUNT).outputs();
    assert!(other.contains(&"show flowno/b: b = 2".to_owned()), "{other:?}");
}

#[test]
fn a_failed_node_is_tried_again() {
    let notebook = Notebook::new();
    let code = "node Once() with #{ n: 0 } { this.n += 1; if this.n == 1 { throw \"first\" } this.n } flow.a = Once();";
    assert_eq!(notebook.error(code).name, "NodeExecutionError");
    assert_eq!(notebook.outputs(code), ["show: a = 2"]);
}
