use crate::common::Notebook;

#[test]
fn text_is_cut_at_ten_kilobytes_and_says_so() {
    let outputs = Notebook::new().outputs("let a = []; for i in 0..100000 { a.push(7); } a");
    let [output] = &outputs[..] else { panic!("{outputs:?}") };
    // 100,000 times "7, " without the last comma, in brackets, less 10 KiB.
    assert!(output.ends_with("… (289760 more characters; .value has all)"), "{}", &output[10_000..]);
    assert!(output.len() < 10_400);
}

#[test]
fn a_cut_is_between_characters() {
    let outputs = Notebook::new().outputs("let s = \"a日\"; for i in 0..13 { s += s; } s");
    assert!(outputs[0].contains("… ("), "{}", &outputs[0][10_200..]);
}

#[test]
fn deep_values_are_cut_too() {
    let outputs = Notebook::new().outputs("let a = [1]; for i in 0..300 { a = [a]; } a");
    assert_eq!(outputs[0], format!("result: {}...{}", "[".repeat(100), "]".repeat(100)));
}

#[test]
fn values_of_our_types_have_their_names() {
    let outputs = Notebook::new().outputs("node Add(x, y = 0) { x + y } [flow.a, flow, Add(1)]");
    assert_eq!(outputs, ["result: [flow.a, flow, Add(x, y = 0)]"]);
}
