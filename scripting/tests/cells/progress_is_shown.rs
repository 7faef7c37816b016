use crate::common::Notebook;
use crate::common::bundles::text;

#[test]
fn in_the_display_of_a_node_while_it_runs() {
    let code = "node Slow(n) { for i in 0..n { progress(i + 1, n); sleep(1); } n } flow.a = Slow(4);";
    let outputs = Notebook::new().live("A", code).outputs();
    let shown = outputs.iter().filter_map(|line| line.split_once("flowno/a: "));
    let seen: Vec<&str> = shown.map(|(_, text)| text).collect();
    assert_eq!(seen.last(), Some(&"a = 4"), "{outputs:?}");
    assert!(seen.contains(&"a is running (2 of 4, 50%)"), "{outputs:?}");
    assert_eq!(seen.len(), 5, "a bar a step and the value: {outputs:?}");
}

#[test]
fn a_bar_is_html_too() {
    let data = Notebook::new().bundle("progress(1, 4);");
    assert_eq!(text(&data, "text/plain"), "1 of 4, 25%");
    assert!(text(&data, "text/html").starts_with("<progress value=\"1\" max=\"4\""), "{data:?}");
}

#[test]
fn headless_nodes_show_their_values_alone_and_cells_where_they_ended() {
    let code = "node Slow(n) { for i in 0..n { progress(i + 1, n); sleep(1); } n } flow.a = Slow(4);";
    assert_eq!(Notebook::new().outputs(code), ["show: a = 4"]);
    let code = "for i in 0..3 { progress(i + 1, 3); sleep(1); } print(\"x\"); progress(1, 2);";
    assert_eq!(Notebook::new().outputs(code), ["out: x", "show: 3 of 3, 100%", "show: 1 of 2, 50%"]);
}

#[test]
fn a_live_cell_updates_one_bar_a_call_twenty_times_a_second_at_most() {
    let outputs =
        Notebook::new().live("A", "for i in 0..1000 { progress(i + 1, 1000); sleep(0.001); }").outputs();
    assert_eq!(outputs[0], "show flowno-progress/1/1:20: 1 of 1000, 0%");
    assert_eq!(outputs.last().unwrap(), "update flowno-progress/1/1:20: 1000 of 1000, 100%");
    assert!((15..=23).contains(&outputs.len()), "{} outputs in a second", outputs.len());
}

#[test]
fn a_node_that_runs_again_begins_without_a_bar() {
    let notebook = Notebook::new();
    let code = "node Slow(n, bar) { if bar { progress(1, 2); } sleep(1); print(flow.a.status); n } flow.a = Slow(1, flow.bar); flow.bar = true;";
    notebook.live("A", code).outputs();
    let outputs = notebook.live("B", "flow.bar = false;").outputs();
    assert!(!outputs.iter().any(|line| line.contains("50%")), "{outputs:?}");
}

#[test]
fn odd_numbers_are_refused() {
    let notebook = Notebook::new();
    for code in ["progress(1, 0)", "progress(-1, 2)", "progress(0.0/0.0, 1)", "progress(\"a\", 1)"] {
        assert_eq!(notebook.error(code).name, "ValueError", "{code}");
    }
    assert_eq!(notebook.outputs("progress(5, 2.5)"), ["show: 2.5 of 2.5, 100%"]);
}
