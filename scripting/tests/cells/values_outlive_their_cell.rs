use crate::common::Notebook;

#[test]
fn variables_and_closures() {
    let notebook = Notebook::new();
    notebook.outputs("let x = 1; let add = |y| x + y;");
    assert_eq!(notebook.outputs("x += 1; add.call(10)"), ["result: 12"]);
    notebook.outputs("let x = 5;");
    assert_eq!(notebook.outputs("x"), ["result: 5"]);
}

#[test]
fn references_drafts_and_the_flow() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } let r = flow.later; let d = Inc(r); let f = flow;");
    assert_eq!(notebook.outputs("flow.later = 1; flow.a = d; f.b = Inc(d);").len(), 3);
    assert_eq!(notebook.outputs("[r.value, f.a.value, flow.b.value]"), ["result: [1, 2, 3]"]);
}

#[test]
fn a_stream_that_leaves_its_node_in_a_value() {
    let notebook = Notebook::new();
    notebook.outputs("node Count(n) { for i in 0..n { yield i } } node Leak(stream xs) { xs.next(); xs }");
    notebook.outputs("flow.c = Count(3); flow.l = Leak(flow.c);");
    // Whatever reading it gives, it ends, and the session goes on.
    notebook.run("let s = flow.l.value; let n = 0; for x in s { n += 1; } n");
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn a_value_is_a_copy() {
    let notebook = Notebook::new();
    notebook.outputs("let xs = [1]; flow.a = xs; xs.push(2);");
    assert_eq!(
        notebook.outputs("let v = flow.a.value; v.push(3); [v, flow.a.value, xs]"),
        ["result: [[1, 3], [1], [1, 2]]"]
    );
}

#[test]
fn a_variable_captured_by_two_closures_and_a_node() {
    let notebook = Notebook::new();
    notebook.outputs("let n = 1; let f = |x| n + x; let g = |x| { n += x; n };");
    assert_eq!(
        notebook.outputs("flow.n = n; g.call(10); [f.call(0), flow.n.value]"),
        ["show: n = 1", "result: [11, 1]"]
    );
}

#[test]
fn exit_and_return_end_the_cell_with_a_value() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.a = 1; exit(5); flow.a = 2;"), ["show: a = 1", "result: 5"]);
    assert_eq!(notebook.outputs("flow.a = 3; return 6; flow.a = 4;"), ["show: a = 3", "result: 6"]);
}
