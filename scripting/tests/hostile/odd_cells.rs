use crate::common::Notebook;

/// Cells that may fail or not, but after which everything works.
const CELLS: [&str; 24] = [
    "flow.a = flow",
    "let f = flow; f.a = f; f",
    "flow[\"\"]",
    "flow[\"a.b\"] = 1; flow[\"a#0\"] = 1;",
    "flow.x = [flow.y, flow]; flow.x",
    "flow.x = || flow.x; flow.x",
    "flow.x = #{ f: flow, r: flow.x }; flow.x.value",
    "let a = [1]; for i in 0..50 { a = [a, a.len()]; } flow.deep = a;",
    "node N(x) { x } flow.n = N(N(N(N(N(N(N(N(1))))))));",
    "node N(x) { x } let d = N(1); for i in 0..200 { d = N(d); } flow.n = d;",
    "node N(f) { f.call() } flow.n = N(|| flow.m);",
    "node N(f) { f.call(); f } flow.n = N(|| { flow.m = 3; });",
    "node N(stream xs) { xs } flow.n = N(flow.n);",
    "node N(x = 0) { yield x; yield x } flow.n = N(flow.n);",
    "node N(stream xs) { xs.cancel(); xs.cancel(); xs.next() } node C() { yield 1 } flow.c = C(); flow.n = N(flow.c);",
    "node N(stream xs) { for x in xs { for y in xs { } } 1 } node C() { for i in 0..9 { yield i } } flow.c = C(); flow.n = N(flow.c);",
    "node this_(x) { this } flow.t = this_(1);",
    "node N(x) with #{ a: 1 } { this = 5; this } flow.n = N(1);",
    "node N() with #{ } { throw this } flow.n = N();",
    "exit(flow)",
    "throw flow.a",
    "throw || 1",
    "const flow_ = 1; let node = 2; let stream = 3; let with = 4; node + stream + with",
    "/*",
];

#[test]
fn leave_a_working_session() {
    for code in CELLS {
        for live in [false, true] {
            let notebook = Notebook::new();
            let _ = if live { notebook.live("A", code) } else { notebook.run(code) };
            notebook.run("flow");
            let mut outputs = notebook.outputs("flow.fine = 1; flow.fine.value");
            outputs.retain(|output| !output.starts_with("update flowno-graph/A")); // shown by `exit(flow)`
            assert_eq!(outputs, ["show: fine = 1", "result: 1"], "{code}");
        }
    }
}

#[test]
fn eval_is_not_part_of_the_language() {
    let notebook = Notebook::new();
    assert_eq!(notebook.error("eval(\"1\")").name, "SyntaxError");
    notebook.error("let e = Fn(\"eval\"); e.call(\"1\")");
    notebook.error("call(\"eval\", \"1\")");
    notebook.error("node E() { eval(\"1\") }");
}

#[test]
fn a_wait_for_nothing_is_an_error() {
    let notebook = Notebook::new();
    let ran =
        notebook.run("node Self_(stream xs) { let t = 0; for x in xs { t += x } t } flow.s = Self_(flow.s);");
    assert!(ran.result.is_err(), "{:?}", ran.outputs);
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}
