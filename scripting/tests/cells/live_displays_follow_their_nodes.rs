use crate::common::Notebook;

#[test]
fn a_display_appears_at_once_and_is_updated_in_place() {
    let notebook = Notebook::new();
    let outputs = notebook.live("A", "node Slow(x) { sleep(1); x + 1 } flow.a = Slow(1);").outputs();
    assert_eq!(outputs, ["show flowno/a: a is running", "update flowno/a: a = 2"]);
}

#[test]
fn also_when_another_cell_changes_the_node() {
    let notebook = Notebook::new();
    notebook.live("A", "node Inc(x) { x + 1 } flow.a = Inc(flow.seed);").outputs();
    let outputs = notebook.live("B", "flow.seed = 1;").outputs();
    assert_eq!(
        outputs,
        ["show flowno/seed: seed = 1", "update flowno/a: a = 2", "show: also changed: a = 2"]
    );
    let outputs = notebook.live("B", "flow.seed = 5;").outputs();
    assert_eq!(outputs.last().unwrap(), "show: also changed: a = 6");
}

#[test]
fn a_stream_shows_what_has_come_so_far() {
    let notebook = Notebook::new();
    let code = "node Count(n) { for i in 1..=n { yield i; sleep(1); } } flow.c = Count(4);";
    let outputs = notebook.live("A", code).outputs();
    let updates = ["update flowno/c: c = 3", "update flowno/c: c = 6", "update flowno/c: c = 10"];
    assert_eq!(outputs[0], "show flowno/c: c = 1");
    assert_eq!(outputs[1..], updates);
}

#[test]
fn a_fast_stream_is_updated_at_most_twenty_times_a_second_and_ends_right() {
    let notebook = Notebook::new();
    let code = "node Count(n) { for i in 0..n { yield 1; sleep(0.001); } } flow.c = Count(1000);";
    let outputs = notebook.live("A", code).outputs();
    assert!(outputs.len() > 10, "{outputs:?}");
    assert!(outputs.len() <= 22, "{}", outputs.len());
    assert_eq!(outputs.last().unwrap(), "update flowno/c: c = 1000");
}

#[test]
fn a_removed_node_says_so() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    let outputs = notebook.live("B", "flow.remove(\"a\")").outputs();
    assert_eq!(outputs, ["update flowno/a: a (removed)", "show: removed: a"]);
}
