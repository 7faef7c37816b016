use crate::common::{Notebook, headline};

#[test]
fn it_ends_where_it_waits() {
    let notebook = Notebook::new();
    let code = "let n = 0; let t = spawn(|| { n = 1; sleep(100); n = 2; }); sleep(1);
        let first = t.cancel(); let again = t.cancel(); sleep(200); [n, first, again, t.is_done()]";
    assert_eq!(notebook.outputs(code), ["result: [1, true, false, true]"]);
}

#[test]
fn it_ends_in_a_hot_loop_and_before_it_began() {
    // A virtual clock stands still while anybody computes.
    let notebook = Notebook::in_real_time();
    let code = "let t = spawn(|| { loop { } }); sleep(0.001); t.cancel(); t.is_done()";
    assert_eq!(notebook.outputs(code), ["result: true"]);
    assert_eq!(notebook.outputs("let t = spawn(|| print(\"never\")); t.cancel()"), ["result: true"]);
}

#[test]
fn join_says_so() {
    let notebook = Notebook::new();
    let error = notebook.error("let t = spawn(|| sleep(100)); t.cancel(); t.join()");
    assert_eq!(headline(&error), "TaskCancelled: the task was cancelled (line 1, column 45)");
    let code = "let said = (); try { t.join() } catch (e) { said = e.error } said";
    assert_eq!(notebook.outputs(code), ["result: \"TaskCancelled\""]);
}

#[test]
fn it_may_cancel_itself() {
    let notebook = Notebook::new();
    let code = "let me = AsyncQueue(); let t = spawn(|| { me.get().cancel(); sleep(1); print(\"never\") }); me.put(t);
        sleep(5); t.is_done()";
    assert_eq!(notebook.outputs(code), ["result: true"]);
}

#[test]
fn a_catch_cannot_hold_it_up() {
    let notebook = Notebook::new();
    let code = "let t = spawn(|| { loop { try { sleep(1) } catch { print(\"caught\") } } }); sleep(0.5); t.cancel(); 1";
    assert_eq!(notebook.outputs(code), ["result: 1"]);
}
