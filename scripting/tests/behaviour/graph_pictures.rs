//! What the picture of the graph draws.

use crate::common::Notebook;

fn picture(notebook: &Notebook) -> String {
    notebook.bundle("flow")["text/html"].as_str().unwrap_or_default().to_owned()
}

/// The texts of the picture's `<text>` elements.
fn texts(picture: &str) -> Vec<&str> {
    let after = picture.split("<text").skip(1);
    after.filter_map(|part| Some(part.split_once('>')?.1.split_once("</text>")?.0)).collect()
}

#[test]
fn a_large_graph_as_a_card_a_node_and_a_line_an_edge() {
    let notebook = Notebook::new();
    notebook.outputs("flow.show = \"none\"; node Inc(x) { x + 1 } flow.n0 = 0; for i in 1..500 { flow[`n${i}`] = Inc(flow[`n${i - 1}`]); }");
    let picture = picture(&notebook);
    let texts = texts(&picture);
    for i in 0..500 {
        assert!(texts.contains(&&*format!("n{i}")), "n{i} is missing");
    }
    assert!(picture.matches("<path").count() >= 499, "{}", picture.matches("<path").count());
}

#[test]
fn one_that_is_too_large_not_at_all() {
    let notebook = Notebook::new();
    notebook.outputs("flow.show = \"none\"; for i in 0..1001 { flow[`n${i}`] = i; }");
    let picture = picture(&notebook);
    assert!(picture.contains("1001 nodes is too large to draw") && !picture.contains("<svg"), "{picture}");
    assert!(notebook.outputs("flow")[0].starts_with("result: n0 = 0\nn1 = 1"));
}

#[test]
fn a_frame_around_what_a_template_made_and_paths_in_it() {
    let notebook = Notebook::new();
    notebook.outputs(
        "node Inc(x) { x + 1 }
        template Twice(f, x) { f.first = Inc(x); f.second = Inc(f.first); f.second }
        template Four(f, x) { f.a = Twice(x); f.b = Twice(f.a); f.b }
        flow.r = Four(0);",
    );
    let picture = picture(&notebook);
    assert_eq!(picture.matches("rx=\"14\"").count(), 1, "one frame: {picture}");
    let texts = texts(&picture);
    for title in ["a.first", "b.first"] {
        assert!(texts.contains(&title), "{title} in {texts:?}");
    }
}

#[test]
fn streams_as_dashed_lines() {
    let notebook = Notebook::new();
    let nodes = "node Count() { for i in 0..3 { yield i; } } node Sum(stream xs) { let s = 0; for x in xs { s += x; } s } node Inc(x) { x + 1 }";
    notebook.outputs(nodes);
    let dashed = "stroke-dasharray=\"6 4\"";
    notebook.outputs("flow.a = 1; flow.b = Inc(flow.a);");
    assert_eq!(picture(&notebook).matches(dashed).count(), 0);
    notebook.outputs("flow.c = Count(); flow.s = Sum(flow.c);");
    assert_eq!(picture(&notebook).matches(dashed).count(), 1);
}
