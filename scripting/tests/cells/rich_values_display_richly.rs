use crate::common::Notebook;
use crate::common::bundles::{text, types};

/// The smallest PNG: one transparent pixel.
const PNG: &str = "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082";

/// A cell that makes a blob of hexadecimal digits.
fn blob(hex: &str) -> String {
    let bytes: Vec<String> =
        hex.as_bytes().chunks(2).map(|pair| format!("0x{}", String::from_utf8_lossy(pair))).collect();
    format!("let b = blob(); for x in [{}] {{ b.push(x); }}", bytes.join(", "))
}

#[test]
fn markup_is_the_users_own() {
    let notebook = Notebook::new();
    let html = notebook.bundle(r#"html("<b>bold & proud</b>")"#);
    assert_eq!(types(&html), ["text/plain", "text/html"]);
    assert_eq!(text(&html, "text/html"), "<b>bold & proud</b>");
    assert_eq!(text(&notebook.bundle(r##"markdown("# Title")"##), "text/markdown"), "# Title");
    assert_eq!(text(&notebook.bundle(r#"svg("<svg/>")"#), "image/svg+xml"), "<svg/>");
}

#[test]
fn latex_is_put_between_dollar_signs_once() {
    let notebook = Notebook::new();
    let of = |code: &str| text(&notebook.bundle(code), "text/latex").to_owned();
    assert_eq!(of(r#"latex("x^2")"#), "$\\displaystyle x^2$");
    assert_eq!(of(r#"latex("$x^2$")"#), "$x^2$");
    assert_eq!(of(r#"latex(`\begin{align}x\end{align}`)"#), "\\begin{align}x\\end{align}");
}

#[test]
fn json_is_a_tree() {
    let notebook = Notebook::new();
    let data = notebook.bundle(r#"json(#{ a: [1, 2.5, true, ()], b: "text" })"#);
    assert_eq!(data["application/json"], serde_json::json!({ "a": [1, 2.5, true, null], "b": "text" }));
    assert_eq!(types(&notebook.bundle("json(7)")), ["text/plain"], "the protocol has no JSON numbers");
}

#[test]
fn values_that_nest_too_deeply_are_refused() {
    let error = Notebook::new().error("let a = [1]; for i in 0..200 { a = [a]; } json(a)");
    assert_eq!(error.name, "ValueError");
    assert!(error.message.starts_with("this value nests more than 100 levels deep"), "{}", error.message);
}

#[test]
fn a_picture_is_told_by_its_bytes() {
    let notebook = Notebook::new();
    let data = notebook.bundle(&format!("{} image(b)", blob(PNG)));
    assert_eq!(text(&data, "text/plain"), "PNG picture, 1 x 1 pixels");
    assert!(text(&data, "image/png").starts_with("iVBORw0KGgo"), "base64");
    for (hex, mime) in [
        ("474946383961010001008000", "image/gif"),
        ("ffd8ffe000104a46494600010100", "image/jpeg"),
        ("524946461a000000574542505650384c0d000000", "image/webp"),
    ] {
        let data = notebook.bundle(&format!("{} image(b)", blob(hex)));
        assert_eq!(types(&data)[1], mime);
    }
}

#[test]
fn what_is_no_picture_is_refused() {
    let notebook = Notebook::new();
    let error = notebook.error(&format!("{} image(b)", blob("68656c6c6f")));
    assert_eq!(error.name, "ValueError");
    assert!(error.message.contains("not a blob that begins 68 65 6c 6c 6f"), "{}", error.message);
    assert!(notebook.error("image(blob())").message.contains("an empty blob"));
}

#[test]
fn content_of_more_than_two_megabytes_is_left_out() {
    let code = r#"let s = "xxxxxxxxxxxxxxxx"; for i in 0..18 { s += s; } html(s)"#;
    let data = Notebook::new().bundle(code);
    assert_eq!(types(&data), ["text/plain"]);
    let text = text(&data, "text/plain");
    assert!(
        text.ends_with("(not shown: its 4194304 bytes are more than the 2 MiB of a display)"),
        "{text:?}"
    );
    assert!(text.len() < 11_000);
}

#[test]
fn vega_takes_maps_and_text() {
    let notebook = Notebook::new();
    let data = notebook.bundle(r#"vega(#{ mark: "bar", title: "Sales" })"#);
    assert_eq!(text(&data, "text/plain"), "Vega-Lite chart: Sales");
    let spec = &data["application/vnd.vegalite.v5+json"];
    assert_eq!(spec["mark"], "bar");
    assert_eq!(spec["$schema"], "https://vega.github.io/schema/vega-lite/v5.json");
    let vega = notebook.bundle(r#"vega(`{"$schema": "https://vega.github.io/schema/vega/v5.json"}`)"#);
    assert_eq!(types(&vega), ["text/plain", "application/vnd.vega.v5+json"]);
    for (code, message) in [
        (r#"vega(`{"$schema": "https://vega.github.io/schema/vega-lite/v2.json"}`)"#, "v2.json"),
        ("vega(`{`)", "vega takes a map or JSON text"),
        ("vega(3)", "vega takes a specification"),
    ] {
        assert!(notebook.error(code).message.contains(message), "{code}");
    }
}

#[test]
fn a_node_displays_its_value_richly() {
    let notebook = Notebook::new();
    let data = notebook.bundle("node Bold(x) { html(`<b>${x}</b>`) } flow.b = Bold(7);");
    let captioned = "<div style=\"font-weight: 600\">b</div><b>7</b>";
    assert_eq!(text(&data, "text/html"), captioned);
    assert_eq!(text(&data, "text/plain"), "b = <b>7</b>");
    assert_eq!(text(&notebook.bundle("flow.b.value"), "text/html"), "<b>7</b>");
    assert_eq!(text(&notebook.bundle("flow.b"), "text/html"), captioned);
}

#[test]
fn text_in_lines_begins_on_a_line_of_its_own() {
    let data = Notebook::new().bundle("node T(x) { table([[x, 2], [3, 4]]) } flow.t = T(1);");
    assert_eq!(text(&data, "text/plain"), "t = \n 1  2\n 3  4");
}

#[test]
fn a_stream_of_pictures_shows_the_last() {
    let data =
        Notebook::new().bundle("node S() { for i in 0..3 { yield html(`<i>${i}</i>`); } } flow.s = S();");
    assert!(text(&data, "text/html").ends_with("<i>2</i>"));
}

#[test]
fn a_live_display_follows_and_says_when_the_value_does_not_count() {
    let notebook = Notebook::new();
    let code = "node Bold(x) { if x > 8 { throw \"too much\" } html(`<b>${x}</b>`) } flow.b = Bold(flow.x);";
    notebook.live("A", code).outputs();
    let outputs = notebook.live("B", "flow.x = 8;").outputs();
    assert!(outputs.contains(&"update flowno/b: b = <b>8</b>".to_owned()), "{outputs:?}");
    let failed = notebook.live("B", "flow.x = 9;");
    assert!(failed.result.is_err());
    let last = failed.outputs.iter().rfind(|line| line.starts_with("update flowno/b")).unwrap();
    assert_eq!(last, "update flowno/b: b failed: too much");
}

#[test]
fn inside_other_values_they_are_named() {
    let notebook = Notebook::new();
    assert_eq!(
        notebook.outputs("[html(\"<b>\"), table([1])]"),
        ["result: [(html of 3 characters), (table of 1 row)]"]
    );
    assert_eq!(notebook.outputs("print(`${markdown(\"*a*\")}`)"), ["out: (markdown of 3 characters)"]);
    assert_eq!(notebook.outputs("print(markdown(\"*a*\"))"), ["out: *a*"]);
}
