//! A1, B12: what wiring refuses.

use crate::support::{Sheet, snapshot};

#[test]
fn bad_wiring_is_refused_with_what_is_wrong() {
    let cases = [
        ("a = const:3(); b = inc(a.1)", "b: a has no output 1 (it has 0)"),
        ("b = inc(a.1); a = const:3()", "b: a has no output 1 (it has 0)"),
        ("a = low_high(3); b = inc(a.2)", "b: a has no output 2 (it has low, high)"),
        ("a = low_high(3); b = inc(a.middle)", "b: a has no output middle (it has low, high)"),
        ("b = inc(a.middle); a = low_high(3)", "b: a has no output middle (it has low, high)"),
        ("a = inc(a.1|0)", "a: a has no output 1 (it has 0)"),
    ];
    for (lines, expected) in cases {
        let sheet = Sheet::new("old = const:1()");
        let before = snapshot(&sheet.flow);
        assert_eq!(sheet.edit(lines).unwrap_err().to_string(), expected, "{lines}");
        assert_eq!(snapshot(&sheet.flow), before, "{lines}");
    }
}

#[test]
fn arguments_must_match_the_parameters() {
    use flowno_engine::flow::{Change, Flow, InputDef, InputSource, OnMissingDefault, Signature};
    let define = |inputs: usize| {
        let signature = Signature::new("Two").input("left").input("right");
        let body = flowno_engine::native::node(signature, |_| flowno_engine::flow::Evaluation::value(0));
        let input = InputDef { source: InputSource::Constant(1), default: None };
        let inputs = vec![input; inputs];
        Flow::new().edit(vec![Change::Define { name: "n".into(), body, inputs }], OnMissingDefault::Refuse)
    };
    let texts = [0, 1, 2, 3].map(|inputs| define(inputs).err().map(|error| error.to_string()));
    let missing = |name| Some(format!("n: parameter `{name}` of Two has neither an argument nor a default"));
    let many = Some("n: Two takes 2 argument(s), 3 were given".to_owned());
    assert_eq!(texts, [missing("left"), missing("right"), None, many]);
}

#[test]
fn a_batch_is_checked_when_it_is_whole() {
    // Each line alone would refer to an output that is not there.
    let sheet = Sheet::new("a = swap(1, 2); b = same(a.1)");
    sheet.edit("a = const:5(); b = same(a)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("b"), Some(5));
    sheet.edit("b = same(a.1); a = swap(1, 2)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("b"), Some(1));
    sheet.edit("-a; -b; b = same(a.high); a = low_high(5)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("b"), Some(6));
}

#[test]
fn a_reference_by_name_follows_the_name() {
    let sheet = Sheet::new("a = low_high(5); b = same(a.high)");
    sheet.run().unwrap();
    for lines in
        ["a = high_low(5)", "a = low_high(5)", "-a; a = high_low(5)", "a = low_high(5); -a; a = high_low(5)"]
    {
        sheet.edit(lines).unwrap();
        sheet.run().unwrap();
        assert_eq!(sheet.value("b"), Some(6), "{lines}");
    }
    sheet.edit("-a").unwrap();
    sheet.edit("a = low_high(7)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("b"), Some(8));
}

#[test]
fn a_reference_by_name_survives_a_node_without_such_an_output() {
    let sheet = Sheet::new("b = same(a.high)");
    assert!(sheet.edit("a = const:5()").is_err());
    sheet.edit("a = low_high(5)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.value("b"), Some(6));
}
