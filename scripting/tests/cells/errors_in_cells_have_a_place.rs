use crate::common::{Notebook, headline, traceback};

#[test]
fn a_caret_below_the_line() {
    let error = Notebook::new().error("let a = 3;\n  a + nothing");
    assert_eq!(headline(&error), "NameError: Variable not found: nothing (line 2, column 7)");
    assert_eq!(
        traceback(&error),
        "NameError: Variable not found: nothing\n  In [1], line 2, column 7\n  2 |   a + nothing\n    |       ^"
    );
}

#[test]
fn of_a_name_that_is_a_statement_alone() {
    for code in ["nothing; 1", "fn f() { nothing; 1 } f()", "node A() { nothing; 1 } flow.a = A();"] {
        let error = Notebook::new().error(code);
        assert!(error.message.contains("Variable not found: nothing"), "{code}: {}", error.message);
    }
}

#[test]
fn columns_count_characters_not_bytes() {
    let error = Notebook::new().error("let s = \"äöü€😀\"; nothing");
    assert_eq!(headline(&error), "NameError: Variable not found: nothing (line 1, column 18)");
    // The last of them is two columns wide on a screen.
    assert!(traceback(&error).ends_with(&format!("    | {}^", " ".repeat(18))), "{}", traceback(&error));
}

#[test]
fn closures_have_no_names() {
    for code in ["let f = |x| x; f.call()", "let t = spawn(|x| x); t.join()"] {
        let error = Notebook::new().error(code);
        let said = "NameError: a closure is called with more or fewer arguments than it takes";
        assert!(headline(&error).starts_with(said), "{code}: {}", headline(&error));
    }
}

#[test]
fn each_kind_has_its_name() {
    let kinds = [
        ("nothing", "NameError"),
        ("nothing()", "NameError"),
        ("1 / 0", "ArithmeticError"),
        ("[1][5]", "IndexError"),
        ("\"a\"[5]", "IndexError"),
        ("const K = 1; K = 2;", "SyntaxError"),
        ("let n = 1; if n { 2 }", "TypeError"),
        ("throw 5", "RuntimeError"),
        ("throw #{ error: \"MyError\", message: \"mine\" }", "MyError"),
        ("fn down(x) { down(x) } down(1)", "RecursionError"),
        ("sleep(-1)", "ValueError"),
        ("let x = ", "SyntaxError"),
    ];
    for (code, name) in kinds {
        assert_eq!(Notebook::new().error(code).name, name, "{code}");
    }
}

#[test]
fn errors_are_caught_with_name_message_and_place() {
    let notebook = Notebook::new();
    let code = "try {\n  sleep(-1)\n} catch (e) { print(`${e.error} ${e.line} ${e.column} ${e.message}`) }";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs, ["out: ValueError 2 3 sleep takes a number of seconds from 0, not -1"]);
}

#[test]
fn a_node_as_a_condition_says_to_use_its_value() {
    let notebook = Notebook::new();
    let error = notebook.error("flow.a = 1; if flow.a { 1 }");
    let message = "Data type incorrect: Node (expecting bool): flow.a is the node, flow.a.value its value";
    assert_eq!(error.message, format!("{message} (line 1, column 16)"));
}
