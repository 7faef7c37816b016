use crate::common::{Notebook, headline};

#[test]
fn what_ends_in_time_gives_its_value() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("timeout(1, || { sleep(0.5); 7 })"), ["result: 7"]);
    assert_eq!(notebook.outputs("timeout(0.5, || 8)"), ["result: 8"]);
    assert_eq!(notebook.outputs("timeout(5, || timeout(1, || 9))"), ["result: 9"]);
}

#[test]
fn what_does_not_raises() {
    let notebook = Notebook::new();
    let error = notebook.error("timeout(0.5, || sleep(1000))");
    assert_eq!(headline(&error), "TimeoutError: not done after 0.5 s (line 1, column 1)");
    // A virtual clock stands still while anybody computes.
    let notebook = Notebook::in_real_time();
    let code = "let e = (); try { timeout(0.01, || { loop { } }) } catch (x) { e = x.error } e";
    assert_eq!(notebook.outputs(code), ["result: \"TimeoutError\""]);
    // The inner one's time is up first, and the outer one's closure goes on.
    let code = "timeout(5, || { let said = (); try { timeout(1, || sleep(9)) } catch (e) { said = e.message } said })";
    assert_eq!(notebook.outputs(code), ["result: \"not done after 1 s\""]);
}

#[test]
fn what_is_left_runs_no_further() {
    let notebook = Notebook::new();
    let code = "let n = 0; try { timeout(0.5, || { n = 1; sleep(1); n = 2; }) } catch { } sleep(5); n";
    assert_eq!(notebook.outputs(code), ["result: 1"]);
}

#[test]
fn errors_inside_come_out_as_they_are() {
    let notebook = Notebook::new();
    let error = notebook.error("let q = AsyncQueue(); q.close();\ntimeout(1, || q.get())");
    assert_eq!(headline(&error), "QueueClosedError: the queue is closed (line 2, column 17)");
}

#[test]
fn in_a_node() {
    let notebook = Notebook::new();
    let code = "node Slow(limit) { let v = -1; try { v = timeout(limit, || { sleep(1); 5 }); } catch { } v }
        flow.a = Slow(0.5); flow.b = Slow(2);";
    assert_eq!(notebook.outputs(code), ["show: a = -1", "show: b = 5"]);
}

#[test]
fn a_limit_that_is_no_time_is_refused() {
    let notebook = Notebook::new();
    let error = notebook.error("timeout(-1, || 1)");
    assert_eq!(
        headline(&error),
        "ValueError: timeout takes a number of seconds from 0, not -1 (line 1, column 1)"
    );
    let error = notebook.error("timeout(\"1\", || 1)");
    assert!(headline(&error).starts_with("TypeError: timeout takes a number of seconds"), "{error:?}");
}
