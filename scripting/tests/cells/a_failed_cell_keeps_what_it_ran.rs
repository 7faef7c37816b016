use crate::common::Notebook;

#[test]
fn what_was_wired_when_it_read_a_value_stays() {
    let notebook = Notebook::new();
    let ran = notebook.run("node Inc(x) { x + 1 } flow.a = Inc(1); flow.a.value; flow.b = Inc(2); throw 1;");
    assert_eq!(ran.outputs, ["show: a = 2"]);
    assert_eq!(ran.error().name, "RuntimeError");
    assert_eq!(notebook.outputs("flow"), ["result: a = 2"]);
    assert_eq!(notebook.outputs("flow.c = Inc(5);"), ["show: c = 6"]);
}

#[test]
fn so_does_what_was_wired_when_it_ran_the_flow() {
    let notebook = Notebook::new();
    let code = "fn one() { 1 } node One() { one() } flow.a = One(); flow.run_until_complete(); throw 1;";
    assert_eq!(notebook.error(code).name, "RuntimeError");
    assert_eq!(notebook.outputs("one() + flow.a.value"), ["result: 2"]);
}

#[test]
fn a_refusal_later_undoes_only_what_came_after() {
    let notebook = Notebook::new();
    let code = "node Id(x) { x } flow.a = 1; flow.a.value; flow.a = 2; flow.p = Id(flow.p);";
    assert_eq!(notebook.error(code).name, "MissingDefaultError");
    assert_eq!(notebook.outputs("flow"), ["result: a = 1"]);
}
