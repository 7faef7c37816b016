use crate::common::{Notebook, Ran, live_cell};
use flowno_scripting::Cell;

fn run(notebook: &Notebook, id: &str, deleted: &[&str], code: &str) -> Ran {
    let deleted_cells = deleted.iter().map(|id| (*id).to_owned()).collect();
    notebook.execute(Cell { deleted_cells, ..live_cell(id, code) })
}

fn flow(notebook: &Notebook) -> String {
    notebook.outputs("flow").remove(0)
}

#[test]
fn with_the_next_request() {
    let notebook = Notebook::new();
    run(&notebook, "A", &[], "flow.a = 1;").outputs();
    run(&notebook, "B", &[], "node Id(x) { x } flow.b = Id(flow.a);").outputs();
    let outputs = run(&notebook, "C", &["A"], "1").outputs();
    assert!(outputs.contains(&"update flowno/a: a (removed)".to_owned()), "{outputs:?}");
    assert!(
        outputs.iter().any(|line| line.starts_with("show: ") && line.ends_with("; removed: a")),
        "{outputs:?}"
    );
    assert_eq!(flow(&notebook), "result: b waits for a (no cell defines it yet: flow.a = ...)\n\nb <- a");
}

#[test]
fn a_repeated_id_acts_once() {
    let notebook = Notebook::new();
    run(&notebook, "A", &[], "flow.a = 1;").outputs();
    run(&notebook, "B", &["A"], "1").outputs();
    // The user has undone the deletion, and the front end repeats the id nevertheless.
    run(&notebook, "A", &["A"], "flow.a = 2;").outputs();
    run(&notebook, "B", &["A"], "1").outputs();
    assert_eq!(flow(&notebook), "result: a = 2");
    // A request without it, and it acts again.
    run(&notebook, "B", &[], "1").outputs();
    run(&notebook, "B", &["A"], "1").outputs();
    assert_eq!(flow(&notebook), "result: the flow has no nodes yet");
}

#[test]
fn also_if_the_next_cell_fails() {
    for code in ["flow.c = ;", "flow.c = 1; throw 1;", "flow.c = 1; flow.c.value; throw 1;"] {
        let notebook = Notebook::new();
        run(&notebook, "A", &[], "flow.a = 1;").outputs();
        run(&notebook, "B", &["A"], code).error();
        assert!(!flow(&notebook).contains("a ="), "{code}");
    }
}

#[test]
fn but_not_the_one_that_runs() {
    let notebook = Notebook::new();
    run(&notebook, "A", &[], "flow.a = 1;").outputs();
    run(&notebook, "A", &["A"], "throw 1;").error();
    assert_eq!(flow(&notebook), "result: a = 1", "a cell that fails takes nothing out");
}

#[test]
fn but_not_what_the_next_cell_defines_anew() {
    let notebook = Notebook::new();
    let sum = "node Sum(x) with #{ t: 0 } { this.t += x; this.t } flow.a = Sum(";
    run(&notebook, "A", &[], &format!("{sum}1);")).outputs();
    run(&notebook, "B", &["A"], &format!("{sum}2);")).outputs();
    // Moved to another cell, the node has kept its state.
    assert_eq!(flow(&notebook), "result: a = 3");
}
