use crate::common::Notebook;

#[test]
fn text_is_cut_at_ten_kilobytes_and_says_so() {
    let outputs = Notebook::new().outputs("let a = []; for i in 0..100000 { a.push(7); } a");
    let [output] = &outputs[..] else { panic!("{outputs:?}") };
    assert!(
        output.ends_with("… (more than 100000 more characters; .value has all)"),
        "{}",
        &output[10_000..]
    );
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

#[test]
fn what_is_left_is_counted_if_that_is_soon_done() {
    let outputs = Notebook::new().outputs("let a = []; for i in 0..30000 { a.push(7); } a");
    // 30,000 times "7, " without the last comma, in brackets, less 10 KiB.
    assert!(outputs[0].ends_with("… (79760 more characters; .value has all)"), "{}", &outputs[0][10_000..]);
    let texts = Notebook::new().outputs("let s = \"\"; s.pad(1_000_000, 'x'); [s, s]");
    assert!(texts[0].contains("(more than 100000 more characters"), "{}", &texts[0][10_000..]);
    let blobs = Notebook::new().outputs("[blob(1_000_000, 255)]");
    assert!(blobs[0].starts_with("result: [[ffffffffffffffff ffff"), "{}", &blobs[0][..40]);
    assert!(blobs[0].contains("(more than 100000 more characters"), "{}", &blobs[0][10_000..]);
}

#[test]
fn values_in_messages_are_cut_too() {
    let notebook = Notebook::new();
    notebook.outputs("let s = \"\"; s.pad(1_000_000, 'x'); let a = [s];");
    for call in ["flow.at(s)", "progress(a, a)", "flow.generations = a", "help(s)", "flow.reset(a)"] {
        let message = notebook.error(call).message;
        assert!(message.len() < 30_000 && message.contains("xxx…"), "{call}: {}", message.len());
    }
}

#[test]
fn what_is_thrown_is_cut_too() {
    let notebook = Notebook::new();
    notebook.outputs(
        "let a = []; a.pad(1_000_000, 7); let s = \"\"; s.pad(1_000_000, 'é'); node Throw(x) { throw x }",
    );
    let error = notebook.error("throw a");
    assert!(error.message.starts_with("[7, 7, "), "{}", &error.message[..40]);
    assert!(error.message.contains("7… (more than 100000 more characters)"), "{}", &error.message[8_000..]);
    let error = notebook.error("flow.t = Throw(a);");
    assert!(error.message.contains("7… (more than 100000 more characters)"), "{}", &error.message[8_000..]);
    let error = notebook.error("throw s");
    assert!(error.message.contains("éé… (995904 more characters)"), "{}", &error.message[8_000..]);
    for (thrown, message) in [("'c'", "c"), ("[1, 'c']", "[1, 'c']"), ("2.5", "2.5"), ("Lock()", "(lock)")] {
        let error = notebook.error(&format!("throw {thrown}"));
        assert_eq!(error.message.split(" (line").next(), Some(message), "{thrown}");
    }
}
