use crate::common::{Notebook, headline, traceback};

#[test]
fn and_join_them() {
    let notebook = Notebook::new();
    let code =
        "node Squares(n) { let tasks = []; for i in 0..n { tasks.push(spawn(|| { sleep(1); i * i })); }
            tasks.map(|t| t.join()) }
        flow.s = Squares(4);";
    assert_eq!(notebook.outputs(code), ["show: s = [0, 1, 4, 9]"]);
}

#[test]
fn and_wait_for_them_at_their_end() {
    let notebook = Notebook::new();
    let code = "node Start(q) { spawn(|| { sleep(1); q.put(1); }); 5 } node Get(q, after) { q.len() + after }
        let q = AsyncQueue(); flow.a = Start(q); flow.b = Get(q, flow.a);";
    assert_eq!(notebook.outputs(code), ["show: a = 5", "show: b = 6"]);
}

#[test]
fn an_error_that_nobody_joins_is_the_nodes() {
    let notebook = Notebook::new();
    let error = notebook.error("node Bad() {\n  spawn(|| throw \"oh\");\n  5 }\nflow.b = Bad();");
    assert_eq!(headline(&error), "NodeExecutionError: node b failed: RuntimeError: oh (line 2, column 12)");
    assert!(traceback(&error).contains("in node b (Bad), generation (0,)"), "{}", traceback(&error));
}

#[test]
fn a_task_may_read_the_nodes_stream() {
    let notebook = Notebook::new();
    let code = "node Count(n) { for i in 0..n { yield i } }
        node Sum(stream xs) { let q = AsyncQueue(2);
            spawn(|| { for x in xs { q.put(x) } q.close() }); let t = 0; for x in q { t += x } t }
        flow.c = Count(5); flow.s = Sum(flow.c);";
    assert_eq!(notebook.outputs(code).last().unwrap(), "show: s = 10");
}

#[test]
fn bodies_cannot_wire_in_a_task_either() {
    let notebook = Notebook::new();
    let error = notebook.error("node A() { 1 } node Bad() { spawn(|| A()).join() } flow.b = Bad();");
    assert!(headline(&error).contains("a node's body cannot make nodes"), "{}", headline(&error));
}

#[test]
fn a_default_and_a_state_wait_for_theirs_too() {
    let spawns = "fn h() { spawn(|| { sleep(1); throw \"lost\" }); 1 }\n";
    let nodes = ["node A(x = h()) { x } flow.a = A();", "node A() with #{ x: h() } { this.x } flow.a = A();"];
    for node in nodes {
        let error = Notebook::new().error(&format!("{spawns}{node}"));
        assert!(headline(&error).contains("RuntimeError: lost"), "{node}: {}", traceback(&error));
    }
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); fn h(q) { spawn(|| { sleep(1); q.put(7) }); q.get() }
        node A(q) with #{ } { h(q) } flow.a = A(q);";
    assert_eq!(notebook.outputs(code), ["show: a = 7"]);
}
