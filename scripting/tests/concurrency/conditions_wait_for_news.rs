use crate::common::{Notebook, headline};

#[test]
fn one_or_all_are_woken() {
    let notebook = Notebook::new();
    let code = "let c = Condition(); for i in 0..3 { spawn(|| c.with(|| { c.wait(); print(i) })); }
        sleep(1); c.with(|| c.notify()); sleep(1); print(\"all\"); c.with(|| c.notify_all());";
    let mut outputs = notebook.outputs(code);
    outputs[2..].sort(); // of those woken at once either may step back before it has the lock
    assert_eq!(outputs, ["out: 0", "out: all", "out: 1", "out: 2"]);
}

#[test]
fn notify_takes_a_number() {
    let notebook = Notebook::new();
    let code =
        "let c = Condition(); for i in 0..3 { spawn(|| { c.acquire(); c.wait(); print(i); c.release() }); }
        sleep(1); c.notify(2); sleep(1); print(\"then\"); c.notify(5);";
    assert_eq!(notebook.outputs(code), ["out: 0", "out: 1", "out: then", "out: 2"]);
}

#[test]
fn it_may_share_a_lock() {
    let notebook = Notebook::new();
    let code = "let l = Lock(); let c = Condition(l); c.acquire(); let held = l.is_locked(); l.release(); [held, l.is_locked()]";
    assert_eq!(notebook.outputs(code), ["result: [true, false]"]);
}

#[test]
fn waiting_needs_the_lock() {
    let error = Notebook::new().error("Condition().wait()");
    let expected =
        "RuntimeError: the condition's lock is not held: acquire it before waiting (line 1, column 13)";
    assert_eq!(headline(&error), expected);
}
