use crate::common::{Notebook, headline, traceback};

#[test]
fn a_cell_ends_when_its_tasks_have() {
    let notebook = Notebook::new();
    assert_eq!(
        notebook.outputs("spawn(|| { sleep(5); print(\"late\") }); print(\"soon\")"),
        ["out: soon", "out: late"]
    );
}

#[test]
fn nodes_run_meanwhile() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(1); spawn(|| { for i in 0..5 { q.put(i) } q.close() });
        node Sum(q) { let t = 0; for x in q { t += x } t } flow.s = Sum(q);";
    assert_eq!(notebook.outputs(code), ["show: s = 10"]);
}

#[test]
fn what_a_task_wires_late_runs_too() {
    let notebook = Notebook::new();
    let code = "node Add(x, y) { x + y } spawn(|| { sleep(1); flow.a = Add(1, 2); }); ()";
    assert_eq!(notebook.outputs(code), ["show: a = 3"]);
}

#[test]
fn an_error_that_nobody_joins_is_the_cells() {
    let notebook = Notebook::new();
    let error = notebook.error("spawn(|| { sleep(1); throw \"lost?\" }); 5");
    assert_eq!(headline(&error), "RuntimeError: lost? (line 1, column 22)");
    let error = notebook.error("spawn(|| { throw \"one\" });\nspawn(|| { sleep(1); throw \"two\" });");
    assert_eq!(headline(&error), "RuntimeError: one (line 1, column 12)");
    assert!(traceback(&error).contains("another task failed: RuntimeError: two (In [2], line 2, column 22)"));
}

#[test]
fn a_cell_that_fails_takes_its_tasks_with_it() {
    let notebook = Notebook::new();
    let error = notebook.error("let n = 0; spawn(|| { sleep(5); n = 1; }); sleep(1); throw \"no\"");
    assert_eq!(headline(&error), "RuntimeError: no (line 1, column 54)");
    assert_eq!(notebook.outputs("sleep(10); n"), ["result: 0"]);
}

#[test]
fn a_cell_that_waits_in_vain_says_what_its_task_failed_with() {
    let notebook = Notebook::new();
    let error = notebook.error("let q = AsyncQueue(); spawn(|| { throw \"no items\" }); q.get()");
    assert_eq!(headline(&error), "RuntimeError: no items (line 1, column 34)");
    assert!(traceback(&error).contains("the cell waited for what could never come"), "{}", traceback(&error));
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn a_cell_or_node_that_waits_in_vain_is_told_where_and_what_for() {
    let notebook = Notebook::new();
    let text = traceback(&notebook.error("let q = AsyncQueue();\nq.get()"));
    assert!(text.contains("In [1], line 2, column 3\n  2 | q.get()\n    |   ^"), "{text}");
    let text = traceback(&notebook.error("node W() { AsyncQueue().get() } flow.w = W();"));
    assert!(text.contains("\n  w waits for an item in an AsyncQueue (get)"), "{text}");
}

#[test]
fn a_task_that_waits_in_vain_is_no_hang() {
    let notebook = Notebook::new();
    let error = notebook.error("let q = AsyncQueue(); spawn(|| q.get());");
    assert_eq!(error.name, "StalledError");
    assert!(
        traceback(&error).contains("spawned in In [1], line 1, column 23` waits for an item"),
        "{}",
        traceback(&error)
    );
}
