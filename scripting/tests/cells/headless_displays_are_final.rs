use crate::common::Notebook;

#[test]
fn each_is_sent_once_and_never_updated() {
    let notebook = Notebook::new();
    let code = "node Count(n) { for i in 1..=n { yield i; sleep(1); } } flow.c = Count(4); flow.d = flow.c;";
    assert_eq!(notebook.outputs(code), ["show: c = 10", "show: d = 10"]);
    assert_eq!(notebook.outputs("flow.c = 1;"), ["show: c = 1", "show: also changed: d = 1"]);
}

#[test]
fn two_runs_are_equal() {
    let cells = [
        "node Tick(n) { for i in 0..n { yield i; sleep(0.1); } }",
        "flow.a = Tick(3); flow.b = Tick(4); flow.sum = Total(flow.a); node Total(stream xs) { let t = 0; for x in xs { t += x } t }",
        "flow.b = Tick(5); print(flow.sum.value);",
        "flow",
    ];
    let run = || {
        let notebook = Notebook::new();
        cells.iter().flat_map(|code| notebook.outputs(code)).collect::<Vec<_>>()
    };
    let first = run();
    assert_eq!(first.last().unwrap(), "result: a = 3\nb = 10\nsum = 3\n\nsum <- a (stream)");
    assert_eq!(first, run());
}
