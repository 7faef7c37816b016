use flowno_scripting::event::EventKind;

use crate::common::{Notebook, traceback};

#[test]
fn with_what_waited_and_is_no_clean_end() {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if matches!(event.kind, EventKind::Stdout(_)) {
            interrupt.raise();
        }
    });
    let error = notebook.error(
        "node Spin() { print(1); loop { } } node Id(x) { x } flow.a = Id(flow.none); flow.s = Spin(); flow.r = Id(flow.s);",
    );
    notebook.interrupt.clear();
    let text = traceback(&error);
    assert!(text.starts_with("KeyboardInterrupt: the cell was interrupted"), "{text}");
    assert!(text.contains("  s was running"), "{text}");
    assert!(text.contains("  a waits for none"), "{text}");
    // It does not run again by itself into the same loop.
    assert_eq!(notebook.outputs("flow.s.status"), ["result: \"failed\""]);
    assert_eq!(notebook.outputs("flow.s = 5;"), ["show: s = 5", "show: also changed: r = 5"]);
}

#[test]
fn with_the_place_that_the_cell_had_come_to() {
    for (code, place) in [
        ("let n = 0; print(1);\nloop { n += 1; }", "line 2, column "),
        ("print(1); sleep(1000);", "line 1, column 11\n"),
        ("fn spin() { loop {} }\nprint(1); spin();", "line 2, column 11\n"),
    ] {
        let notebook = Notebook::new();
        let interrupt = notebook.interrupt.clone();
        notebook.listen(move |_| interrupt.raise());
        let text = traceback(&notebook.error(code));
        let said = format!("KeyboardInterrupt: the cell was interrupted\n  In [1], {place}");
        assert!(text.starts_with(&said), "{code}: {text}");
    }
}

#[test]
fn a_stream_that_was_interrupted_can_run_again() {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if event.kind == EventKind::Stdout("2\n".to_owned()) {
            interrupt.raise();
        }
    });
    let code =
        "node Count(n) { for i in 0..n { if i == 2 { print(i); loop { } } yield i } } flow.c = Count(3);";
    assert_eq!(notebook.error(code).name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    let code = "node Count(n) { for i in 0..n { yield i } }";
    assert_eq!(notebook.outputs(code), ["show: also changed: c = 3"]);
}
