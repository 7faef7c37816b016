use crate::common::{Notebook, traceback};

#[test]
fn with_the_line_of_each_call() {
    let notebook = Notebook::new();
    notebook.outputs("// first\nfn inner(x) {\n  x.foo }");
    notebook.outputs("fn outer(x) { inner(x) }");
    let error = notebook.error("\"é\"; outer(3)");
    assert_eq!(
        traceback(&error).lines().skip(1).collect::<Vec<_>>(),
        [
            "  In [1], line 3, column 5, in function inner",
            "  3 |   x.foo }",
            "    |     ^",
            "  In [2], line 1, column 15, in function outer",
            "  1 | fn outer(x) { inner(x) }",
            "    |               ^",
            "  In [3], line 1, column 6",
            "  1 | \"é\"; outer(3)",
            "    |      ^",
        ]
    );
}

#[test]
fn called_from_a_node() {
    let notebook = Notebook::new();
    notebook.outputs("fn inner(x) { x.foo }");
    notebook.outputs("\nnode Use(x) { let y = inner(x); y }");
    let ran = notebook.run("flow.a = Use(4);");
    assert_eq!(
        ran.outputs,
        ["show: a failed: Unknown property 'foo' - a getter is not registered for type 'int'"]
    );
    let error = ran.error();
    assert_eq!(
        traceback(&error).lines().skip(1).collect::<Vec<_>>(),
        [
            "  In [1], line 1, column 17, in function inner",
            "  1 | fn inner(x) { x.foo }",
            "    |                 ^",
            "  In [2], line 2, column 23",
            "  2 | node Use(x) { let y = inner(x); y }",
            "    |                       ^",
            "  in node a (Use), generation (0,), with x = 4",
        ]
    );
}

#[test]
fn a_closure_of_an_earlier_cell_too() {
    let notebook = Notebook::new();
    notebook.outputs("let c = |x| x.foo;");
    let error = notebook.error("c.call(1)");
    assert!(
        traceback(&error).contains("  In [1], line 1, column 15, in a closure\n"),
        "{}",
        traceback(&error)
    );
}

#[test]
fn a_function_defined_anew_is_of_the_new_cell() {
    let notebook = Notebook::new();
    notebook.outputs("fn f(x) { x.foo } fn g(x) { x.bar }");
    notebook.outputs("\nfn f(x) { x.foo }");
    assert!(traceback(&notebook.error("f(1)")).contains("In [2], line 2, column 13, in function f"));
    assert!(traceback(&notebook.error("g(1)")).contains("In [1], line 1, column 31, in function g"));
}
