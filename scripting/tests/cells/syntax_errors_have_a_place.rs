use crate::common::{Notebook, headline, traceback};

#[track_caller]
fn check(code: &str, expected: &str) {
    let error = Notebook::new().error(code);
    assert_eq!(headline(&error), format!("SyntaxError: {expected}"), "{code}");
    assert!(traceback(&error).contains('^'), "{code}: no caret");
}

#[test]
fn in_statements() {
    check("let x = 1;\nlet y = ;", "Unexpected ';' (line 2, column 9)");
    check("let s = \"é\"; let y = ;", "Unexpected ';' (line 1, column 22)");
}

#[test]
fn in_node_headers() {
    check("node Add(x y) { x }", "expected `,` or `)` after a parameter, found `y` (line 1, column 12)");
    check(
        "\nnode Add(x: number) { x }",
        "expected a type (int float bool char string array map blob any), found `number`; did you mean `float`? (line 2, column 13)",
    );
    check("node Add(x, x) { x }", "`Add` has two parameters `x` (line 1, column 13)");
    check(
        "node flow(x) { x }",
        "`flow` is the flow itself and cannot be the name of the node (line 1, column 6)",
    );
    check(
        "node A(x) -> (value) { x }",
        "no output may be called `value`: every reference answers that itself (line 1, column 15)",
    );
}

#[test]
fn in_defaults_and_states() {
    check("node A(e,\n  x = 1 +) { x }", "Script is incomplete (line 2, column 10)");
    check(
        "node A(x) with 5 { x }",
        "expected `#{` after `with`, as in `with #{ total: 0 }`, found `5` (line 1, column 16)",
    );
    check("node A(x)\n with #{ a: } { x }", "Unexpected '}' (line 2, column 13)");
}

#[test]
fn in_bodies() {
    check("node A(x) {\n  \"é\"; let y = ; x\n}", "Unexpected ';' (line 2, column 16)");
}

#[test]
fn of_words_in_the_wrong_place() {
    check(
        "yield 1",
        "`yield` stands in a node's own body, not in a cell's own statements (line 1, column 1)",
    );
    check("fn f() { yield 1 }", "`yield` stands in a node's own body, not in a `fn` (line 1, column 10)");
    check(
        "node A() { [1].map(|x| { yield x }) }",
        "`yield` stands in a node's own body, not in a closure (line 1, column 26)",
    );
    check(
        "node A(x = { yield 1 }) { x }",
        "`yield` stands in a node's own body, not in a header (line 1, column 14)",
    );
    check("let flow = 1;", "no variable may be called `flow` (line 1, column 5)");
    check("for flow in 0..1 { }", "no loop variable may be called `flow` (line 1, column 5)");
    check("fn f(flow) { }", "no function or parameter may be called `flow` (line 1, column 6)");
    check(
        "if true { node A(x) { x } }",
        "a node is defined at the top level of a cell, not inside a block (line 1, column 11)",
    );
    check("eval(\"1\")", "reserved keyword 'eval' is disabled (line 1, column 1)");
}
