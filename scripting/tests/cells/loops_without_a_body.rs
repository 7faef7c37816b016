use crate::common::Notebook;

#[test]
fn over_nodes_are_refused() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = [1];");
    let error = notebook.error("for x in flow.a {}");
    assert_eq!(
        error.message,
        "`for` needs a value, and flow.a is a node: write flow.a.value (line 1, column 7)"
    );
}

#[test]
fn over_ranges_end_with_an_interrupt_too() {
    for range in ["0..n", "0..=n", "range(n, 0, -1)"] {
        let notebook = Notebook::new();
        let interrupt = notebook.interrupt.clone();
        notebook.listen(move |_| interrupt.raise());
        let error = notebook.error(&format!("let n = 9_000_000_000_000; print(1); for i in {range} {{}}"));
        assert_eq!(error.name, "KeyboardInterrupt", "{range}");
    }
}

#[test]
fn over_what_is_waited_for_end_with_an_interrupt() {
    for iterable in ["q", "azip(q, q)"] {
        let notebook = Notebook::new();
        let interrupt = notebook.interrupt.clone();
        notebook.listen(move |_| interrupt.raise());
        let code = format!(
            "let q = AsyncQueue(); let t = spawn(|| sleep(1000)); print(1); for x in {iterable} {{}}"
        );
        assert_eq!(notebook.error(&code).name, "KeyboardInterrupt", "{iterable}");
        notebook.interrupt.clear();
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{iterable}");
    }
}
