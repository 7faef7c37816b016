use crate::common::Notebook;

/// Ways to call without end, each from a cell and from a node.
const CALLS: [(&str, &str); 7] = [
    ("fn f(x) { f(x + 1) }", "f(1)"),
    ("fn f(x) { 1 + f(x) }", "f(1)"),
    ("fn f(x) { [x].map(|y| f(y)) }", "f(1)"),
    ("fn f(x) { if true { for i in 0..1 { switch x { 1 => { try { f(x) } catch { } } } } } }", "f(1)"),
    ("fn f(x) { `${`${`${f(x)}`}`}` }", "f(1)"),
    ("fn f(x) { g(x) } fn g(x) { #{ a: [f(x)] } }", "f(1)"),
    ("fn f(x) { let c = |y| f(y); c.call(x) }", "f(1)"),
];

#[test]
fn ends_with_an_error_and_the_next_cell_works() {
    for (functions, call) in CALLS {
        let notebook = Notebook::new();
        notebook.outputs(functions);
        let error = notebook.error(call);
        assert_eq!(error.name, "RecursionError", "{functions}: {}", error.message);
        let error = notebook.error(&format!("node Deep() {{ {call} }} flow.d = Deep();"));
        assert!(
            error.message.starts_with("node d failed: RecursionError: "),
            "{functions}: {}",
            error.message
        );
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{functions}");
    }
}

/// `sort` swallows the errors of its comparator, this one too; the process and the session survive.
#[test]
fn through_a_comparator() {
    let notebook = Notebook::new();
    notebook.outputs("fn f(x) { [x, x].sort(|a, b| f(a)) }");
    let _ = notebook.run("f(1)");
    let _ = notebook.run("node Deep() { f(1) } flow.d = Deep();");
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn honest_recursion_has_room() {
    let notebook = Notebook::new();
    let code = "fn sum(n) { if n == 0 { 0 } else { n + sum(n - 1) } } node Sum(n) { sum(n) } flow.s = Sum(25); sum(25)";
    assert_eq!(notebook.outputs(code), ["show: s = 325", "result: 325"]);
}

#[test]
fn deeply_nested_code_is_refused_or_runs() {
    for depth in [10, 60, 200, 2_000] {
        let notebook = Notebook::new();
        for (open, close) in
            [("(", ")"), ("[", "]"), ("{", "}"), ("if true {", "}"), ("#{a:", "}"), ("-", ""), ("!", "")]
        {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            notebook.run(&format!("let x = {open}1{close};"));
            notebook.run(&format!("node Nest(x = {open}1{close}) {{ {open}1{close} }}"));
        }
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{depth}");
    }
}
