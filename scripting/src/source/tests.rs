//! What cells become, what is refused and where, and that characters keep their places.

use rhai::{Engine, Position};

use super::*;

fn rewritten(code: &str) -> CellSource {
    let cell = rewrite(code).unwrap_or_else(|error| panic!("{error}\n{code}"));
    assert_same_places(code, &cell.rhai);
    cell
}

/// The first node type of a cell.
fn node(code: &str) -> NodeHeader {
    rewritten(code).node_types.remove(0)
}

/// Newlines stay where they were, and there are as many characters.
fn assert_same_places(code: &str, rhai: &str) {
    let newlines = |text: &str| -> Vec<usize> {
        text.chars().enumerate().filter(|(_, c)| *c == '\n').map(|(at, _)| at).collect()
    };
    assert_eq!(code.chars().count(), rhai.chars().count(), "{code}\n{rhai}");
    assert_eq!(newlines(code), newlines(rhai), "{code}\n{rhai}");
}

#[test]
fn headers_become_functions() {
    let cases = [
        ("node A() { 1 }", "fn   A() { 1 }"),
        ("node A(x) { x }", "fn   A(x) { x }"),
        ("node A(x, y = 0) { x }", "fn   A(x, y    ) { x }"),
        ("node A(x,) { x }", "fn   A(x,) { x }"),
        ("node A(x: int) -> float { x }", "fn   A(x     )          { x }"),
        ("node A(stream xs) { 1 }", "fn   A(       xs) { 1 }"),
        ("node A(stream) { 1 }", "fn   A(stream) { 1 }"),
        ("node A(stream stream: int) { 1 }", "fn   A(       stream     ) { 1 }"),
        ("node A(x)->(a,b:int){[x,x]}", "fn   A(x)           {[x,x]}"),
        ("node A(x) with #{ t: 0 } { x }", "fn   A(x)                { x }"),
        ("node A(f = |a, b| a + b, c) { f }", "fn   A(f               , c) { f }"),
        ("node A(f = || 1, c) { f }", "fn   A(f       , c) { f }"),
        ("node A(f = [1, (2)], c) { f }", "fn   A(f           , c) { f }"),
        ("node A(f = `${g(\")}\")}`, c) { f }", "fn   A(f               , c) { f }"),
        ("node A(x /* y */, y) { x }", "fn   A(x /* y */, y) { x }"),
        ("node A(x: /* ) */ int) { x }", "fn   A(x             ) { x }"),
        ("template T(f, x) { f.a = x; }", "fn       T(f, x) { f.a = x; }"),
        ("let a = 1; node A() { a }", "let a = 1; fn   A() { a }"),
        ("if a { b } node A() { a }", "if a { b } fn   A() { a }"),
        ("node A() { 1 } node B() { 2 }", "fn   A() { 1 } fn   B() { 2 }"),
        ("node A(\n  x: int,\n  y = 1\n) -> int\n{ x }", "fn   A(\n  x     ,\n  y    \n)       \n{ x }"),
        ("/* ü */ node A(x = \"日本\") { `é${x}` }", "/* ü */ fn   A(x       ) { `é${x}` }"),
    ];
    for (code, rhai) in cases {
        assert_eq!(rewritten(code).rhai, rhai);
        Engine::new().compile(rewritten(code).rhai).unwrap_or_else(|error| panic!("{error}\n{code}"));
    }
}

#[test]
fn empty_loops_get_a_statement() {
    let cases = [
        ("for x in q {}", "for x in q{@}"),
        ("for x in q { }", "for x in q {@}"),
        ("for x in q {;}", "for x in q {@}"),
        ("for x in q { /* é */ } f", "for x in q {@        } f"),
        ("for x in q { // a\n} f", "for x in q {@    \n} f"),
        ("for (x, i) in f(#{ a: [1] }) {} {}", "for (x, i) in f(#{ a: [1] }){@} {}"),
        ("for x in if c {} else { q } {}", "for x in if c {} else { q }{@}"),
        ("for x in switch n { _ => q } {}", "for x in switch n { _ => q }{@}"),
        ("for x in { q } {}", "for x in { q }{@}"),
        ("for x in q.map(|y| {}) {}", "for x in q.map(|y| {}){@}"),
        ("for x in `${a}` {}", "for x in `${a}`{@}"),
        ("for x in q { for y in x {} }", "for x in q { for y in x{@} }"),
        ("let f = || { for x in q {} };", "let f = || { for x in q{@} };"),
        ("`${for x in q {}}`", "`${for x in q{@}}`"),
        ("node A(stream xs) { for x in xs {} }", "fn   A(       xs) { for x in xs{@} }"),
        ("node A(f = |q| { for x in q {} }) { 1 }", "fn   A(f                        ) { 1 }"),
        (
            "node A() with #{ f: |q| { for x in q { } } } { 1 }",
            "fn   A()                                     { 1 }",
        ),
        ("while c {} if c {} loop {} fn f() {}", "while c {} if c {} loop {} fn f() {}"),
        ("do {} while c; for x in q { x } ; {}", "do {} while c; for x in q { x } ; {}"),
    ];
    for (code, rhai) in cases {
        assert_eq!(rewritten(code).rhai, rhai);
    }
    let snippet = node("node A(f = |q| { for x in q {} }) { 1 }").parameters[0].default.clone().unwrap();
    assert_eq!(snippet.in_place().trim_start(), "|q| { for x in q{@} }");
    // There is no room.
    assert_eq!(rewrite("for x in q{}f").unwrap().rhai, "for x in q{@}f");
    assert_eq!(rewrite("for x in q{\n}f").unwrap().rhai, "for x in q{@\n}f");
}

#[test]
fn other_text_is_left_alone() {
    let cases = [
        "",
        "let node = 1; node + 1",
        "node",
        "node in [1, 2]",
        "node(1)",
        "template(1)",
        "let x = node; x",
        "flow.node = node",
        "\"node A(x) { x }\"",
        "`node A(x) { ${node} }`",
        "#\"node A(x) { x }\"#",
        "// node A(x) { x }",
        "/* node A(x) /* { */ x } */",
        "let f = |x, y| x | y; f.call(1, 2)",
        "let m = #{ a: 1, b: || 2 }; m?.a",
        "`${#{a: `${1 + `x`}`}}`",
        "let a = [1]; a?[0]",
    ];
    for code in cases {
        let cell = rewritten(code);
        assert_eq!(cell.rhai, code);
        assert!(cell.node_types.is_empty() && cell.templates.is_empty());
    }
}

#[test]
fn nbval_markers_are_comments() {
    let cases = [
        ("# NBVAL_SKIP\n1", "            \n1"),
        ("1;\n  # NBVAL_IGNORE_OUTPUT", "1;\n                       "),
        ("#NBVAL_SKIP\n1", "           \n1"),
        ("# NBVAL_X \u{e4}\n1", "           \n1"),
        ("`\n# NBVAL_SKIP\n`", "`\n# NBVAL_SKIP\n`"),
        ("`${\n# NBVAL_SKIP\n1}`", "`${\n            \n1}`"),
        ("node A(x = [\n# NBVAL_X\n1]) { x }", "fn   A(x    \n         \n  ) { x }"),
        ("1 # NBVAL_SKIP", "1 # NBVAL_SKIP"),
        ("# other", "# other"),
    ];
    for (code, rhai) in cases {
        assert_eq!(rewritten(code).rhai, rhai);
    }
    let default = node("node A(x = [\n# NBVAL_X\n1]) { x }").parameters.remove(0).default;
    assert_eq!(default.map(|snippet| snippet.text), Some("[\n         \n1]".to_owned()));
}

#[test]
fn a_header_as_data() {
    let code = "/// Adds.\n///   Two numbers.\nnode Add(x: int, stream y = 2 + `${1}` /* c */) \
                -> (sum: int, rest) with #{ total: 0 } {\n    yield x; // c\n    this.total }";
    let header = node(code);
    assert_eq!(header.name, "Add");
    assert_eq!(header.position, Position::new(3, 6));
    assert_eq!(header.doc.as_deref(), Some("Adds.\n  Two numbers."));
    let [x, y] = &header.parameters[..] else { panic!("{:?}", header.parameters) };
    assert_eq!((x.name.as_str(), x.value_type, x.stream), ("x", Some(ValueType::Int), false));
    assert_eq!(x.position, Position::new(3, 10));
    assert_eq!((y.name.as_str(), y.value_type, y.stream), ("y", None, true));
    let default = y.default.as_ref().unwrap();
    assert_eq!((default.text.as_str(), default.position), ("2 + `${1}`", Position::new(3, 29)));
    let Outputs::Named(outputs) = &header.outputs else { panic!("{:?}", header.outputs) };
    let outputs: Vec<_> = outputs.iter().map(|o| (o.name.as_str(), o.value_type)).collect();
    assert_eq!(outputs, [("sum", Some(ValueType::Int)), ("rest", None)]);
    assert_eq!(header.state.as_ref().unwrap().text, "#{ total: 0 }");
    assert!(header.streaming);
    assert_eq!(header.body_tokens, "{ yield x ; this . total }");
    assert_eq!(header.span.end, code.chars().count());
    assert!(code[header.span.start..].starts_with("node Add"));
}

#[test]
fn outputs_are_told_apart() {
    assert_eq!(node("node A() { 1 }").outputs, Outputs::Undeclared);
    assert_eq!(node("node A() -> blob { 1 }").outputs, Outputs::Single(ValueType::Blob));
    assert!(matches!(node("node A() -> (a) { 1 }").outputs, Outputs::Named(outputs) if outputs.len() == 1));
}

#[test]
fn docs_belong_to_what_follows() {
    let docs = |code: &str| node(code).doc;
    assert_eq!(docs("/// a\nnode A() {}").as_deref(), Some("a"));
    assert_eq!(docs("/// a\n\n/// b\nnode A() {}").as_deref(), Some("a\nb"));
    assert_eq!(docs("///a\n// x\nnode A() {}").as_deref(), Some("a"));
    assert_eq!(docs("/// a\nlet x = 1; node A() {}"), None);
    assert_eq!(docs("//// a\nnode A() {}"), None);
    assert_eq!(docs("// a\nnode A() {}"), None);
    assert_eq!(docs("/// a\r\nnode A() {}").as_deref(), Some("a"));
}

#[test]
fn bodies_compare_as_tokens() {
    let body = |code: &str| node(code).body_tokens;
    assert_eq!(body("node A(x) { x+1 }"), body("node A(x) {\n  x + /* one */ 1 // c\n}"));
    assert_ne!(body("node A(x) { x+1 }"), body("node A(x) { x+2 }"));
    assert_ne!(body("node A(x) { \"a b\" }"), body("node A(x) { \"a  b\" }"));
    assert_ne!(body("node A(x) { `a ${x}` }"), body("node A(x) { `a  ${x}` }"));
}

#[test]
fn yield_makes_a_node_streaming() {
    let cases = [
        ("node A() { 1 }", false),
        ("node A() { yield 1 }", true),
        ("node A() { for i in 0..3 { if i > 1 { yield i } } }", true),
        ("node A() { let f = |x| x; yield f.call(1) }", true),
        ("node A() { let f = |x, y| { x }; let z = [|| 1, yield 2]; }", true),
        ("node A() { g(|a| a + 1, yield 2) }", true),
        ("node A() { switch 1 { 1 => || 2, 2 => yield 3 } }", true),
        ("node A() { `${yield 1}` }", true),
        ("node A(x) { x | yield 1 }", true),
        ("node A(x) { let a = x /* c */ | 2; yield a }", true),
        ("node A() { \"yield 1\" // yield 1\n }", false),
    ];
    for (code, streaming) in cases {
        assert_eq!(node(code).streaming, streaming, "{code}");
    }
}

/// Each code with the place and the message of its error.
fn refused(cases: &[(&str, (u16, u16), &str)]) {
    for (code, (line, column), message) in cases {
        let error = rewrite(code).expect_err(code);
        assert_eq!(error, SourceError::new(Position::new(*line, *column), *message), "{code}");
    }
}

#[test]
fn words_stand_where_they_mean_something() {
    let own = "`yield` stands in a node's own body, not in";
    let top = "a node is defined at the top level of a cell, not inside";
    refused(&[
        ("yield 1", (1, 1), &format!("{own} a cell's own statements")),
        ("node A() { let f = || yield 1; }", (1, 23), &format!("{own} a closure")),
        ("node A() { let f = || { 1; yield 1 }; }", (1, 28), &format!("{own} a closure")),
        ("node A() { f(|x| g(x, yield x)) }", (1, 23), &format!("{own} a closure")),
        ("node A() { switch 1 { 1 => |x| yield 2 } }", (1, 32), &format!("{own} a closure")),
        ("fn f() { yield 1 }", (1, 10), &format!("{own} a `fn`")),
        ("node A(x = yield 1) { x }", (1, 12), &format!("{own} a header")),
        ("template T(f) { yield 1 }", (1, 17), &format!("{own} a template")),
        ("node A() { node B() { 1 } }", (1, 12), &format!("{top} a node's body: bodies cannot wire")),
        ("if a { node B() { 1 } }", (1, 8), &format!("{top} a block")),
        ("template T(f) { 1; node B() { 1 } }", (1, 20), &format!("{top} a template")),
    ]);
}

#[test]
fn names_are_refused_where_they_stand() {
    refused(&[
        ("node _A() { 1 }", (1, 6), "the name of a node begins with a letter, not with `_`"),
        ("node flow() { 1 }", (1, 6), "`flow` is the flow itself and cannot be the name of the node"),
        ("node print(x) { x }", (1, 6), "`print` is a reserved word and cannot be the name of the node"),
        ("node if(x) { x }", (1, 6), "`if` is a reserved word and cannot be the name of the node"),
        ("node A(flow) { 1 }", (1, 8), "`flow` is the flow itself and cannot be a parameter's name"),
        ("node A(new) { 1 }", (1, 8), "`new` is a reserved word and cannot be a parameter's name"),
        ("node A(x, x) { 1 }", (1, 11), "`A` has two parameters `x`"),
        (
            "node A() -> (value) { 1 }",
            (1, 14),
            "no output may be called `value`: every reference answers that itself",
        ),
        ("node A() -> (a, a) { 1 }", (1, 17), "two outputs are called `a`"),
        ("node A() {}\nnode A(x) {}", (2, 6), "`A` is already defined on line 1"),
        ("template A(f) {}\nnode A(x) {}", (2, 6), "`A` is already defined on line 1"),
        ("let flow = 1", (1, 5), "no variable may be called `flow`"),
        ("const flow = 1", (1, 7), "no constant may be called `flow`"),
        ("for flow in [] {}", (1, 5), "no loop variable may be called `flow`"),
        ("for (flow, i) in [] {}", (1, 6), "no loop variable may be called `flow`"),
        ("for (x, flow) in [] {}", (1, 9), "no loop variable may be called `flow`"),
        ("try {} catch (flow) {}", (1, 15), "no error variable may be called `flow`"),
        ("fn f(a, flow) {}", (1, 9), "no function or parameter may be called `flow`"),
        ("fn flow() {}", (1, 4), "no function or parameter may be called `flow`"),
        ("let f = |x, flow| 1", (1, 13), "no function or parameter may be called `flow`"),
        ("node A(x = |flow| 1) {}", (1, 13), "no function or parameter may be called `flow`"),
        ("import \"x\" as flow;", (1, 15), "no module or export may be called `flow`"),
    ]);
}

#[test]
fn headers_are_refused_where_they_go_wrong() {
    refused(&[
        ("node A { 1 }", (1, 8), "expected `(` after `A`, found `{`"),
        ("node A(x y) { 1 }", (1, 10), "expected `,` or `)` after a parameter, found `y`"),
        ("node A(1) { 1 }", (1, 8), "expected a parameter's name, found `1`"),
        ("node A(x = ) { 1 }", (1, 12), "expected the default of `x` after `=`, found `)`"),
        ("node A(x = 1; 2) { 1 }", (1, 13), "expected one expression as the default of `x`, found `;`"),
        (
            "node A(x: i32) { 1 }",
            (1, 11),
            "expected a type (int float bool char string array map blob any), found `i32`",
        ),
        (
            "node A() -> () { 1 }",
            (1, 13),
            "expected at least one output: leave out the `->` for none, found `()`",
        ),
        (
            "node A() with 1 { 1 }",
            (1, 15),
            "expected `#{` after `with`, as in `with #{ total: 0 }`, found `1`",
        ),
        (
            "node A() with #{} -> int { 1 }",
            (1, 19),
            "expected `{`: `->` comes first, then `with`, each once, found `->`",
        ),
        ("node A() 1", (1, 10), "expected `{` and the body of the node, found `1`"),
        (
            "template T() { 1 }",
            (1, 11),
            "a template's first parameter stands for the flow it builds in, as in `f`",
        ),
        (
            "template T(f, x = 1) { 1 }",
            (1, 15),
            "`x`: a template's parameters are plain names, without default: give it in each call, or to the parameter of the node that it is given to",
        ),
        (
            "template T(f) -> int { 1 }",
            (1, 15),
            "expected `{`: a template has neither `->` nor `with`, found `->`",
        ),
    ]);
}

#[test]
fn brackets_and_texts_are_refused_where_they_end_wrong() {
    refused(&[
        ("(1]", (1, 3), "expected `)` for the `(` on line 1"),
        ("node A() { (1 }", (1, 15), "expected `)` for the `(` on line 1"),
        ("1 }", (1, 3), "this `}` closes nothing"),
        ("let s = \"ä\\q\";", (1, 9), "Invalid escape sequence: '\\q'"),
    ]);
}

#[test]
fn flow_may_be_used_everywhere_else() {
    for code in [
        "flow.a = Add(flow, flow)",
        "let x = flow; const y = flow.a",
        "for x in flow.xs { print(x) }",
        "let f = |x| flow.a | flow.b",
        "fn f(a) { flow.a } node A(x = flow.a) { 1 }",
        "#{ flow: 1 }",
        "throw flow; [1, flow]",
    ] {
        rewritten(code);
    }
}

#[test]
fn what_positions_cannot_express_is_refused() {
    let lines = |n: usize| "\n".repeat(n - 1);
    let column = |n: usize| " ".repeat(n);
    assert!(rewrite(&lines(65_535)).is_ok());
    assert_eq!(rewrite(&lines(65_536)).unwrap_err().message, "a cell may have at most 65535 lines");
    assert!(rewrite(&column(65_534)).is_ok());
    let error = rewrite(&format!("1\n{}", column(65_535))).unwrap_err();
    assert_eq!(error.message, "a line may have at most 65534 characters");
    assert_eq!(error.position.line(), Some(2));
}

#[test]
fn snippets_compile_in_place() {
    let header = node("1;\n  node A(ü) {}".replace('ü', "x = 1 +\n y").as_str());
    let default = header.parameters[0].default.clone().unwrap();
    assert_eq!(default.position, Position::new(2, 14));
    let error = Engine::new().eval_expression::<i64>(&default.in_place()).unwrap_err();
    assert_eq!(error.position(), Position::new(3, 2));
}

#[test]
fn completeness() {
    let more = |indent: &str| Completeness::Incomplete { indent: indent.to_owned() };
    let cases = [
        ("", Completeness::Complete),
        ("1 + 1", Completeness::Complete),
        ("let x = 1", Completeness::Complete),
        ("node A(x) { yield x; yield -1; }", Completeness::Complete),
        ("flow.a = Add(1, 2); flow.a.value", Completeness::Complete),
        ("let t = spawn(|| sleep(1)); t.join()", Completeness::Complete),
        ("// done", Completeness::Complete),
        ("# NBVAL_SKIP\n1", Completeness::Complete),
        ("if a {", more("    ")),
        ("if a { let m = #{ b: [", more("        ")),
        ("for i in 0..3 {\n}\nif a {\n", more("    ")),
        ("f(1,", more("")),
        ("1 +", more("")),
        ("let x =", more("")),
        ("let", more("")),
        ("flow.", more("")),
        ("if a", more("")),
        ("fn f(", more("")),
        ("let f = |x", more("")),
        ("node", Completeness::Complete),
        ("node A", more("")),
        ("node A(", more("")),
        ("node A(x", more("")),
        ("node A(x: ", more("")),
        ("node A(x = 1 +", more("")),
        ("node A(x) ->", more("")),
        ("node A(x) -> (a,", more("")),
        ("node A(x) with #{", more("    ")),
        ("node A(x)", more("")),
        ("node A(x) {", more("    ")),
        ("node A(x) {\n    if x {\n        1", more("        ")),
        ("template T(f", more("")),
        ("let s = `abc", more("")),
        ("if a { let s = `abc ${x", more("        ")),
        ("let s = `abc ${x} d", more("")),
        ("let s = #\"abc", more("")),
        ("let s = \"abc\\\n", more("")),
        ("/* abc", more("")),
        ("/// Adds.", more("")),
        ("try { f() }", more("")),
        ("let s = \"abc", Completeness::Invalid),
        ("let s = \"abc\\\\\n", Completeness::Invalid),
        ("let = 1", Completeness::Invalid),
        ("1 1", Completeness::Invalid),
        ("}", Completeness::Invalid),
        ("(1]", Completeness::Invalid),
        ("node A(1) {", Completeness::Invalid),
        ("yield 1", Completeness::Invalid),
        ("let flow = {", Completeness::Invalid),
    ];
    for (code, expected) in cases {
        assert_eq!(is_complete(code), expected, "{code}");
    }
}

/// Numbers without a crate: an xorshift with a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    /// White space and comments.
    fn gap(&mut self) -> &'static str {
        self.pick(&[" ", " ", "\n", "  ", "/*ä{*/ ", "// ü(\n", "/*a/*b*/c*/ ", "\n# NBVAL_X ö\n"])
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .pick(&["x", "1", "-2", "\"é\\\"}{\"", "#\"日\n本{\"#", "'{'", "()", "#{}", "`ß`", "x.y"])
                .into();
        }
        let (a, b) = (self.expression(depth - 1), self.expression(depth - 1));
        let gap = self.gap();
        match self.below(9) {
            0 => format!("({a}{gap}+ {b})"),
            1 => format!("[{a},{gap}{b}]"),
            2 => format!("#{{ k: {a},{gap}l: {b} }}"),
            3 => format!("`é${{{a}}}\n—${{{gap}{b}}}`"),
            4 => format!("f({a}, {b})"),
            5 => format!("(|x, y| {a}{gap}| {b})"),
            6 => format!("(|| {{ {a}; {b} }})"),
            7 => format!("({a}){gap}| ({b})"),
            _ => format!("if x {{ {a} }} else {{ {gap}{b} }}"),
        }
    }

    fn definition(&mut self, n: usize) -> String {
        let (g, h, i) = (self.gap(), self.gap(), self.gap());
        let (default, state, body) = (self.expression(2), self.expression(1), self.expression(3));
        let parameters = self.pick(&["", "a", "a: int", "stream a", "a,", "stream a : array , b", "stream"]);
        let parameters = match self.below(2) {
            0 => format!("({parameters})"),
            _ => format!("(z{g}={h}{default}{g},{parameters})"),
        };
        let outputs = self.pick(&["", "-> int", "->(a, b: int)", "->\n(\na)"]);
        let with = if self.below(2) == 0 { format!("with #{{ s: {state} }}") } else { String::new() };
        let word = self.pick(&["", "yield 1;", "yield `${1}`;"]);
        format!("node{g}N{n}{h}{parameters}{i}{outputs}{g}{with}{h}{{{word}{body}}}")
    }

    fn cell(&mut self) -> String {
        let mut cell = String::new();
        for n in 0..=self.below(4) {
            cell += self.gap();
            cell += &match self.below(3) {
                0 => format!("let v = {};", self.expression(3)),
                1 => format!("template T{n} (f{g}, x){g}{{ f.a = x; }}", g = self.gap()),
                _ => self.definition(n),
            };
        }
        cell
    }
}

/// What Rhai reports about a marker at the end of every statement is where the marker stands.
#[test]
fn generated_cells_keep_every_place() {
    let mut random = Random(0x5eed);
    let mut engine = Engine::new();
    engine.set_max_expr_depths(0, 0);
    engine.register_custom_syntax(["yield", "$expr$"], false, |_, _| Ok(().into())).unwrap();
    for _ in 0..2_000 {
        let code = random.cell();
        let cell = rewritten(&code);
        engine.compile(&cell.rhai).unwrap_or_else(|error| panic!("{error}\n{code}\n---\n{}", cell.rhai));
        // A stray symbol after it all: Rhai's position of it must be its place in the cell.
        let broken = format!("{code}; §");
        let place = rewritten_or_lex_error(&broken, &engine);
        let line = broken.matches('\n').count() + 1;
        let column = broken.rsplit('\n').next().unwrap().chars().count();
        assert_eq!(place, Position::new(line as u16, column as u16), "{broken}");
    }
}

/// Our own lexer meets the symbol first; Rhai, given the rewritten text and the symbol, must agree.
fn rewritten_or_lex_error(broken: &str, engine: &Engine) -> Position {
    let ours = rewrite(broken).expect_err(broken).position;
    let whole = rewritten(broken.trim_end_matches('§'));
    let theirs = engine.compile(format!("{}§", whole.rhai)).expect_err(broken).position();
    assert_eq!(ours, theirs, "{broken}");
    theirs
}

/// Cuts of valid cells never panic, and nothing that is cut inside a bracket counts as whole.
#[test]
fn cut_cells_are_handled() {
    let mut random = Random(0xc0de);
    for _ in 0..200 {
        let code: Vec<char> = random.cell().chars().collect();
        let cut: String = code[..random.below(code.len() + 1)].iter().collect();
        if let Ok(cell) = rewrite(&cut) {
            assert_same_places(&cut, &cell.rhai);
        }
        is_complete(&cut);
    }
}
