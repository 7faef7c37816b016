use crate::common::{Notebook, headline, traceback};

#[test]
fn at_both_ends_of_an_edge_when_it_is_wired() {
    let notebook = Notebook::new();
    notebook.outputs("node Word(n: int) -> string { `w${n}` }");
    notebook.outputs("node Inc(x: int) -> int { x + 1 }");
    let error = notebook.error("flow.w = Word(1);\nflow.i = Inc(flow.w);");
    assert_eq!(
        traceback(&error),
        "TypeError: i cannot read w: parameter `x` takes int, and w gives string
  In [3], line 2, column 5
  2 | flow.i = Inc(flow.w);
    |     ^
  In [2], line 1, column 10, what i takes
  1 | node Inc(x: int) -> int { x + 1 }
    |          ^
  In [1], line 1, column 6, what w gives
  1 | node Word(n: int) -> string { `w${n}` }
    |      ^"
    );
    assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"]);
}

#[test]
fn of_named_outputs_streams_and_constant_nodes() {
    for (wiring, message) in [
        (
            "flow.b = Both(1); flow.i = Inc(flow.b.text);",
            "i cannot read b: parameter `x` takes int, and output `text` gives string",
        ),
        (
            "flow.b = Words(); flow.i = Sum(flow.b);",
            "i cannot read b: parameter `xs` takes int, and b gives string",
        ),
        (
            "flow.b = \"one\"; flow.i = Inc(flow.b);",
            "i cannot read b: parameter `x` takes int, and b gives string",
        ),
    ] {
        let notebook = Notebook::new();
        notebook.outputs(
            "node Inc(x: int) -> int { x + 1 } node Both(x) -> (number: int, text: string) { [x, `${x}`] }
            node Words() -> string { yield \"a\"; } node Sum(stream xs: int) { let t = 0; for x in xs { t += x } t }",
        );
        let error = notebook.error(wiring);
        assert!(error.message.starts_with(message), "{wiring}: {}", error.message);
        notebook.outputs("flow.b = Both(1); flow.i = Inc(flow.b.number); flow.c = 1; flow.s = Sum(flow.c);");
    }
}

#[test]
fn of_constants_and_defaults_where_they_are_given() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x: int) { x + 1 } node Late(x: float = 1) { x }");
    assert_eq!(
        headline(&notebook.error("flow.i = Inc(\"a\");")),
        "TypeError: parameter `x` of Inc takes int, not string \"a\" (line 1, column 10)"
    );
    assert_eq!(
        headline(&notebook.error("flow.i = Inc(());")),
        "TypeError: parameter `x` of Inc takes int, not () (line 1, column 10)"
    );
    assert_eq!(
        headline(&notebook.error("flow.l = Late();")),
        "TypeError: parameter `x` of Late takes float, not int 1 (line 1, column 10)"
    );
}

#[test]
fn of_values_when_they_arrive() {
    let notebook = Notebook::new();
    notebook.outputs("node Any(x) { x }\nnode Inc(x: int) { x + 1 }\nnode Liar(x) -> int { x }");
    let error = notebook.error("flow.a = Any(\"a\");\nflow.i = Inc(flow.a);");
    assert_eq!(
        traceback(&error),
        "NodeExecutionError: node i failed: TypeError: parameter `x` of Inc takes int, not string \"a\"
  In [1], line 2, column 10
  2 | node Inc(x: int) { x + 1 }
    |          ^
  in node i (Inc), generation (0,), with x = \"a\""
    );
    let error = notebook.error("flow.remove(\"i\"); flow.l = Liar(\"b\");");
    assert_eq!(
        headline(&error),
        "NodeExecutionError: node l failed: TypeError: the output of Liar takes int, not string \"b\" (line 3, column 6)"
    );
}

#[test]
fn of_chunks_as_they_are_yielded_and_read() {
    let notebook = Notebook::new();
    let error = notebook.error("node Liar() -> int {\n  yield 1;\n  yield \"b\";\n}\nflow.l = Liar();");
    assert_eq!(
        headline(&error),
        "NodeExecutionError: node l failed: TypeError: the output of Liar takes int, not string \"b\" (line 3, column 9)"
    );
    let notebook = Notebook::new();
    let error = notebook.error(
        "node Mixed() { yield 1; yield \"b\"; }\nnode Sum(stream xs: int) { let t = 0; for x in xs { t += x } t }
        flow.m = Mixed(); flow.s = Sum(flow.m);",
    );
    assert!(error.message.contains("stream `xs` takes int, not string \"b\""), "{}", error.message);
}

#[test]
fn by_name_of_each_type_and_any_takes_all() {
    for (name, value, other) in [
        ("int", "1", "1.0"),
        ("float", "1.0", "1"),
        ("bool", "true", "0"),
        ("char", "'a'", "\"a\""),
        ("string", "\"a\"", "'a'"),
        ("array", "[1]", "1"),
        ("map", "#{ a: 1 }", "[1]"),
        ("blob", "blob(2)", "[0, 0]"),
    ] {
        let notebook = Notebook::new();
        notebook.outputs(&format!("node Take(x: {name}) {{ 1 }} node All(x: any) {{ x }}"));
        assert_eq!(notebook.outputs(&format!("flow.t = Take({value});")), ["show: t = 1"], "{name}");
        assert_eq!(notebook.error(&format!("flow.u = Take({other});")).name, "TypeError", "{name}");
        notebook.outputs(&format!("flow.v = All({value}); flow.w = All({other});"));
    }
}

#[test]
fn unknown_ones_are_refused() {
    let notebook = Notebook::new();
    assert_eq!(
        headline(&notebook.error("node A(x: flaot) { x }")),
        "SyntaxError: expected a type (int float bool char string array map blob any), found `flaot`; did you mean \
         `float`? (line 1, column 11)"
    );
}
