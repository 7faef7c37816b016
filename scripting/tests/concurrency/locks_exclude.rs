use crate::common::{Notebook, headline};

#[test]
fn one_at_a_time_in_the_order_they_came() {
    let notebook = Notebook::new();
    let code = "let l = Lock(); for i in 0..3 { spawn(|| { l.acquire(); print(`in ${i}`); sleep(1); print(`out ${i}`); l.release() }); }";
    let expected = ["in 0", "out 0", "in 1", "out 1", "in 2", "out 2"];
    assert_eq!(notebook.outputs(code), expected.map(|line| format!("out: {line}")));
}

#[test]
fn with_gives_the_value_and_releases() {
    let notebook = Notebook::new();
    assert_eq!(
        notebook.outputs("let l = Lock(); let v = l.with(|| 7); [v, l.is_locked()]"),
        ["result: [7, false]"]
    );
    let error = notebook.error("l.with(|| throw \"no\")");
    assert_eq!(headline(&error), "RuntimeError: no (line 1, column 11)");
    assert_eq!(notebook.outputs("l.is_locked()"), ["result: false"]);
}

#[test]
fn another_cell_may_release() {
    let notebook = Notebook::new();
    notebook.outputs("let l = Lock(); l.acquire();");
    assert_eq!(
        notebook.outputs("let held = l.is_locked(); l.release(); [held, l.is_locked()]"),
        ["result: [true, false]"]
    );
    assert_eq!(
        headline(&notebook.error("l.release()")),
        "RuntimeError: the lock is not held (line 1, column 3)"
    );
}

#[test]
fn in_nodes() {
    let notebook = Notebook::new();
    let code = "let l = Lock(); node Use(l, name) { l.with(|| { print(`in ${name}`); sleep(1); print(`out ${name}`) }); name }
        flow.a = Use(l, \"a\"); flow.b = Use(l, \"b\");";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs[..4], ["out: in a", "out: out a", "out: in b", "out: out b"]);
}
