use crate::common::{Notebook, headline};

#[test]
fn a_text_of_megabytes_can_be_cut_up_and_put_together() {
    let notebook = Notebook::new();
    let code = "let s = \"\"; s.pad(3_000_000, \"ab,\"); let parts = s.split(\",\"); let r = s; r.replace(\",\", \"--\");
        let n = 0; for c in s { if c == 'a' { n += 1; } }
        [parts.len(), parts[0], r.len(), s.split(',').len(), s.split_rev(\",\", 2)[0], s.to_chars().len(), n]";
    assert_eq!(
        notebook.outputs(code),
        ["result: [1000001, \"ab\", 4000000, 1000001, \"\", 3000000, 1000000]"]
    );
}

#[test]
fn so_can_arrays_and_maps() {
    let notebook = Notebook::new();
    let code = "let a = []; a.pad(500_000, 7); let m = #{}; for i in 0..20_000 { m[`k${i}`] = i; } let n = m + #{ x: 1 };
        let j = m.to_json(); [a.to_string().len(), n.len(), parse_json(j).len(), a.to_json().len()]";
    assert_eq!(notebook.outputs(code), ["result: [1500000, 20001, 20000, 1000001]"]);
}

#[test]
fn what_would_take_too_long_is_refused_by_name() {
    let notebook = Notebook::new();
    notebook.outputs("let s = \"\"; s.pad(5_000_000, 'x'); let a = []; a.pad(1_100_000, 1); ()");
    for call in [
        "s.to_upper()",
        "a + a",
        "a.extract(1)",
        "a.splice(0..=1_099_999, [])",
        "blob(100_000_000)",
        "s.chars(3)",
    ] {
        let error = notebook.error(call);
        assert_eq!(error.name, "SizeLimitError", "{call}: {}", error.message);
        let word =
            ["to_upper", "+", "extract", "splice", "blob", "chars"].iter().find(|word| call.contains(**word));
        assert!(headline(&error).contains(word.unwrap()), "{}", headline(&error));
        assert!(headline(&error).contains("work in parts"), "{}", headline(&error));
    }
    // A refusal can be caught, and nothing has changed.
    assert_eq!(
        notebook.outputs("try { a.append(a); } catch (e) { print(e.error) } a.len()"),
        ["out: SizeLimitError", "result: 1100000"]
    );
}

#[test]
fn padding_with_nothing_is_an_error() {
    let notebook = Notebook::new();
    assert_eq!(notebook.error("let s = \"a\"; s.pad(5, \"\"); s").name, "ValueError");
    assert_eq!(notebook.outputs("s.pad(5, \"xyz\"); s"), ["result: \"axyzx\""]);
}

#[test]
fn json_goes_there_and_back() {
    let notebook = Notebook::new();
    let code = r#"let v = #{ a: [1, 2.5, (), true, "x\"y"], b: #{ c: "é" } }; let j = v.to_json(); print(j); parse_json(j) == v"#;
    let outputs = notebook.outputs(code);
    assert_eq!(outputs, [r#"out: {"a":[1,2.5,null,true,"x\"y"],"b":{"c":"é"}}"#, "result: true"]);
    assert_eq!(notebook.outputs("parse_json(\"[1, {}]\")"), ["result: [1, #{}]"]);
    let error = notebook.error("parse_json(\"{\")");
    assert!(headline(&error).starts_with("ValueError: this is no JSON: EOF"), "{}", headline(&error));
    let deep = format!("parse_json(\"{}\")", "[".repeat(60_000));
    assert_eq!(notebook.error(&deep).name, "ValueError");
}

#[test]
fn the_text_of_a_value_is_rhais() {
    let notebook = Notebook::new();
    let code =
        "let f = |x| x; let v = [1, 1.5, 'c', \"a\\n\", (), true, #{ \"a b\": [2] }, 3..4]; print(v); `${v}`";
    let text = r#"[1, 1.5, c, "a\n", (), true, #{"a b": [2]}, 3..4]"#;
    let outputs = notebook.outputs(code);
    assert_eq!(outputs[0], format!("out: {text}"));
}

#[test]
fn what_is_large_can_be_worked_on_in_parts() {
    let notebook = Notebook::new();
    notebook
        .outputs("let a = []; a.pad(1_100_000, 1); a[7] = [2]; let s = \"\"; s.pad(5_000_000, \"aé日\"); ()");
    for (code, result) in [
        ("a.extract(5, 3)", "[1, 1, [2]]"),
        ("a.extract(-2)", "[1, 1]"),
        ("a.extract(6..8)", "[1, [2]]"),
        ("a.extract(6..=7)", "[1, [2]]"),
        ("a.append([3]); a.len()", "1100001"),
        ("a.splice(-1, 1, [4, 5]); a.extract(-3, 3)", "[1, 4, 5]"),
        ("[a.drain(7, 1), a.len()]", "[[[2]], 1100001]"),
        ("[a.split(1_099_999), a.len()]", "[[4, 5], 1099999]"),
        ("[a.retain(2, 3).len(), a]", "[1099996, [1, 1, 1]]"),
        ("s.sub_string(4_000_000, 4)", "\"é日aé\""),
        ("s.sub_string(-3)", "\"日aé\""),
        ("s.sub_string(4_999_998..9_000_000)", "\"aé\""),
        ("s.sub_string(1_000_000..=1_000_002)", "\"é日a\""),
        ("s.crop(2_500_000, 5); s", "\"é日aé日\""),
    ] {
        assert_eq!(notebook.outputs(code), [format!("result: {result}")], "{code}");
    }
}
