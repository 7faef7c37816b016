use crate::common::Notebook;

#[test]
fn by_a_closure_in_a_value_that_suspended_bodies_share() {
    let notebook = Notebook::new();
    let code = "let common = 0; let bump = |by| { common += by; sleep(1); common };
        node Call(f, by) { f.call(by) }
        flow.f = bump; flow.a = Call(flow.f, 1); flow.b = Call(flow.f, 10);";
    // A race is an error, no panic; whatever comes, the session goes on.
    let ran = notebook.run(code);
    if let Err(error) = &ran.result {
        assert_eq!(error.name, "NodeExecutionError", "{}", error.message);
    }
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}

#[test]
fn while_a_body_is_suspended_inside_one() {
    let notebook = Notebook::new();
    let code = "node Work(n) { let x = 0; let add = |by| { x += by; sleep(1); x += by; x }; for i in 0..n { add.call(1); } x } flow.a = Work(3); flow.b = Work(4);";
    assert_eq!(notebook.outputs(code), ["show: a = 6", "show: b = 8"]);
}
