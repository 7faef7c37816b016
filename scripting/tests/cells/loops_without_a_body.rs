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

#[test]
fn over_what_is_waited_for_end_with_their_task() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); let t = spawn(|| { for x in q {} print(\"still here\"); });
        sleep(1); t.cancel(); sleep(1); 1";
    assert_eq!(notebook.outputs(code), ["result: 1"]);
    let code = "try { timeout(1, || { for x in q {} print(\"late\") }) } catch (e) { print(e.error) }";
    assert_eq!(notebook.outputs(code), ["out: TimeoutError"]);
}

#[test]
fn over_what_fails_raise_its_error() {
    let notebook = Notebook::new();
    let node = "node Texts() { yield \"a\"; yield \"b\"; } node Read(stream xs: int) { for x in xs {} 1 }\n";
    let error = notebook.error(&format!("{node}flow.t = Texts(); flow.r = Read(flow.t);"));
    assert!(error.message.contains("TypeError"), "{}", error.message);
    assert!(error.message.contains("line 1, column"), "{}", error.message);
}

#[test]
fn whose_error_is_caught_where_there_is_a_body_leaves_nothing_behind() {
    let notebook = Notebook::new();
    let node = "node Texts() { yield \"a\"; }\n
        node Read(stream xs: int) { let n = 0; try { for x in xs { n += x } } catch (e) { return e.error } n }\n";
    let outputs = notebook.outputs(&format!("{node}flow.t = Texts(); flow.r = Read(flow.t);"));
    assert_eq!(outputs.last().unwrap(), "show: r = \"TypeError\"");
}

#[test]
fn of_a_task_raise_what_its_joiner_can_catch() {
    let notebook = Notebook::new();
    let node = "node Texts() { yield \"a\"; }\n
        node Read(stream xs: int) { let t = spawn(|| { for x in xs {} }); try { t.join() } catch (e) { return e.error } 1 }\n";
    let outputs = notebook.outputs(&format!("{node}flow.t = Texts(); flow.r = Read(flow.t);"));
    assert_eq!(outputs.last().unwrap(), "show: r = \"TypeError\"");
}
