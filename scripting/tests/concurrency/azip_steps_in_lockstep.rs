use crate::common::{Notebook, headline};

#[test]
fn queues_and_arrays_until_the_shortest_ends() {
    let notebook = Notebook::new();
    let code =
        "let a = AsyncQueue(); let b = AsyncQueue(); spawn(|| { for i in 0..3 { sleep(1); a.put(i) } });
        for x in [\"x\", \"y\"] { b.put(x) } b.close();
        let got = []; for r in azip(a, b, 10..20) { got.push(r) } got";
    assert_eq!(notebook.outputs(code), ["result: [[0, \"x\", 10], [1, \"y\", 11]]"]);
}

#[test]
fn streams_in_a_node() {
    let notebook = Notebook::new();
    let code = "node Count(n) { for i in 0..n { yield i } } node Pairs(stream a, stream b) { for p in azip(a, b) { yield p[0] * p[1]; } }
        node Total(stream xs) { let t = 0; for x in xs { t += x } t }
        flow.a = Count(4); flow.b = Count(3); flow.t = Total(Pairs(flow.a, flow.b));";
    assert!(notebook.outputs(code).contains(&"show: t = 5".to_owned()));
}

#[test]
fn one_alone_and_zips_of_zips() {
    let notebook = Notebook::new();
    let code = "let got = []; for r in azip(azip([1, 2], [3, 4]), [5, 6, 7]) { got.push(r) } for r in azip([8]) { got.push(r) } got";
    assert_eq!(notebook.outputs(code), ["result: [[[1, 3], 5], [[2, 4], 6], [8]]"]);
}

#[test]
fn what_is_no_sequence_is_refused() {
    let error = Notebook::new().error("azip([1], 5)");
    assert_eq!(
        headline(&error),
        "TypeError: azip takes streams, queues, arrays and ranges, not int (line 1, column 1)"
    );
    for (given, called) in
        [("Lock()", "lock"), ("spawn(|| 1)", "task"), ("|x| x", "function"), ("flow", "flow")]
    {
        let error = Notebook::new().error(&format!("azip({given})"));
        assert!(
            error.message.contains(&format!("arrays and ranges, not {called} (line")),
            "{}",
            error.message
        );
    }
}

#[test]
fn ranges_with_and_without_their_end() {
    let code = "let got = []; for r in azip(0..5, 1..=3) { got.push(r) } got";
    assert_eq!(Notebook::new().outputs(code), ["result: [[0, 1], [1, 2], [2, 3]]"]);
}
