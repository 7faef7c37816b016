use crate::common::bundles::text;
use crate::common::{Notebook, traceback};

/// The places in a traceback.
fn places(traceback: &str) -> Vec<&str> {
    traceback.lines().filter(|line| line.starts_with("  In [")).collect()
}

#[test]
fn a_types_new_words_and_cell_are_shown() {
    let notebook = Notebook::new();
    notebook.outputs("/// Old words.\nnode Add(x, y) { x + y }\n/// Old too.\ntemplate Same(f, x) { x }\nflow.a = Add(1, 2);");
    let again = "/// New words.\nnode Add(x, y) { x + y }\n/// New too.\ntemplate Same(f, x) { x }";
    assert!(notebook.outputs(again).is_empty(), "nothing else has changed");
    for (name, words) in [("Add", "New words."), ("Same", "New too.")] {
        let data = notebook.bundle(&format!("help({name})"));
        let help = text(&data, "text/plain");
        assert!(help.contains(words) && help.contains("defined in In [2]"), "{help}");
    }
}

#[test]
fn errors_in_a_body_are_where_it_stands_now() {
    let notebook = Notebook::new();
    notebook.outputs("node Share(x) { 6 / x } flow.x = 2; flow.s = Share(flow.x);");
    notebook.outputs("// above\nnode Share(x) { 6 / x }");
    let error = notebook.error("flow.x = 0;");
    assert_eq!(places(&traceback(&error))[0], "  In [2], line 2, column 19");
}

#[test]
fn also_if_the_cell_that_wrote_it_again_has_failed_and_another_came() {
    let notebook = Notebook::new();
    notebook.outputs("node Share(x) { 6 / x } flow.x = 2; flow.s = Share(flow.x);");
    notebook.error("\nnode Share(x) { 6 / x } throw 1;");
    notebook.outputs("\n\nnode Share(x) { 6 / x }");
    let error = notebook.error("flow.x = 0;");
    assert_eq!(places(&traceback(&error))[0], "  In [3], line 3, column 19");
}

#[test]
fn errors_of_operators_are_where_they_stand_now() {
    let notebook = Notebook::new();
    notebook.outputs("flow.x = 2; flow.y = 1 + 6 / flow.x;");
    notebook.outputs("\nflow.y = 1 + 6 / flow.x;");
    let error = notebook.error("flow.x = 0;");
    assert_eq!(places(&traceback(&error))[0], "  In [2], line 2, column 16");
}
