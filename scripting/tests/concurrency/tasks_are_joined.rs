use crate::common::Notebook;

#[test]
fn a_task_gives_its_value() {
    let notebook = Notebook::new();
    let code = "let t = spawn(|| { sleep(1); 42 }); let before = t.is_done(); let v = t.join(); [before, v, t.is_done()]";
    assert_eq!(notebook.outputs(code), ["result: [false, 42, true]"]);
    // Once more, and in a later cell.
    assert_eq!(notebook.outputs("[t.join(), t.join()]"), ["result: [42, 42]"]);
}

#[test]
fn tasks_run_side_by_side() {
    let notebook = Notebook::new();
    let code = "let tasks = [];
        for i in 0..3 { tasks.push(spawn(|| { sleep(10 - 3 * i); print(i); i * i })); }
        let values = []; for t in tasks { values.push(t.join()); } values";
    assert_eq!(notebook.outputs(code), ["out: 2", "out: 1", "out: 0", "result: [0, 1, 4]"]);
}

#[test]
fn a_task_sees_functions_and_spawns_tasks() {
    let notebook = Notebook::new();
    let code = "fn twice(x) { 2 * x } spawn(|| twice(spawn(|| twice(10)).join())).join()";
    assert_eq!(notebook.outputs(code), ["result: 40"]);
    assert_eq!(notebook.outputs("let f = || twice(3); spawn(f).join()"), ["result: 6"]);
}

#[test]
fn a_task_has_the_loop_variables_of_when_it_was_spawned() {
    let notebook = Notebook::new();
    let code = "let tasks = []; for (x, n) in [\"a\", \"b\"] { for y in [1, 2] { tasks.push(spawn(|| `${n}${x}${y}`)); } }
        tasks.map(|t| t.join())";
    assert_eq!(notebook.outputs(code), ["result: [\"0a1\", \"0a2\", \"1b1\", \"1b2\"]"]);
    // A task that waits inside one does not keep the loop from going on.
    let code = "let n = 0; for xs in [[1], [2]] { spawn(|| xs.for_each(|x| { sleep(1); n += this; })); sleep(0.5); } sleep(5); n";
    assert_eq!(notebook.outputs(code), ["result: 3"]);
}

#[test]
fn exit_ends_the_task_with_a_value() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("spawn(|| { exit(3); 4 }).join() + 1"), ["result: 4"]);
}

#[test]
fn a_thousand_tasks() {
    let notebook = Notebook::new();
    let code = "let tasks = []; for i in 0..1000 { tasks.push(spawn(|| { sleep(1); i })); }
        let total = 0; for t in tasks { total += t.join(); } total";
    assert_eq!(notebook.outputs(code), ["result: 499500"]);
}
