use crate::common::{Notebook, headline, traceback};

const INC: &str = "node Inc(x) { x + 1 } node Add(x, y) { x + y }\n";
const TWICE: &str = "template IncTwice(f, x) { f.first = Inc(x); f.second = Inc(f.first); f.second }\n";

#[test]
fn make_inner_nodes_and_one_that_stands_for_them() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs(&format!("{INC}{TWICE}flow.result = IncTwice(1);")), ["show: result = 3"]);
    assert_eq!(
        notebook.outputs("[flow.result.value, flow.result.first.value, flow.result.second.value]"),
        ["result: [3, 2, 3]"]
    );
    assert_eq!(notebook.outputs("flow.result.first"), ["show: result.first = 2"]);
    assert_eq!(notebook.outputs("flow.result.first.type"), ["result: \"Inc\""]);
    assert_eq!(notebook.outputs("flow.result.outputs + flow.result.first.outputs"), ["result: [\"result\"]"]);
    assert_eq!(notebook.outputs("flow"), ["result: result = 3\n\nresult <- result.first"]);
}

#[test]
fn nest() {
    let notebook = Notebook::new();
    let code = format!(
        "{INC}{TWICE}template Four(f, x) {{ f.inner = IncTwice(x); f.out = IncTwice(f.inner); f.out }}\nflow.r = Four(0);"
    );
    assert_eq!(notebook.outputs(&code), ["show: r = 4"]);
    let paths = "[flow.r.inner.value, flow.r.inner.first.value, flow.r.inner.second.value, flow.r.out.value, \
                 flow.r.out.first.value, flow.r.out.second.value]";
    assert_eq!(notebook.outputs(paths), ["result: [2, 1, 2, 4, 3, 4]"]);
}

#[test]
fn are_arguments_and_operands_without_a_name() {
    let notebook = Notebook::new();
    let code =
        format!("{INC}{TWICE}flow.c = Add(IncTwice(1), IncTwice(10).first); flow.d = IncTwice(1) * 2;");
    assert_eq!(notebook.outputs(&code), ["show: c = 14", "show: d = 6"]);
}

#[test]
fn may_refer_forward_inside_and_be_referred_to_before() {
    let notebook = Notebook::new();
    let code = format!(
        "{INC}flow.before = Add(flow.g.mid, 100); flow.g = Forward(1); flow.after = Add(flow.g.out, flow.g);
        template Forward(f, x) {{ f.out = Inc(f.mid); f.mid = Add(x, 3); f.out }}"
    );
    assert_eq!(notebook.outputs(&code), ["show: before = 104", "show: g = 5", "show: after = 10"]);
}

#[test]
fn inner_nodes_are_waited_for_across_cells() {
    let notebook = Notebook::new();
    let code = format!("{INC}{TWICE}flow.total = Add(flow.r.first, 0);");
    assert_eq!(notebook.outputs(&code), ["show: total waits for r (no cell defines it yet: flow.r = ...)"]);
    assert_eq!(notebook.outputs("flow.r = IncTwice(1);"), ["show: r = 3", "show: also changed: total = 2"]);
    assert_eq!(notebook.outputs("flow.r = IncTwice(5);"), ["show: r = 7", "show: also changed: total = 6"]);
}

#[test]
fn paths_into_nested_ones_are_waited_for() {
    const FOUR: &str = "template Four(f, x) { f.inner = IncTwice(x); f.out = IncTwice(f.inner); f.out }\n";
    let before = Notebook::new();
    let code = format!("{INC}{TWICE}{FOUR}flow.total = Add(flow.r.out.first, 100); flow.r = Four(0);");
    assert_eq!(before.outputs(&code), ["show: total = 103", "show: r = 4"]);
    let across = Notebook::new();
    let code = format!("{INC}{TWICE}{FOUR}flow.total = Add(flow.r.out.first, 100);");
    assert_eq!(across.outputs(&code), ["show: total waits for r.out (no cell defines it yet: flow.r = ...)"]);
    assert_eq!(across.outputs("flow.r = Four(0);"), ["show: r = 4", "show: also changed: total = 103"]);
    assert_eq!(across.outputs("flow.r = Four(10);"), ["show: r = 14", "show: also changed: total = 113"]);
}

#[test]
fn parameters_are_plain_names_and_say_where_the_rest_goes() {
    for (parameter, expected) in [
        ("x: int", "without type: annotate the parameter of the node that it is given to"),
        (
            "x = 1",
            "without default: give it in each call, or to the parameter of the node that it is given to",
        ),
        (
            "stream x",
            "without `stream`: write it in the node that reads the stream, which passes through a template as it is",
        ),
    ] {
        let error =
            Notebook::new().error(&format!("{INC}template T(f, {parameter}) {{ f.a = Inc(x); f.a }}"));
        let message = format!("`x`: a template's parameters are plain names, {expected} (line 2, column ");
        assert!(error.message.starts_with(&message), "{parameter}: {}", error.message);
    }
}

#[test]
fn streams_go_through() {
    let notebook = Notebook::new();
    let code =
        "node Count(n) { for i in 0..n { yield i } } node Up(stream xs) { for x in xs { yield x * 10 } }
        node Last(stream xs) { let all = []; for x in xs { all.push(x) } all }
        template Tens(f, n) { f.numbers = Count(n); f.tens = Up(f.numbers); f.tens }
        flow.tens = Tens(3); flow.list = Last(flow.tens);";
    assert_eq!(notebook.outputs(code), ["show: tens = 30", "show: list = [0, 10, 20]"]);
}

#[test]
fn close_cycles() {
    let notebook = Notebook::new();
    let code = "node Step(x = 0) { x + 1 } node Copy(x) { x }
        template Loop(f) { f.step = Step(f.copy); f.copy = Copy(f.step); f.step }
        flow.generations = 3; flow.n = Loop();";
    assert_eq!(notebook.outputs(code), ["show: n = 4 (generation 3, paused)"]);
}

#[test]
fn may_end_with_what_they_were_given() {
    let notebook = Notebook::new();
    let code = format!(
        "{INC}template Pass(f, x) {{ x }} template One(f) {{ 1 }} template Draft(f, x) {{ Inc(x) }}
        flow.a = 5; flow.p = Pass(flow.a); flow.q = Pass(Inc(6)); flow.one = One(); flow.d = Draft(7);"
    );
    assert_eq!(
        notebook.outputs(&code),
        ["show: a = 5", "show: p = 5", "show: q = 7", "show: one = 1", "show: d = 8"]
    );
}

#[test]
fn share_a_draft_that_they_use_twice() {
    let notebook = Notebook::new();
    let code = "node Runs(x) { print(\"ran\"); x } node Add(x, y) { x + y }
        template Double(f, x) { f.left = Add(x, 0); f.right = Add(x, 0); Add(f.left, f.right) }
        flow.r = Double(Runs(4));";
    assert_eq!(notebook.outputs(code), ["out: ran", "show: r = 8"]);
}

#[test]
fn call_functions_that_wire() {
    let notebook = Notebook::new();
    let code = format!(
        "{INC}fn chain(f, x, n) {{ let node = x; for i in 0..n {{ f[`n${{i}}`] = Inc(node); node = f[`n${{i}}`]; }} node }}
        template Chain(f, x, n) {{ chain(f, x, n) }} flow.r = Chain(0, 5);"
    );
    assert_eq!(notebook.outputs(&code), ["show: r = 5"]);
    assert_eq!(
        notebook.outputs("[flow.r.n0.value, flow.r.n3.value, flow.r.n4.value]"),
        ["result: [1, 4, 5]"]
    );
}

#[test]
fn belong_to_the_cell_that_uses_them() {
    let notebook = Notebook::new();
    notebook.live("a", &format!("{INC}{TWICE}"));
    notebook.live("b", "flow.r = IncTwice(1); flow.other = 1;").outputs();
    let ran = notebook.live("b", "flow.other = 1;").outputs();
    assert_eq!(ran, ["show flowno/other: other = 1", "update flowno/r: r (removed)", "show: removed: r"]);
    let error = notebook.error("flow.r.first.value");
    assert_eq!(error.name, "NodeExecutionError");
    assert_eq!(notebook.outputs("flow"), ["result: other = 1"]);
}

#[test]
fn what_a_new_use_does_not_make_is_removed() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}{TWICE}flow.r = IncTwice(1); flow.first = Inc(flow.r.first);"));
    let code = "template IncTwice(f, x) { f.only = Inc(x); f.first = Inc(f.only); f.first }";
    assert_eq!(notebook.outputs(code), ["show: also changed: first = 4"]);
    assert_eq!(notebook.outputs("[flow.r.value, flow.r.only.value]"), ["result: [3, 2]"]);
    let error = notebook.error("flow.r.second.value");
    assert!(error.message.contains("r has no output .second"), "{}", error.message);
}

#[test]
fn a_new_definition_renews_their_nodes() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}{TWICE}flow.r = IncTwice(1); flow.s = Add(IncTwice(10), 0);"));
    let outputs = notebook
        .outputs("template IncTwice(f, x) { f.first = Add(x, 100); f.second = Inc(f.first); f.second }");
    assert_eq!(outputs, ["show: also changed: r = 102; s = 111"]);
    assert_eq!(notebook.outputs("node Inc(x) { x + 2 }"), ["show: also changed: r = 103; s = 112"]);
    assert!(notebook.outputs("template IncTwice(f, x) { // the same\n f.first = Add(x, 100); f.second = Inc(f.first); f.second }").is_empty());
}

#[test]
fn keep_the_state_of_their_nodes() {
    let notebook = Notebook::new();
    let code = "node Sum(x) with #{ total: 0 } { this.total += x; this.total }
        template Sums(f, x) { f.sum = Sum(x); f.out = Sum(f.sum); f.out } flow.r = Sums(1);";
    assert_eq!(notebook.outputs(code), ["show: r = 1"]);
    assert_eq!(notebook.outputs("flow.r = Sums(2);"), ["show: r = 4"]);
}

#[test]
fn errors_in_them_have_a_place_and_the_call() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}template Bad(f, x) {{\n  f.a = Inc(x);\n  Nothing(f.a)\n}}\n"));
    let error = notebook.error("let y = 1;\nflow.r = Bad(y);");
    assert_eq!(
        headline(&error),
        "NameError: Function not found: Nothing (Node): flow.a is the node, flow.a.value its value (line 4, column 3)"
    );
    assert_eq!(
        traceback(&error),
        "NameError: Function not found: Nothing (Node): flow.a is the node, flow.a.value its value
  In [1], line 4, column 3, in template Bad
  4 |   Nothing(f.a)
    |   ^
  In [2], line 2, column 10
  2 | flow.r = Bad(y);
    |          ^"
    );
}

#[test]
fn wrong_ones_are_refused() {
    let refused = |template: &str, expected: &str| {
        let notebook = Notebook::new();
        let error = notebook.error(&format!("{INC}{template}\nflow.r = T(1);"));
        assert_eq!(headline(&error), expected, "{template}");
        assert_eq!(notebook.outputs("flow"), ["result: the flow has no nodes yet"], "{template}");
    };
    refused(
        "template T(f, x) { f.a = Inc(x); }",
        "WiringError: template T gives no node: end it with one, as in `f.out` (line 2, column 34)",
    );
    refused(
        "template T(f, x) { f.a = Inc(f.b); f.a }",
        "NameError: template T reads `b`, which it never assigns (line 2, column 31)",
    );
    refused(
        "template T(f, x) { flow.a = Inc(x); x }",
        "WiringError: a template wires in its first parameter, as in `f.a = ...`, not in `flow` (line 2, column 24)",
    );
    refused(
        "template T(f, x) { f.value = Inc(x); x }",
        "NameError: no inner node may be called `value`: every reference answers that itself (line 2, column 21)",
    );
    refused(
        "template T(f, x) { f.a = Inc(x); f.a.value }",
        "NodeExecutionError: f.a is a node to be: it has a value when the template's call is wired (line 2, column 38)",
    );
    refused(
        "template T(f, x) { f._a = Inc(x); x }",
        "NameError: a node's name must not begin with an underscore: `_a` (line 2, column 21)",
    );
}

#[test]
fn take_as_many_arguments_as_they_have_parameters() {
    let notebook = Notebook::new();
    let error = notebook.error(&format!("{INC}{TWICE}flow.r = IncTwice(1, 2);"));
    assert_eq!(
        headline(&error),
        "NameError: IncTwice(x) cannot be called like this: IncTwice (int, int) (line 3, column 10)"
    );
}

#[test]
fn are_not_called_by_bodies() {
    let notebook = Notebook::new();
    let error = notebook.error(&format!("{INC}{TWICE}node Bad(x) {{ IncTwice(x); 1 }} flow.bad = Bad(1);"));
    assert!(error.message.contains("a node's body cannot make nodes: wire in a cell"), "{}", error.message);
}
