use crate::common::Notebook;

/// Whether the lock of that name is free after `code`.
fn is_free(code: &str) -> bool {
    let notebook = Notebook::new();
    notebook.outputs("let l = Lock(); let c = Condition(l);");
    notebook.outputs(code);
    notebook.outputs("l.is_locked()") == ["result: false"]
}

#[test]
fn a_task_that_is_cancelled() {
    assert!(is_free("let t = spawn(|| { l.acquire(); sleep(100) }); sleep(1); t.cancel();"));
    assert!(is_free("let t = spawn(|| l.with(|| sleep(100))); sleep(1); t.cancel();"));
}

#[test]
fn a_closure_whose_time_is_up() {
    assert!(is_free("try { timeout(1, || { l.acquire(); sleep(100) }) } catch { }"));
    // What it holds when it ends in time, its caller holds.
    assert!(!is_free("timeout(1, || l.acquire());"));
    assert!(is_free("let t = spawn(|| { timeout(1, || l.acquire()); sleep(100) }); sleep(1); t.cancel();"));
}

#[test]
fn a_task_that_fails() {
    assert!(is_free("try { spawn(|| { l.acquire(); throw 1 }).join() } catch { }"));
}

#[test]
fn a_cell_that_is_interrupted() {
    let notebook = Notebook::new();
    let interrupt = notebook.interrupt.clone();
    notebook.listen(move |_| interrupt.raise());
    let error = notebook.error("let l = Lock(); l.acquire(); print(\"now\"); sleep(1000)");
    assert_eq!(error.name, "KeyboardInterrupt");
    notebook.interrupt.clear();
    assert_eq!(notebook.outputs("l.is_locked()"), ["result: false"]);
}

#[test]
fn one_that_waits_for_a_condition_holds_nothing() {
    let code = "let t = spawn(|| { c.acquire(); c.wait() }); sleep(1); l.acquire(); t.cancel(); l.release();";
    assert!(is_free(code));
    // Whoever has the lock then keeps it.
    let code = "let t = spawn(|| { c.with(|| c.wait()) }); sleep(1); l.acquire(); t.cancel();";
    assert!(!is_free(code));
}

#[test]
fn the_next_in_line_gets_it() {
    let notebook = Notebook::new();
    let code = "let l = Lock(); let t = spawn(|| { l.acquire(); sleep(100) }); sleep(1);
        let u = spawn(|| l.with(|| 7)); sleep(1); t.cancel(); u.join()";
    assert_eq!(notebook.outputs(code), ["result: 7"]);
}
