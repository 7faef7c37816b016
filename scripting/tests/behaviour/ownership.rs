//! Which cell owns which node.

use flowno_scripting::Cell;

use crate::common::{Notebook, live_cell};

/// A request of a front end that repeats deleted cells.
fn deleting(id: &str, code: &str, deleted: &[&str]) -> Cell {
    Cell { deleted_cells: deleted.iter().map(|id| (*id).to_owned()).collect(), ..live_cell(id, code) }
}

#[test]
fn the_last_cell_to_run_owns_a_node() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.live("B", "flow.a = 2;").outputs();
    notebook.live("A", "1;").outputs();
    assert_eq!(notebook.outputs("flow.a.value"), ["result: 2"]);
}

#[test]
fn a_deleted_cell_takes_its_nodes_and_an_undo_brings_them_back_with_run_all() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.live("B", "flow.b = 2;").outputs();
    let outputs = notebook.execute(deleting("B", "flow.b = 2;", &["A"])).outputs();
    assert!(outputs.contains(&"show: removed: a".to_owned()), "{outputs:?}");
    // Undone, and Run All: the front end repeats the id until a reply has come.
    notebook.execute(deleting("A", "flow.a = 1;", &["A"])).outputs();
    notebook.execute(deleting("B", "flow.b = 2;", &["A"])).outputs();
    assert_eq!(notebook.outputs("[flow.a.value, flow.b.value]"), ["result: [1, 2]"]);
}

#[test]
fn an_id_acts_again_after_a_request_came_without_it() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.execute(deleting("B", "1;", &["A"])).outputs();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.execute(deleting("B", "2;", &["A"])).outputs();
    assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"]);
}

#[test]
fn what_happened_to_other_cells_nodes_is_said_in_both_modes() {
    let notebook = Notebook::new();
    notebook.live("A", "node Inc(x) { x + 1 } flow.x = 1; flow.y = Inc(flow.x);").outputs();
    let outputs = notebook.outputs("flow.x = 42; flow.remove(\"y\");");
    assert_eq!([&*outputs[0], &*outputs[outputs.len() - 1]], ["show: x = 42", "show: removed: y"]);
    notebook.live("A", "node Inc(x) { x + 1 } flow.x = 1; flow.sum = Inc(flow.x);").outputs();
    assert_eq!(notebook.live("B", "flow.x = 42;").outputs().last().unwrap(), "show: also changed: sum = 43");
}

#[test]
fn without_an_identity_nothing_is_removed_by_itself() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1;");
    notebook.outputs("flow.b = 2;");
    assert_eq!(notebook.outputs("flow"), ["result: a = 1\nb = 2"]);
}
