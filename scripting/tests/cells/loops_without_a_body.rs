use crate::common::Notebook;

#[test]
fn over_nodes_are_refused() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = [1];");
    for (code, column) in [("for x in flow.a {}", 7), ("let node = flow.a; for x in node {}", 29)] {
        let said = "`for` needs a value, and flow.a is a node: write flow.a.value";
        assert_eq!(notebook.error(code).message, format!("{said} (line 1, column {column})"));
    }
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
    for body in ["{}", "{ }", "{ x }", "{ /* nothing */ }"] {
        let notebook = Notebook::new();
        let code = format!(
            "let q = AsyncQueue(); let t = spawn(|| {{ for x in q {body}  print(\"still here\"); flow.a = 1; }});
            sleep(0.1); t.cancel(); t.is_done()"
        );
        assert_eq!(notebook.outputs(&code), ["result: true"], "{body}");
        let code = format!(
            "let q = AsyncQueue();
            try {{ timeout(0.1, || {{ for x in q {body}  print(\"late\") }}) }} catch (e) {{ print(e.error) }}"
        );
        assert_eq!(notebook.outputs(&code), ["out: TimeoutError"], "{body}");
    }
}

#[test]
fn over_what_is_waited_for_are_not_left_out() {
    for body in ["{}", " {}", "\n{}", "{ }", "{;}", "{\n}", "{ // nothing\n}"] {
        let notebook = Notebook::new();
        let code = format!(
            "let q = AsyncQueue(); spawn(|| {{ sleep(1); print(\"closed\"); q.close(); }});
            if true {{ for x in q{body} print(\"over\"); }}"
        );
        assert_eq!(notebook.outputs(&code), ["out: closed", "out: over"], "{body:?}");
    }
}

#[test]
fn over_what_fails_raise_its_error() {
    let code = "node T(stream xs: int) { for x in xs {} 1 }
        node Texts() { yield \"text\"; }
        flow.t = T(flow.texts); flow.texts = Texts();";
    let notebook = Notebook::new();
    let error = notebook.error(code);
    assert!(error.message.contains("stream `xs` takes int, not string"), "{}", error.message);

    let in_tasks = "let q = AsyncQueue(); let z = azip(q); let t = spawn(|| { for x in z {} });
        sleep(0.1); try { for x in z {} } catch (e) { print(e.message) } q.close();";
    assert_eq!(notebook.outputs(in_tasks), ["out: the azip is being read by another task"]);
    let caught = "fn read(z) { for x in z {} }
        let q = AsyncQueue(); let z = azip(q); let t = spawn(|| read(z));
        sleep(0.1); try { read(z) } catch (e) { print(e.message) } q.close();";
    assert_eq!(notebook.outputs(caught), ["out: the azip is being read by another task"]);
}

#[test]
fn keep_the_places_of_what_follows() {
    let notebook = Notebook::new();
    for (code, place) in [
        ("for i in 0..3 {} nope", "line 1, column 18"),
        ("for i in 0..3 { } nope", "line 1, column 19"),
        ("for i in (0..3)\n{\n}\nnope", "line 4, column 1"),
    ] {
        let error = notebook.error(code);
        assert!(error.message.ends_with(&format!("({place})")), "{code}: {}", error.message);
    }
}

#[test]
fn leave_a_reserved_sign_to_nobody() {
    let notebook = Notebook::new();
    for code in ["for i in 0..3 { @ }", "@", "node A() { @ }"] {
        let error = notebook.error(code);
        assert_eq!(error.name, "SyntaxError", "{code}");
        assert!(error.message.contains("`@` means nothing here"), "{code}: {}", error.message);
    }
}

#[test]
fn are_read_in_defaults_and_states() {
    let said = "{ let q = AsyncQueue(); let z = azip(q); let t = spawn(|| { for x in z { } }); sleep(0.1);
        let said = (); try { for x in z {} } catch (e) { said = e.message } q.close(); said }";
    for node in [
        format!("node A(said = {said}) {{ said }}"),
        format!("node A() with #{{ said: {said} }} {{ this.said }}"),
    ] {
        let shown = ["show: a = \"the azip is being read by another task\""];
        assert_eq!(Notebook::new().outputs(&format!("{node} flow.a = A();")), shown, "{node}");
    }
}

#[test]
fn have_errors_that_are_caught() {
    let notebook = Notebook::new();
    for read in [
        "try { for x in xs {} } catch (e) { return e.error }",
        "let n = 0; try { for x in xs { n += x } } catch (e) { return e.error }",
        "let t = spawn(|| { for x in xs {} }); try { t.join() } catch (e) { return e.error }",
        "const SAY = false; try { for x in xs { if SAY { print(x) } } } catch (e) { return e.error }",
        "try { for x in xs { x } } catch (e) { return e.error }",
    ] {
        let code = format!(
            "node Texts() {{ yield \"a\"; }} node Read(stream xs: int) {{ {read} 1 }}
            flow.t = Texts(); flow.r = Read(flow.t);"
        );
        assert_eq!(notebook.outputs(&code).last().unwrap(), "show: r = \"TypeError\"", "{read}");
    }
}
