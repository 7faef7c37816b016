//! What live displays follow, for how long, and what a front end gets that was away.

use crate::common::{Notebook, cell};
use flowno_scripting::{Cell, DisplayMode};

fn of_table<'a>(lines: &'a [String], id: &str) -> Vec<&'a String> {
    lines.iter().filter(|line| line.contains(&format!("{id}:"))).collect()
}

#[test]
fn also_what_a_headless_cell_changes() {
    let notebook = Notebook::new();
    notebook.live("A", "node Inc(x) { x + 1 } flow.a = 1; flow.b = Inc(flow.a);").outputs();
    let outputs = notebook.outputs("flow.a = 41;");
    for update in ["update flowno/a: a = 41", "update flowno/b: b = 42"] {
        assert!(outputs.contains(&update.to_owned()), "{outputs:?}");
    }
    assert_eq!(notebook.reconnect(), ["1 update flowno/a: a = 41", "1 update flowno/b: b = 42"]);
}

#[test]
fn a_name_that_no_cell_defines_waits_until_one_does() {
    let notebook = Notebook::new();
    let waits = "flowno/z: z waits: no cell defines it yet: flow.z = ...";
    assert_eq!(notebook.live("A", "flow.z.show(); sleep(0.1); ()").outputs(), [format!("show {waits}")]);
    assert_eq!(notebook.reconnect(), [format!("1 update {waits}")]);
    let outputs = notebook.outputs("flow.z = 1;");
    assert!(outputs.contains(&"update flowno/z: z = 1".to_owned()), "{outputs:?}");
    let outputs = notebook.outputs("flow.remove(\"z\");");
    assert!(outputs.contains(&"update flowno/z: z (removed)".to_owned()), "{outputs:?}");
    let outputs = notebook.outputs("flow.z = 2;");
    assert!(outputs.contains(&"update flowno/z: z = 2".to_owned()), "A still shows it: {outputs:?}");
}

#[test]
fn until_no_cell_shows_them_any_more() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1; flow.b = 2;").outputs();
    notebook.live("B", "flow.a.show();").outputs();
    notebook.live("C", "flow").outputs();
    notebook.live("D", "flow.show = \"table\"; flow.d = 1;").outputs();
    notebook.outputs("flow.show = \"each\";");
    // A lets go of both; B still shows one of them.
    notebook.live("A", "1").outputs();
    notebook.live("C", "1").outputs();
    let shown = notebook.reconnect();
    assert_eq!(of_table(&shown, "flowno/a"), ["2 update flowno/a: a (removed)"], "{shown:?}");
    assert!(of_table(&shown, "flowno/b").is_empty(), "{shown:?}");
    assert!(of_table(&shown, "flowno-graph/C").is_empty(), "{shown:?}");
    assert_eq!(of_table(&shown, "flowno-table/D").len(), 1, "{shown:?}");
    notebook.execute(Cell { deleted_cells: vec!["B".to_owned(), "D".to_owned()], ..cell("1") }).outputs();
    assert!(notebook.reconnect().is_empty(), "{:?}", notebook.reconnect());
}

#[test]
fn a_table_and_a_graph_are_updated_once_at_the_end_of_a_cell() {
    let notebook = Notebook::new();
    notebook.live("T", "flow.show = \"table\"; for i in 0..10 { flow[`n${i}`] = i; }").outputs();
    notebook.live("G", "flow").outputs();
    let outputs =
        notebook.live("C", "flow.show = \"each\"; for i in 0..10 { flow[`n${i}`] = i + 1; }").outputs();
    for id in ["flowno-table/T", "flowno-graph/G"] {
        let updates = of_table(&outputs, id);
        assert!(!updates.is_empty() && updates.len() <= 2, "while it runs, and at its end: {updates:?}");
    }
}

#[test]
fn cells_without_an_identity_have_tables_of_their_own() {
    let notebook = Notebook::new();
    let live = |code| notebook.execute(Cell { mode: DisplayMode::Live, ..cell(code) }).outputs();
    live("flow.show = \"table\"; flow.a = 1;");
    live("flow.b = 2;");
    let shown = notebook.reconnect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("a     1") && shown[1].contains("b     2"), "{shown:?}");
}

#[test]
fn a_front_end_that_comes_back_while_a_cell_runs_gets_the_latest_values() {
    let notebook = Notebook::new();
    let count = "node Count() { for i in 0..100 { yield i; sleep(1); } } flow.c = Count(); ";
    let other = notebook.live("A", count).outputs();
    assert!(other.last().unwrap().ends_with("c = 4950"), "{other:?}");
    notebook.outputs("flow.c = 7;");
    assert_eq!(notebook.reconnect_during("sleep(10);", 3.0), ["1 update flowno/c: c = 7"]);
}
