use crate::common::Notebook;

/// Values that hold each other, a level more each time.
const NESTED: [(&str, &str); 8] = [
    ("arrays", "let a = []; loop { a = [a]; }"),
    ("arrays with more", "let a = [1]; loop { a = [1, a, 2]; }"),
    ("maps", "let a = #{}; loop { a = #{ head: 1, tail: a }; }"),
    ("pushed into itself", "let a = []; loop { let b = []; b.push(a); a = b; }"),
    ("put into a map", "let a = #{}; loop { let b = #{}; b.a = a; a = b; }"),
    ("many levels at once", "let a = []; loop { a = [[[[[[[[a]]]]]]]]; }"),
    ("curried functions", "fn f(x) { 1 } let a = Fn(\"f\"); loop { a = Fn(\"f\").curry(a); }"),
    ("by a function", "fn wrap(x) { [x] } let a = 1; loop { a = wrap(a); }"),
];

#[test]
fn end_with_an_error_and_the_next_cell_works() {
    for (what, code) in NESTED {
        let notebook = Notebook::new();
        let error = notebook.error(code);
        assert_eq!(error.name, "NestingLimitError", "{what}: {}", error.message);
        // What has become of the variable can be looked at and let go of.
        notebook.run("a");
        notebook.run("display(a); print(a); flow.a = a;");
        notebook.run("flow.a = 1; a = 1;");
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{what}");
    }
}

/// Closures that hold each other are shared, not copied: nothing goes deep until they are let go of.
#[test]
fn chains_of_closures_end_too() {
    for code in [
        "let f = || 1; loop { let g = f; f = || g; }",
        "let f = |x| x; loop { let g = f; f = |x| g.call(x) + 1; }",
    ] {
        let notebook = Notebook::new();
        notebook.run("let g = 1; g = 2;"); // variables that are assigned to are captured as they are, not as copies
        let error = notebook.error(code);
        assert_eq!(error.name, "NestingLimitError", "{code}: {}", error.message);
        assert!(error.message.contains("(line 1, column "), "{code}: {}", error.message);
        assert_eq!(notebook.outputs("f = 1; 1 + 1"), ["result: 2"], "{code}");
        let error = notebook.error(&format!("node Deep() {{ {code} }} flow.d = Deep();"));
        assert!(error.message.contains("NestingLimitError"), "{code}: {}", error.message);
    }
}

#[test]
fn some_closures_may_hold_each_other_and_one_itself() {
    let notebook = Notebook::new();
    let code = "let f = |x| x; for i in 0..10 { let g = f; f = |x| g.call(x) + 1; } f.call(0)";
    assert_eq!(notebook.outputs(code), ["result: 10"]);
    let code =
        "let down = (); down = |n| if n == 0 { 0 } else { down.call(n - 1) }; down.call(3); type_of(down)";
    notebook.run(code); // Rhai may refuse the call; that it is no chain is what counts
    assert_eq!(notebook.outputs("type_of(down)"), ["result: \"Fn\""]);
}

#[test]
fn end_a_node() {
    for (what, code) in NESTED {
        let notebook = Notebook::new();
        let (functions, code) = code
            .rsplit_once("} let")
            .map_or((String::new(), code.to_owned()), |(f, rest)| (format!("{f}}}"), format!("let{rest}")));
        let error = notebook.error(&format!("{functions} node Deep() {{ {code} }} flow.d = Deep();"));
        assert!(error.message.contains("NestingLimitError"), "{what}: {}", error.message);
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{what}");
    }
}

/// Copied where calls have used up most of the stack.
#[test]
fn end_a_deep_call() {
    for (what, code) in NESTED.iter().filter(|(_, code)| !code.starts_with("fn")) {
        let notebook = Notebook::new();
        let grow = code.replace("loop", "for i in 0..20");
        notebook.outputs(&format!("{grow} ()"));
        for code in ["[x]", "x", "`${x}`", "x == x", "#{ a: [x, x] }"] {
            notebook.run(&format!("fn down(x) {{ let y = {code}; down(x) }} down(a)"));
        }
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"], "{what}");
    }
}

#[test]
fn of_a_cycle_end_it() {
    let notebook = Notebook::new();
    let ran = notebook.run("flow.generations = (); node Wrap(x = []) { [x] } flow.w = Wrap(flow.w);");
    let error = ran.error();
    assert!(error.message.contains("NestingLimitError"), "{}", error.message);
    assert_eq!(notebook.outputs("flow.remove(\"w\"); 1 + 1").last().unwrap(), "result: 2");
}

#[test]
fn honest_nesting_has_room() {
    let notebook = Notebook::new();
    let code = "let list = (); for i in 0..100 { list = #{ head: i, tail: list }; }
        let sum = 0; let at = list; while at != () { sum += at.head; at = at.tail; } sum";
    assert_eq!(notebook.outputs(code), ["result: 4950"]);
}
