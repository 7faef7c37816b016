use crate::common::{Notebook, headline, traceback};

#[track_caller]
fn refused(code: &str, expected: &str) {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = 6;");
    assert_eq!(headline(&notebook.error(code)), expected, "{code}");
    assert_eq!(notebook.outputs("flow"), ["result: a = 6"], "{code}");
}

#[test]
fn between_nodes_and_values() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = 6; flow.b = 4;");
    for (expression, value) in [
        ("flow.a + flow.b", "10"),
        ("flow.a - 1", "5"),
        ("100 - flow.a", "94"),
        ("flow.a * flow.b", "24"),
        ("flow.a / flow.b", "1"),
        ("flow.a / 4.0", "1.5"),
        ("flow.a % flow.b", "2"),
        ("flow.a ** 2", "36"),
        ("(flow.a + flow.b) / 2", "5"),
        ("-flow.a", "-6"),
        ("+flow.a", "6"),
        ("flow.a == flow.b", "false"),
        ("flow.a == 6", "true"),
        ("6 == flow.a", "true"),
        ("flow.a != flow.b", "true"),
        ("flow.a < flow.b", "false"),
        ("flow.a <= 6", "true"),
        ("7 > flow.a", "true"),
        ("flow.a >= flow.b", "true"),
        ("Inc(1) + flow.a", "8"),
        ("Inc(1) * Inc(2)", "6"),
        ("Inc(flow.a - 1) + 0", "6"),
        ("flow.a + 1 + 2 * flow.b", "15"),
    ] {
        assert_eq!(
            notebook.outputs(&format!("flow.c = {expression};")),
            [format!("show: c = {value}")],
            "{expression}"
        );
    }
}

#[test]
fn between_nodes_and_texts_arrays_and_maps() {
    let notebook = Notebook::new();
    notebook.outputs("flow.word = \"b\"; flow.list = [1]; flow.letter = 'x';");
    for (expression, value) in [
        ("\"a\" + flow.word", "\"ab\""),
        ("flow.word + \"c\"", "\"bc\""),
        ("'a' + flow.letter", "\"ax\""),
        ("flow.word == \"b\"", "true"),
        ("\"b\" == flow.word", "true"),
        ("[0] + flow.list", "[0, 1]"),
        ("flow.list + [2]", "[1, 2]"),
        ("flow.list == [1]", "true"),
        ("#{} == flow.list", "false"),
        ("() == flow.list", "false"),
    ] {
        assert_eq!(
            notebook.outputs(&format!("flow.c = {expression};")),
            [format!("show: c = {value}")],
            "{expression}"
        );
    }
}

#[test]
fn that_follow_their_operands() {
    let notebook = Notebook::new();
    notebook.outputs("flow.a = 1; flow.b = 2; flow.sum = flow.a + flow.b;");
    assert_eq!(notebook.outputs("flow.a = 10;"), ["show: a = 10", "show: also changed: sum = 12"]);
}

#[test]
fn in_closures_functions_and_loops() {
    let notebook = Notebook::new();
    let code = "fn twice(x) { x + x } let inc = |x| x + 1; let total = flow.a;
        for i in 1..=3 { total = total + i; } flow.a = 1; flow.r = twice(inc.call(flow.a)); flow.t = total;";
    assert_eq!(notebook.outputs(code), ["show: a = 1", "show: r = 4", "show: t = 7"]);
}

#[test]
fn on_outputs_and_before_the_operands_exist() {
    let notebook = Notebook::new();
    let code = "node Both(x) -> (up: int, down: int) { [x + 1, x - 1] } flow.p = flow.b.up * flow.b[1]; flow.b = Both(5);";
    assert_eq!(notebook.outputs(code), ["show: p = 24", "show: b = (up: 6, down: 4)"]);
}

#[test]
fn whose_errors_stand_at_the_operator() {
    let notebook = Notebook::new();
    let error = notebook.error("flow.a = 1;\nflow.zero = 0;\nflow.r = 1 +  flow.a / flow.zero;");
    assert_eq!(
        traceback(&error),
        "NodeExecutionError: node r#0 failed: ArithmeticError: Division by zero: 1 / 0
  In [1], line 3, column 22
  3 | flow.r = 1 +  flow.a / flow.zero;
    |                      ^
  in node r#1 (/), generation (0,), with left = 1, right = 0"
            .replace("r#0", "r#1")
    );
    let error = notebook.error("flow.r = flow.a + [];");
    assert!(error.message.contains("Function not found: + (int, array)"), "{}", error.message);
}

#[test]
fn but_not_where_a_value_is_needed_at_once() {
    let write = "is a node: write flow.a.value";
    refused("!flow.a", &format!("TypeError: `!` needs a value, and flow.a {write} (line 1, column 1)"));
    refused(
        "1 in flow.a",
        "NameError: Function not found: contains (Node, int): flow.a is the node, flow.a.value its value; it is called as `x.contains(value) -> bool` (line 1, column 3)",
    );
    refused(
        "flow.a in [6]",
        &format!("TypeError: `in` or `contains` needs a value, and flow.a {write} (line 1, column 8)"),
    );
    refused(
        "`${flow.a}!`",
        &format!("SyntaxError: a text needs a value, and flow.a {write} (line 1, column 4)"),
    );
    refused("flow.a & 1", &format!("TypeError: `&` needs a value, and flow.a {write} (line 1, column 8)"));
    refused(
        "for x in flow.a { print(x) }",
        &format!("TypeError: `for` needs a value, and flow.a {write} (line 1, column 14)"),
    );
    for code in ["if flow.a { 1 }", "while flow.a { print(1) }", "flow.a && flow.a", "flow.a || flow.a"] {
        let notebook = Notebook::new();
        notebook.outputs("flow.a = true;");
        let error = notebook.error(code);
        assert_eq!(error.name, "TypeError", "{code}: {}", error.message);
        assert!(
            error.message.contains("flow.a is the node, flow.a.value its value"),
            "{code}: {}",
            error.message
        );
    }
    refused(
        "flow.b = Inc(1) & 2;",
        "TypeError: `&` needs a value, and Inc(x) is a node to be: wire it, and take its `.value` (line 1, column 17)",
    );
    for (code, column) in [("switch flow.a { 6 => 1 }", 1), ("let r = flow.a ?? 1;", 16)] {
        let notebook = Notebook::new();
        notebook.outputs("flow.a = 6;");
        let error = notebook.error(code);
        let word = code.split(' ').find(|word| matches!(*word, "switch" | "??")).unwrap();
        assert_eq!(
            headline(&error),
            format!(
                "SyntaxError: `{word}` needs a value, and flow.a is a node: write flow.a.value (line 1, column {column})"
            ),
            "{code}"
        );
    }
}

#[test]
fn nor_in_a_body() {
    let notebook = Notebook::new();
    let error = notebook.error("flow.a = 1; node Bad() { flow.a + 1 } flow.bad = Bad();");
    assert!(error.message.contains("a node's body cannot make nodes: wire in a cell"), "{}", error.message);
}

#[test]
fn nested_so_deep_that_nobody_typed_it_they_are_refused() {
    let notebook = Notebook::new();
    let error = notebook.error("flow.a = 1; let x = flow.a; for i in 0..1000 { x = x + 1; }");
    assert_eq!(
        headline(&error),
        "WiringError: calls of node types nest more than 200 deep here: give one of them a name (line 1, column 54)"
    );
}

#[test]
fn on_large_values_they_let_others_run() {
    let notebook = Notebook::new();
    notebook.outputs(
        "fn keys(from) { let m = #{}; for i in 0..30_000 { m[`k${from + i}`] = i; } m }
         node Other(x) { for i in 0..6_000 { } print(\"other\"); x } node Length(m) { print(\"sum\"); m.len() }
         flow.a = keys(0); flow.b = keys(30_000); flow.c = 1;",
    );
    let code = "flow.show = \"none\"; flow.sum = flow.a + flow.b; flow.other = Other(flow.c); flow.n = Length(flow.sum);";
    assert_eq!(notebook.outputs(code), ["out: other", "out: sum"]);
    assert_eq!(notebook.outputs("flow.sum = flow.b + flow.a; flow.n.value"), ["out: sum", "result: 60000"]);
}
