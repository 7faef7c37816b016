use crate::common::Notebook;

#[test]
fn when_a_method_would_change_them() {
    for (constant, calls) in [
        ("\"  x \"", &["trim()", "crop(1)", "crop(1, 2)", "crop(1..3)", "crop(1..=2)"][..]),
        ("\"x\"", &["append(blob(1, 65))", "pad(3, '-')", "pad(3, \"-\")"]),
        ("\"x\"", &["replace('x', 'y')", "replace(\"x\", \"y\")", "replace('x', \"y\")"]),
        ("[1, 1, 2, 1]", &["sort()", "sort_desc()", "sort(|a, b| a - b)", "sort_by(|a, b| a - b)"]),
        ("[1, 1, 2, 1]", &["dedup()", "dedup(|a, b| a == b)", "pad(9, 0)"]),
        ("[1, 1, 2, 1]", &["drain(|x| x == 1)", "retain(|x| x == 1)"]),
        ("#{ a: 1 }", &["mixin(#{ b: 2 })", "fill_with(#{ b: 2 })"]),
    ] {
        for call in calls {
            let notebook = Notebook::new();
            notebook.outputs(&format!("const K = {constant}; fn k() {{ global::K }}"));
            let error = notebook.error(&format!("K.{call}"));
            assert!(error.message.contains("constant"), "{constant}.{call}: {}", error.message);
            assert_eq!(notebook.outputs(&format!("K == {constant} && k() == K")), ["result: true"], "{call}");
            let changed = notebook.outputs(&format!("let v = {constant}; v.{call}; v != K"));
            assert_eq!(changed, ["result: true"], "{constant}.{call}");
        }
    }
}
