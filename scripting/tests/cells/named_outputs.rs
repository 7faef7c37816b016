use crate::common::Notebook;

const BOTH: &str =
    "node SumAndDiff(x: int, y: int) -> (sum: int, diff: int) { [x + y, x - y] } node Id(x) { x }\n";

#[test]
fn are_reached_by_name_and_index() {
    let notebook = Notebook::new();
    let code = format!(
        "{BOTH}flow.sd = SumAndDiff(5, 3); flow.a = Id(flow.sd.sum); flow.b = Id(flow.sd[\"diff\"]); flow.c = Id(flow.sd[1]); flow.d = flow.sd;"
    );
    let outputs = notebook.outputs(&code);
    assert_eq!(
        outputs,
        ["show: sd = (sum: 8, diff: 2)", "show: a = 8", "show: b = 2", "show: c = 2", "show: d = 8"]
    );
    assert_eq!(
        notebook.outputs("[flow.sd.value, flow.sd.diff.value, flow.sd[0].value]"),
        ["result: [[8, 2], 2, 8]"]
    );
}

#[test]
fn of_a_stream_are_yielded_together() {
    let notebook = Notebook::new();
    let code = "node Pairs(n) -> (even, odd) { for i in 0..n { yield [2 * i, 2 * i + 1] } } node Total(stream xs) { let t = 0; for x in xs { t += x } t } flow.p = Pairs(3); flow.odds = Total(flow.p.odd);";
    assert_eq!(notebook.outputs(code), ["show: p = (even: 6, odd: 9)", "show: odds = 9"]);
}

#[test]
fn a_wrong_name_is_refused_where_it_is_wired() {
    let notebook = Notebook::new();
    let error = notebook.error(&format!("{BOTH}flow.sd = SumAndDiff(5, 3);\nflow.a = Id(flow.sd.product);"));
    assert_eq!(error.name, "WiringError");
    assert_eq!(error.message, "a: sd has no output product (it has sum, diff) (line 3, column 5)");
}
