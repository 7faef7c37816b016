use crate::common::Notebook;

const TYPES: &str = "
node Plain(n) { n }
node Count(n) { for i in 1..=n { yield i } }
node Slow(n) { for i in 1..=n { sleep(1); yield i } }
node Double(stream xs) { for x in xs { yield 2 * x } }
node Total(stream xs) { let t = 0; for x in xs { t += x } t }
node Next(stream xs) { [xs.next(), xs.next(), xs.next(), xs.next()] }
node Id(x) { x }
node Pair(stream xs, y) { let n = 0; for x in xs { n += 1 } [n, y] }
";

/// The display of `flow.r` after `wiring`.
fn result(wiring: &str) -> String {
    let notebook = Notebook::new();
    notebook.outputs(TYPES);
    notebook.outputs(wiring).pop().unwrap()
}

#[test]
fn every_producer_to_every_consumer() {
    for producer in ["Count(3)", "Slow(3)", "Double(Count(3))", "Double(Slow(3))"] {
        let factor = if producer.starts_with("Double") { 2 } else { 1 };
        let sum = 6 * factor;
        let consumers = [
            ("Double", (2 * sum).to_string()),
            ("Total", sum.to_string()),
            ("Id", sum.to_string()),
            ("Next", format!("[{}, {}, {}, ()]", factor, 2 * factor, 3 * factor)),
        ];
        for (consumer, expected) in consumers {
            let shown = result(&format!("flow.p = {producer}; flow.r = {consumer}(flow.p);"));
            assert_eq!(shown, format!("show: r = {expected}"), "{consumer}({producer})");
            let shown = result(&format!("flow.r = {consumer}({producer});"));
            assert_eq!(shown, format!("show: r = {expected}"), "nested {consumer}({producer})");
        }
    }
}

#[test]
fn one_stream_to_many_readers() {
    let shown = result(
        "flow.p = Slow(3); flow.a = Total(flow.p); flow.b = Double(flow.p); flow.c = flow.p; flow.r = Pair(flow.p, flow.p);",
    );
    assert_eq!(shown, "show: r = [3, 6]");
}

#[test]
fn a_plain_value_is_a_stream_of_one() {
    assert_eq!(result("flow.p = 5; flow.r = Total(flow.p);"), "show: r = 5");
    assert_eq!(result("flow.r = Total(Plain(7));"), "show: r = 7");
}

#[test]
fn chunks_fold_and_no_chunk_is_no_value() {
    let notebook = Notebook::new();
    let code = "node Words() { yield \"a\"; sleep(1); yield \"b\" } node Mixed() { yield 1; yield \"b\" } node Final() { yield 1; 7 } flow.w = Words(); flow.m = Mixed(); flow.f = Final();";
    assert_eq!(notebook.outputs(code), ["show: w = \"ab\"", "show: m = [1, \"b\"]", "show: f = 7"]);
    notebook.outputs("node Empty() { if false { yield 1 } } node Id(x) { x }");
    let error = notebook.error("flow.e = Empty(); flow.i = Id(flow.e);");
    assert_eq!(error.name, "NodeExecutionError");
    assert!(error.message.contains('e'), "{}", error.message);
}
