use crate::common::{Notebook, headline};

#[track_caller]
fn refused(code: &str, expected: &str) {
    let notebook = Notebook::new();
    assert_eq!(headline(&notebook.error(code)), expected, "{code}");
    assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"], "{code}");
}

#[test]
fn a_leading_underscore_is_refused() {
    let message = "NameError: a node's name must not begin with an underscore: `_a`";
    refused("flow._a = 1;", &format!("{message} (line 1, column 5)"));
    refused("flow[\"_a\"] = 1;", &format!("{message} (line 1, column 5)"));
}

#[test]
fn reserved_words_are_refused() {
    for word in ["let", "fn", "match", "default", "new", "print", "yield"] {
        let notebook = Notebook::new();
        let error = notebook.error(&format!("flow[\"{word}\"] = 1;"));
        assert_eq!(
            headline(&error),
            format!("NameError: `{word}` is a reserved word and no node's name (line 1, column 5)")
        );
    }
}

#[test]
fn other_characters_are_refused() {
    for name in ["größe", "1a", "a b", "a.b", "a#0", ""] {
        let notebook = Notebook::new();
        let error = notebook.error(&format!("flow[\"{name}\"] = 1;"));
        assert_eq!(error.name, "NameError", "{name}: {}", error.message);
    }
}

#[test]
fn nothing_may_be_called_flow() {
    for code in [
        "let flow = 1;",
        "for flow in 0..1 { }",
        "fn f(flow) { }",
        "node N(flow) { 1 }",
        "node flow(x) { x }",
    ] {
        let notebook = Notebook::new();
        assert_eq!(notebook.error(code).name, "SyntaxError", "{code}");
    }
}

#[test]
fn no_node_type_is_called_like_a_function_of_the_language() {
    refused(
        "node sleep(x) { x } flow.a = sleep(1);",
        "SyntaxError: `sleep` is a function of the language: give the node type another name (line 1, column 6)",
    );
    refused(
        "template min(f, x) { x }",
        "SyntaxError: `min` is a function of the language: give the node type another name (line 1, column 10)",
    );
}

#[test]
fn variables_and_functions_may_be_in_any_script() {
    let notebook = Notebook::new();
    let code = "let größe = 2; fn удвоить(数) { 数 * 2 } node Größer(größe) { удвоить(größe) } flow.a = Größer(größe);";
    assert_eq!(notebook.outputs(code), ["show: a = 4"]);
}

#[test]
fn a_cell_is_at_most_65535_lines_and_columns() {
    refused(&"\n".repeat(65_535), "SyntaxError: a cell may have at most 65535 lines (line 65535, column 1)");
    let long = format!("let x = \"{}\";", "a".repeat(70_000));
    refused(&long, "SyntaxError: a line may have at most 65534 characters (line 1, column 65535)");
}
