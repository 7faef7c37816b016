use crate::common::{Notebook, headline};

#[test]
fn a_default_stands_in_for_a_missing_argument() {
    let notebook = Notebook::new();
    let code = "fn ten() { 10 } node Add(x, y = ten() + 1, z = [1, 2].len()) { x + y + z } flow.a = Add(1); flow.b = Add(1, 2); flow.c = Add(1, 2, 3);";
    assert_eq!(notebook.outputs(code), ["show: a = 14", "show: b = 5", "show: c = 6"]);
}

#[test]
fn a_wrong_number_of_arguments_says_the_usage() {
    let notebook = Notebook::new();
    notebook.outputs("node Add(x: int, stream y, z = 0) { x }");
    let error = notebook.error("flow.a = 1;\n  flow.s = Add(1, flow.a, 3, \"x\")");
    let usage = "Add(x: int, stream y, z = 0) cannot be called like this";
    assert!(headline(&error).starts_with(&format!("NameError: {usage}: ")), "{}", headline(&error));
    assert!(error.message.ends_with("(line 2, column 12)"), "{}", error.message);
    let error = notebook.error("flow.s = Add(1);");
    assert_eq!(
        headline(&error),
        "WiringError: s: parameter `y` of Add has neither an argument nor a default (line 1, column 5)"
    );
}

#[test]
fn a_type_is_usable_above_its_definition_and_in_functions() {
    let notebook = Notebook::new();
    let code = "fn twice(x) { Inc(Inc(x)) } flow.a = twice(flow.b); flow.b = 1; node Inc(x) { x + 1 }";
    assert_eq!(notebook.outputs(code), ["show: a = 3", "show: b = 1"]);
    assert_eq!(notebook.outputs("[1, 2].map(|x| Inc(x)).len()"), ["result: 2"]);
}

#[test]
fn a_body_sees_no_variables_of_cells() {
    let notebook = Notebook::new();
    notebook.outputs("let secret = 1;");
    let error = notebook.error("node Look() { secret } flow.l = Look();");
    assert!(error.message.contains("NameError: Variable not found: secret"), "{}", error.message);
}

#[test]
fn exit_and_return_end_one_evaluation_with_a_value() {
    let notebook = Notebook::new();
    let code = "fn out(x) { exit(x) } node A(x) { exit(x + 1); 0 } node B(x) { out(x + 2); 0 } node C(x) { return x + 3; 0 } flow.a = A(0); flow.b = B(0); flow.c = C(0); flow.d = A(flow.c);";
    assert_eq!(notebook.outputs(code), ["show: a = 1", "show: b = 2", "show: c = 3", "show: d = 4"]);
}

#[test]
fn closures_of_defaults_and_states_are_called_in_bodies_and_cells() {
    for node in [
        "node Apply(x, f = |x| x + 1) { if x == () { f } else { f.call(x) } }",
        "node Apply(x) with #{ f: |x| x + 1 } { if x == () { this.f } else { this.f.call(x) } }",
    ] {
        let notebook = Notebook::new();
        assert_eq!(notebook.outputs(&format!("{node} flow.a = Apply(1);")), ["show: a = 2"], "{node}");
        notebook.outputs("flow.f = Apply(());");
        assert_eq!(notebook.outputs("flow.f.value.call(5)"), ["result: 6"], "{node}");
    }
}
