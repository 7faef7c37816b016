use flowno_scripting::event::EventKind;

use crate::common::Notebook;

#[test]
fn an_evaluation_that_is_dropped_where_it_waits_does_not_count() {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if event.kind == EventKind::Stdout("100\n".to_owned()) {
            interrupt.raise();
        }
    });
    notebook.outputs(
        "node Sum(x) with #{ total: 0, all: [] } {
             this.total += x;
             this.all.push(x);
             if x > 10 { print(x); sleep(1000); }
             [this.total, this.all.len()]
         }
         flow.sum = Sum(flow.x);",
    );
    for x in 1..=4 {
        notebook.outputs(&format!("flow.x = {x};"));
    }
    assert_eq!(notebook.error("flow.x = 100;").name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("flow.x = 5;"), ["show: x = 5", "show: also changed: sum = [15, 5]"]);
}

#[test]
fn a_body_that_never_waits_works_in_the_state_itself() {
    let notebook = Notebook::new();
    notebook.outputs(
        "node Log(x) with #{ lines: [] } { this.lines.push(x); if x < 0 { throw \"below 0\"; } this.lines }
         flow.log = Log(flow.x);",
    );
    let grown = |x: i64| notebook.outputs(&format!("flow.x = {x};")).pop().unwrap();
    for x in 1..=4 {
        grown(x);
    }
    // What it gave is a copy.
    notebook.outputs("flow.first = flow.log.value; let kept = flow.log.value;");
    assert_eq!(grown(5), "show: also changed: log = [1, 2, 3, 4, 5]");
    assert_eq!(notebook.outputs("kept"), ["result: [1, 2, 3, 4]"]);
    // One that fails keeps what it did, as ever.
    notebook.error("flow.x = -1;");
    assert_eq!(grown(6), "show: also changed: log = [1, 2, 3, 4, 5, -1, 6]");
    // A new body has it, a reset takes it.
    let code = "node Log(x) with #{ lines: [], runs: 0 } { this.runs += 1; [this.lines.len(), this.runs] }";
    assert_eq!(notebook.outputs(code), ["show: also changed: log = [7, 1]"]);
    assert_eq!(notebook.outputs("flow.reset(\"log\"); flow.log.value").pop().unwrap(), "result: [0, 1]");
}

#[test]
fn a_function_of_the_same_name_may_wait() {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if event.kind == EventKind::Stdout("now\n".to_owned()) {
            interrupt.raise();
        }
    });
    notebook.outputs(
        "node Sum(x) with #{ total: 0 } { this.total += x; let y = abs(x); this.total }
         flow.sum = Sum(flow.x);",
    );
    for x in 1..=4 {
        notebook.outputs(&format!("flow.x = {x};"));
    }
    notebook.outputs("flow.auto = false;");
    notebook.outputs("fn abs(x) { if x == 100 { print(\"now\"); sleep(1000); } x }");
    // The function is another, so the node runs again.
    notebook.outputs("flow.auto = true;");
    notebook.outputs("flow.x = 5;");
    assert_eq!(notebook.error("flow.x = 100;").name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("flow.x = 6;").pop().unwrap(), "show: also changed: sum = 25");
}
