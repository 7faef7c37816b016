use crate::common::bundles::text;
use crate::common::{Notebook, assist};

/// The plain text of what inspection says at the bar.
fn inspect(notebook: &Notebook, code: &str) -> Option<String> {
    let (code, cursor) = assist::at_bar(code);
    let page = notebook.session().inspect(&code, cursor, false)?;
    assert!(page.contains_key("text/markdown"));
    Some(text(&page, "text/plain").to_owned())
}

const ADD: &str = "/// Adds **two** numbers.\nnode Add(x: int, stream y, z = 1 + 1) -> (sum: int, rest) with #{ n: 0 } { [x, z] }";

#[test]
fn a_node_type_says_its_ports() {
    let notebook = Notebook::new();
    notebook.outputs(ADD);
    let data = notebook.bundle("help(Add)");
    assert_eq!(
        text(&data, "text/plain"),
        format!(
            "node Add(x: int, stream y, z = 1 + 1) -> (sum: int, rest)\n\nAdds two numbers.\n\n\
             A node with a state, defined in In [1].\n\n\
             - x: an input of type int\n- y: a stream\n- z: an input, by default 1 + 1\n\n{}",
            &ADD[ADD.find("node").unwrap()..]
        )
    );
    assert!(text(&data, "text/markdown").contains("Adds **two** numbers."));
    assert!(text(&data, "text/markdown").starts_with("```rust\nnode Add("));
}

#[test]
fn a_word_says_how_it_is_called() {
    let notebook = Notebook::new();
    let data = notebook.bundle("help(\"sleep\")");
    assert_eq!(
        text(&data, "text/plain"),
        "sleep(seconds: int|float) -> float\n\nWaits, and gives the seconds really slept. Other nodes go on.\n\nsleep(0.5)"
    );
    assert!(text(&notebook.bundle("help(\"to_upper\")"), "text/plain").starts_with("s.to_upper()"));
    assert!(text(&notebook.bundle("help(flow)"), "text/plain").starts_with("flow.name = Type(arguments);"));
    assert!(text(&notebook.bundle("help(\"flow\")"), "text/plain").contains("persistent dataflow graph"));
}

#[test]
fn a_node_says_its_state_and_its_type() {
    let notebook = Notebook::new();
    notebook.outputs(
        "/// Doubles.\nnode Double(x) { x * 2 } flow.a = 3; flow.b = Double(flow.a); flow.c = flow.b;",
    );
    let page = notebook.bundle("help(flow.b)");
    let page = text(&page, "text/plain");
    assert!(page.starts_with("flow.b: Double\n\nclean, generation (0,)\n\nb = 6\n\nReads a. Is read by c.\n\nnode Double(x)\n\nDoubles."), "{page}");
    let page = notebook.bundle("help(flow.nowhere)");
    assert!(text(&page, "text/plain").contains("No cell defines nowhere yet"), "{page:?}");
}

#[test]
fn everything_is_listed() {
    let data = Notebook::new().bundle("help()");
    for word in ["node", "run_until_complete", "value", "sleep", "table", "sort", "NodeExecutionError"] {
        assert!(text(&data, "text/markdown").contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn what_is_mistyped_gets_a_hint() {
    let error = Notebook::new().error("help(\"slep\")");
    assert_eq!(error.name, "NameError");
    assert!(
        error
            .message
            .starts_with("there is no help on \"slep\"; help() lists all words; did you mean `sleep`?"),
        "{}",
        error.message
    );
}

#[test]
fn values_get_the_help_of_their_type() {
    let notebook = Notebook::new();
    assert!(text(&notebook.bundle("help([1])"), "text/plain").starts_with("array"), "a word of the table");
}

#[test]
fn a_type_by_its_name_alone() {
    let notebook = Notebook::new();
    notebook.outputs("node Add(x, y = 0) { x + y }");
    assert_eq!(notebook.outputs("Add"), ["result: Add(x, y = 0)"]);
    assert_eq!(notebook.outputs("let Add = 3; Add"), ["result: 3"], "a variable goes before it");
    assert_eq!(notebook.outputs("Add"), ["result: 3"], "also in a later cell");
}

#[test]
fn inspection_says_the_same() {
    let notebook = Notebook::new();
    notebook.outputs(
        "/// Adds.\nnode Add(x, y = 0) { x + y } fn helper(a, b) { a } let x = 41; flow.sum = Add(1, 2);",
    );
    let start = |code: &str| {
        inspect(&notebook, code).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(start("sl|eep(1)"), "sleep(seconds: int|float) -> float");
    assert_eq!(start("flow.z = Ad|d(1)"), "node Add(x, y = 0)");
    assert_eq!(start("help|er(1, 2)"), "fn helper(a, b)");
    assert_eq!(inspect(&notebook, "x| + 1").unwrap(), "x: int\n\n41");
    assert_eq!(start("flow.su|m"), "flow.sum: Add");
    assert_eq!(start("flow.sum.sta|tus"), "flow.a.status -> string");
    assert_eq!(start("\"a\".to_up|per()"), "s.to_upper()");
    assert_eq!(start("[1].so|rt()"), "a.sort()");
    assert_eq!(start("flow.ru|n(3)"), "flow.run(n: int) -> string");
}

#[test]
fn inside_a_call_it_is_about_the_call() {
    let notebook = Notebook::new();
    notebook.outputs("node Add(x, y = 0) { x + y }");
    let start = |code: &str| {
        inspect(&notebook, code).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(start("Add(1, |"), "node Add(x, y = 0)");
    assert_eq!(start("Add([1, 2], #{ a: 1 }, |)"), "node Add(x, y = 0)");
    assert_eq!(start("flow.run(|)"), "flow.run(n: int) -> string");
    assert_eq!(start("sleep(Add(1), |)"), "sleep(seconds: int|float) -> float");
}

#[test]
fn what_nobody_knows_is_not_found() {
    let notebook = Notebook::new();
    for code in ["unknown|", "|", "flow.a; |", "// sleep|", "1 + |2"] {
        assert_eq!(inspect(&notebook, code), None, "{code}");
    }
}

#[test]
fn inspection_takes_the_whole_of_a_name_in_any_script() {
    let notebook = Notebook::new();
    notebook.outputs("fn नमस्ते(x) { x }");
    assert_eq!(inspect(&notebook, "नम|स्ते(1)").unwrap().lines().next(), Some("fn नमस्ते(x)"));
}
