use crate::common::Notebook;

const COUNT: &str = "node Count(n) { for i in 0..n { print(`made ${i}`); yield i } print(\"end\") }\n";

#[test]
fn leaving_a_for_early_leaves_the_producer_suspended() {
    let notebook = Notebook::new();
    let code = "node First(stream xs) { for x in xs { if x == 1 { break } } 7 } flow.c = Count(5); flow.f = First(flow.c); flow.run_until_complete();";
    let outputs = notebook.outputs(&format!("{COUNT}{code}"));
    assert_eq!(outputs.last().unwrap(), "show: f = 7");
    assert!(outputs.contains(&"out: made 1".to_owned()), "{outputs:?}");
    assert!(!outputs.contains(&"out: end".to_owned()), "{outputs:?}");
    assert_eq!(notebook.outputs("flow.c.status"), ["result: \"suspended\""]);
    // Somebody else reads on, and it goes to its end.
    let outputs = notebook.outputs("flow.c.value");
    assert_eq!(outputs.last().unwrap(), "result: 10");
    assert!(outputs.contains(&"out: end".to_owned()), "{outputs:?}");
}

#[test]
fn cancel_is_caught_by_the_producer_at_its_yield() {
    let notebook = Notebook::new();
    let code = "node Make(n) { try { for i in 0..n { yield i } } catch (e) { print(e.error); throw e } }
        node Stop(stream xs) { for x in xs { if x == 1 { xs.cancel(); break } } 7 }
        flow.m = Make(5); flow.s = Stop(flow.m);";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs[0], "out: StreamCancelled");
    assert_eq!(outputs.last().unwrap(), "show: s = 7");
}

#[test]
fn an_uncaught_cancel_is_no_failure_and_goes_upstream() {
    let notebook = Notebook::new();
    let code = "node Make(n) { try { for i in 0..n { yield i } } catch (e) { print(e.error); throw e } }
        node Pass(stream xs) { for x in xs { yield x } }
        node Stop(stream xs) { for x in xs { if x == 1 { xs.cancel(); break } } 7 }
        flow.m = Make(50); flow.p = Pass(flow.m); flow.s = Stop(flow.p);";
    let outputs = notebook.outputs(code);
    assert_eq!(outputs.last().unwrap(), "show: s = 7");
    assert_eq!(notebook.outputs("flow.s.value"), ["result: 7"]);
}

#[test]
fn what_follows_a_failed_stream_waits() {
    let notebook = Notebook::new();
    let code = "node Broken(n) { for i in 0..n { if i == 2 { throw \"broken\" } yield i } } node Total(stream xs) { let t = 0; for x in xs { t += x } t } flow.b = Broken(5); flow.t = Total(flow.b);";
    let ran = notebook.run(code);
    assert_eq!(ran.outputs[0], "show: b failed: broken");
    assert_eq!(ran.error().name, "NodeExecutionError");
    assert_eq!(notebook.outputs("1 + 1"), ["result: 2"]);
}
