use crate::common::{Notebook, headline};

#[test]
fn queues_locks_and_closures_are_used_at_once() {
    let notebook = Notebook::new();
    let code = "let q = AsyncQueue(); let slow = |x| { sleep(1); x };
        let a = spawn(|| q.get() + slow.call(1)); let b = spawn(|| q.get() + slow.call(2));
        q.put(10); q.put(20); [a.join(), b.join()]";
    assert_eq!(notebook.outputs(code), ["result: [11, 22]"]);
}

#[test]
fn a_captured_handle_can_be_replaced() {
    let notebook = Notebook::new();
    let code = "let box = AsyncQueue(); let see = || box.len(); box.put(1); box = AsyncQueue(); see.call()";
    assert_eq!(notebook.outputs(code), ["result: 0"]);
}

#[test]
fn one_that_is_declared_anew_is_another() {
    let notebook = Notebook::new();
    notebook.outputs("let q = 1; q = 2; fn own(q) { q = 5; q } own(1)");
    let code = "let q = AsyncQueue(); let t = spawn(|| q.get()); sleep(1); q.put(1); t.join()";
    assert_eq!(notebook.outputs(code), ["result: 1"]);
    assert_eq!(notebook.outputs(code), ["result: 1"], "once more");
}

#[test]
fn one_that_a_closure_replaces_stays_shared() {
    let notebook = Notebook::new();
    notebook.outputs(
        "let q = AsyncQueue(); let renew = || { q = AsyncQueue(); }; let see = || q.len(); q.put(1);",
    );
    assert_eq!(notebook.outputs("renew.call(); [see.call(), q.len()]"), ["result: [0, 0]"]);
}

#[test]
fn a_closure_that_is_out_of_its_loop_shares() {
    let notebook = Notebook::new();
    let closure = "spawn(|| { sleep(1); i });";
    let code = format!("let t = (); for i in 0..3 {{ t = {closure} }} t.join()");
    assert_eq!(notebook.outputs(&code), ["result: 2"]);
    let code = format!("let i = 7; let s = (); if true  {{ s = {closure} }} i = 8; s.join()");
    assert_eq!(notebook.outputs(&code), ["result: 8"]);
}

#[test]
fn numbers_are_shared() {
    let notebook = Notebook::new();
    let code = "let n = 0; let tasks = []; for i in 0..3 { tasks.push(spawn(|| { sleep(i); n += 1; n })); }
        tasks.map(|t| t.join())";
    assert_eq!(notebook.outputs(code), ["result: [1, 2, 3]"]);
}

#[test]
fn what_is_used_by_two_at_once_is_a_clear_error() {
    for other in [
        "xs.push(4)",
        "xs[0] = 1",
        "xs += 1",
        "xs.len()",
        "print(xs)",
        "let y = xs; y",
        "xs = 3",
        "xs == [1]",
        "for x in xs { }",
        "`${xs}`",
        "[xs, 1]",
        "xs.map(|x| x)",
        "#{ a: xs }",
        "if xs == 1 { }",
        "xs?.len()",
    ] {
        let notebook = Notebook::new();
        let code = format!("let xs = [1, 2, 3]; spawn(|| xs.for_each(|x| sleep(1))); sleep(0.5); {other}; 5");
        let ran = notebook.run(&code);
        if let Err(error) = &ran.result {
            assert_eq!(error.name, "DataRaceError", "{other}: {}", headline(error));
            assert!(error.message.contains("another task"), "{other}: {}", headline(error));
        }
        assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
    }
}
