use crate::common::Notebook;

/// Levels of source: more than any stack has room for.
const LEVELS: usize = 10_000;

#[test]
fn is_refused_and_the_next_cell_works() {
    let notebook = Notebook::new();
    for (open, inside, close) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("#{a:", "1", "}"),
        ("{", "1", "}"),
        ("if true {", "1", "}"),
        ("for i in 0..1 {", "1", "}"),
        ("f(", "1", ")"),
        ("|x| ", "1", ""),
        ("`${", "1", "}`"),
        ("-", "1", ""),
        ("!", "true", ""),
        ("1 + (", "1", ")"),
        ("a[", "1", "]"),
        ("fn f() {", "1", "}"),
        ("node N() {", "1", "}"),
        ("switch 1 { 1 =>", "1", "}"),
        ("/*", "", "*/"),
        ("try {", "1", "} catch {}"),
    ] {
        let nested = format!("{}{inside}{}", open.repeat(LEVELS), close.repeat(LEVELS));
        for code in
            [nested.clone(), format!("let x = {nested};"), format!("node N(a = {nested}) {{ {nested} }}")]
        {
            let ran = notebook.run(&code);
            let is_comment = open == "/*";
            if let Err(error) = &ran.result {
                assert_eq!(error.name, "SyntaxError", "{open}: {}", error.message);
                assert!(error.message.len() < 1_000, "{open}: {}", error.message.len());
            } else {
                assert!(is_comment || open == "-", "{open} is accepted: {:?}", ran.outputs);
            }
        }
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{open}");
    }
}

/// Operators one behind another nest in the tree that is made of them.
#[test]
fn so_are_long_chains() {
    let notebook = Notebook::new();
    for (link, end) in [(" + 1", ""), (".a", ""), ("[0]", ""), (" ?? 1", ""), (" && true", ""), ("()", "")] {
        notebook.run(&format!("let a = 1; let x = a{}{end};", link.repeat(LEVELS)));
        notebook.run(&format!("flow.p = 1; flow.x = flow.p{}{end};", link.repeat(LEVELS)));
        notebook.run("flow.remove(\"x\");");
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{link}");
    }
    notebook.run(&format!("{}{{}}", "if false { 1 } else ".repeat(LEVELS)));
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}
