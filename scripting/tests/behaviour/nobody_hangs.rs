//! Nobody hangs: what waits in vain ends at once, and says who waits for whom.

use crate::common::{Notebook, traceback};

#[test]
fn a_deadlock_between_tasks_is_an_error_that_names_both() {
    let notebook = Notebook::new();
    let code = "let a = Lock(); let b = Lock();
        let one = spawn(|| { a.acquire(); sleep(1); b.acquire(); });
        let two = spawn(|| { b.acquire(); sleep(1); a.acquire(); });
        one.join();";
    let error = notebook.error(code);
    assert_eq!(error.name, "StalledError", "{error:?}");
    let text = traceback(&error);
    for (one, other) in [(2, 3), (3, 2)] {
        let waits = text.lines().find(|line| line.trim_start().starts_with(&format!("task {one} ")));
        assert!(
            waits.is_some_and(|line| line.contains(&format!("waits for a Lock that task {other} "))),
            "{text}"
        );
    }
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn a_node_that_waits_in_vain_is_named_and_who_reads_it_too() {
    let notebook = Notebook::new();
    let code =
        "node Never(x) { AsyncQueue().get() } node Id(x) { x } flow.n = Never(1); flow.r = Id(flow.n);";
    let ran = notebook.run(code);
    assert!(ran.outputs.contains(&"show: r waits for n, which failed".to_owned()), "{:?}", ran.outputs);
    let error = ran.error();
    assert_eq!(error.name, "StalledError");
    assert!(traceback(&error).contains("  n waits for an item in an AsyncQueue (get)"), "{error:?}");
    assert_eq!(notebook.outputs("flow.n = 3;"), ["show: n = 3", "show: also changed: r = 3"]);
}

#[test]
fn an_endless_node_stops_no_other_node() {
    let notebook = Notebook::in_real_time();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if format!("{:?}", event.kind).contains("late") {
            interrupt.raise();
        }
    });
    let code = "node Spin() { loop {} } node Late() { for i in 0..20 { sleep(0.01); } print(\"late\"); 1 } flow.s = Spin(); flow.l = Late();";
    let ran = notebook.live("A", code);
    notebook.interrupt.clear();
    assert!(ran.outputs.contains(&"out: late".to_owned()), "{:?}", ran.outputs);
    assert_eq!(ran.error().name, "KeyboardInterrupt");
}
