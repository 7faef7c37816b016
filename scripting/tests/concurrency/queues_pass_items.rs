use crate::common::{Notebook, headline};

#[test]
fn first_in_first_out() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); q.put(1); q.put(\"two\"); [q.len(), q.peek(), q.get(), q.get(), q.len(), q.is_closed()]";
    assert_eq!(notebook.outputs(code), ["result: [2, 1, 1, \"two\", 0, false]"]);
}

#[test]
fn a_full_queue_holds_back() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(2); spawn(|| { for i in 0..4 { q.put(i); print(`put ${i}`) } q.close() });
        sleep(1); for x in q { print(`got ${x}`); sleep(1) }";
    let outputs = notebook.outputs(code);
    let expected = ["put 0", "put 1", "got 0", "put 2", "got 1", "put 3", "got 2", "got 3"];
    assert_eq!(outputs, expected.map(|line| format!("out: {line}")));
}

#[test]
fn until_empty_takes_what_is_there_and_closes() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); for i in 0..3 { q.put(i) } let got = []; for x in q.until_empty() { got.push(x) } [got, q.is_closed()]";
    assert_eq!(notebook.outputs(code), ["result: [[0, 1, 2], true]"]);
}

#[test]
fn until_empty_takes_what_tasks_wait_to_put() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(1); let putter = spawn(|| for i in 0..3 { q.put(i) }); sleep(0.001); \
                let got = []; for x in q.until_empty() { got.push(x) } putter.join(); [got, q.is_closed()]";
    assert_eq!(notebook.outputs(code), ["result: [[0, 1, 2], true]"]);
}

#[test]
fn a_closed_queue_says_so() {
    let notebook = Notebook::new();
    notebook.outputs("let q = AsyncQueue(); q.put(1); q.close();");
    assert_eq!(
        headline(&notebook.error("q.put(2)")),
        "QueueClosedError: the queue is closed (line 1, column 3)"
    );
    assert_eq!(notebook.outputs("q.get()"), ["result: 1"]);
    assert_eq!(
        headline(&notebook.error("q.get()")),
        "QueueClosedError: the queue is closed (line 1, column 3)"
    );
    assert_eq!(
        headline(&notebook.error("q.peek()")),
        "QueueClosedError: the queue is closed (line 1, column 3)"
    );
    let code = "let said = (); try { q.get() } catch (e) { if e.error == \"QueueClosedError\" { said = e.message } } said";
    assert_eq!(notebook.outputs(code), ["result: \"the queue is closed\""]);
}

#[test]
fn between_nodes() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(1); node Fill(q) { for i in 0..4 { q.put(i) } q.close(); \"filled\" }
        node Drain(q) { let got = []; for x in q { got.push(x) } got }
        flow.fill = Fill(q); flow.drain = Drain(q);";
    assert_eq!(notebook.outputs(code), ["show: fill = \"filled\"", "show: drain = [0, 1, 2, 3]"]);
}

#[test]
fn a_size_below_one_is_refused() {
    let error = Notebook::new().error("AsyncQueue(0)");
    assert_eq!(
        headline(&error),
        "ValueError: AsyncQueue takes a number of items from 1, not 0 (line 1, column 1)"
    );
}
