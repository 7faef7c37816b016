//! Counted in operations, not in time: a variable says how far a script went on.

use flowno_scripting::event::EventKind;

use crate::common::Notebook;

/// The flag is read at every operation of Rhai's; an iteration of these loops has several.
const ITERATIONS_MAX: i64 = 1;

/// A notebook in which printing `now` raises the interrupt.
fn raising() -> Notebook {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |event| {
        if event.kind == EventKind::Stdout("now\n".to_owned()) {
            interrupt.raise();
        }
    });
    notebook
}

/// How far `n` was counted after the interrupt.
fn counted(notebook: &Notebook) -> i64 {
    notebook.interrupt.clear();
    let shown = notebook.outputs("n").pop().unwrap();
    shown.strip_prefix("result: ").unwrap().parse().unwrap()
}

#[test]
fn in_a_cell() {
    for start in [0, 1, 100, 1_000, 4_000, 4_090] {
        let notebook = raising();
        let code = format!("let n = 0; for i in 0..{start} {{ }} print(\"now\"); loop {{ n += 1; }}");
        assert_eq!(notebook.error(&code).name, "KeyboardInterrupt");
        let n = counted(&notebook);
        assert!(n <= ITERATIONS_MAX, "{n} after {start}");
    }
}

#[test]
fn in_a_function_a_catch_and_a_closure() {
    for body in [
        "fn spin(n) { print(\"now\"); loop { n += 1; } } spin(n)",
        "print(\"now\"); loop { try { loop { n += 1; } } catch { } }",
        "print(\"now\"); loop { try { n += 1; throw n } catch { } }",
        "print(\"now\"); loop { [1, 2, 3].map(|x| { n += 1; x }); }",
        "print(\"now\"); loop { [3, 1, 2].sort(|a, b| { n += 1; a - b }); }",
    ] {
        let notebook = raising();
        assert_eq!(notebook.error(&format!("let n = 0; {body}")).name, "KeyboardInterrupt", "{body}");
        let n = counted(&notebook);
        assert!(n <= ITERATIONS_MAX, "{n}: {body}");
    }
}

#[test]
fn what_a_script_prints_meanwhile_is_as_bounded() {
    let notebook = raising();
    let ran = notebook.run("loop { print(\"now\"); }");
    let printed = ran.outputs.len();
    assert_eq!(ran.error().name, "KeyboardInterrupt");
    assert!((1..=2).contains(&printed), "{printed}");
}

#[test]
fn waits_end_at_once() {
    for wait in ["sleep(1000)", "flow.slow.value", "flow.run_until_complete()"] {
        let notebook = raising();
        notebook.outputs("flow.auto = false; node Slow() { sleep(1000); 1 } flow.slow = Slow();");
        let code = format!("let n = 0; print(\"now\"); try {{ {wait}; n = 1; }} catch {{ n = 2; }}");
        assert_eq!(notebook.error(&code).name, "KeyboardInterrupt", "{wait}");
        assert_eq!(counted(&notebook), 0, "{wait}");
    }
}
