use crate::common::Notebook;

const INC: &str = "node Inc(x = 0) { x + 1 }\n";

#[test]
fn after_a_hundred_generations_and_say_so() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs(&format!("{INC}flow.a = Inc(flow.a);"));
    assert_eq!(outputs, ["show: a = 101 (generation 100, paused)"]);
    assert_eq!(notebook.outputs("flow.a"), ["show: a = 101 (generation 100, paused)"]);
    assert_eq!(notebook.outputs("flow.a.generation"), ["result: [100]"]);
}

#[test]
fn where_the_flow_is_told() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs(&format!("{INC}flow.generations = 7; flow.a = Inc(flow.a);"));
    assert_eq!(outputs, ["show: a = 8 (generation 7, paused)"]);
    assert_eq!(notebook.outputs("flow.generations"), ["result: 7"]);
    assert_eq!(notebook.error("flow.generations = -1").name, "ValueError");
}

#[test]
fn run_goes_on_and_says_how_it_ended() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}flow.generations = 0; flow.a = Inc(flow.a);"));
    let six = notebook.outputs("flow.run(6)");
    assert_eq!(six, ["show: also changed: a = 7 (generation 6, paused)", "result: \"limit\""]);
    let three_and_three = Notebook::new();
    three_and_three.outputs(&format!("{INC}flow.generations = 0; flow.a = Inc(flow.a);"));
    let outputs = three_and_three.outputs("flow.run(3); flow.run(3)");
    assert_eq!(outputs, six);
    assert_eq!(Notebook::new().outputs("flow.a = 1; flow.run(3)"), ["show: a = 1", "result: \"completed\""]);
}

#[test]
fn their_values_survive_a_rewire() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}flow.generations = 4; flow.a = Inc(flow.a);"));
    let outputs = notebook.outputs("node Inc(x = 0) { x + 100 }");
    assert_eq!(outputs, ["show: also changed: a = 405 (generation 8, paused)"]);
}

#[test]
fn run_until_complete_stops_where_it_is_told_and_the_values_stay() {
    let notebook = Notebook::new();
    notebook.outputs(&format!("{INC}flow.auto = false; flow.a = Inc(flow.a);"));
    let error = notebook.error("flow.run_until_complete(#{ stop_at_node_generation: 3 })");
    assert_eq!(error.name, "TerminateLimitReached");
    assert_eq!(error.message, "node a reached generation (3,) (line 1, column 6)");
    assert_eq!(notebook.outputs("flow.a.generation"), ["result: [3]"]);
    let code = "try { flow.run_until_complete(#{ stop_at_node_generation: #{ a: [5] } }) } \
                catch (e) { print(`${e.error} ${e.node}`) }";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs[0], "out: TerminateLimitReached a");
    assert_eq!(notebook.outputs("flow.a.generation"), ["result: [5]"]);
}
