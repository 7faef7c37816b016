//! Looking back and at the whole.

use crate::common::{Notebook, bundles::text};

#[test]
fn a_node_tells_its_last_values_with_their_generations() {
    let notebook = Notebook::new();
    notebook.outputs("flow.generations = 5; node Add(x, y = 0) { x + y } flow.t = Add(1, flow.t);");
    let code =
        "let h = flow.t.history(2); [h.len(), h[0].generation, h[0].value, h[1].generation, h[1].value]";
    assert_eq!(notebook.outputs(code), ["result: [2, [4], 5, [5], 6]"]);
    assert_eq!(notebook.outputs("flow.at(2).t"), ["result: 3"]);
    assert_eq!(notebook.outputs("flow.at([99]).len()"), ["result: 0"]);
    assert_eq!(notebook.error("flow.t.history(-1)").name, "ValueError");
}

#[test]
fn chunks_are_in_it_too() {
    let notebook = Notebook::new();
    notebook.outputs("node Count(n) { for i in 0..n { yield i; } } flow.c = Count(3);");
    let code = "flow.c.history(10).map(|past| [past.generation, past.value])";
    assert_eq!(notebook.outputs(code), ["result: [[[0, 0], 0], [[0, 1], 1], [[0, 2], 2], [[0], 3]]"]);
}

#[test]
fn lineage_names_the_nodes_and_cells_that_made_a_value() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = 1; flow.other = 5;");
    notebook.outputs("flow.b = Inc(Inc(flow.a));");
    let bundle = notebook.bundle("flow.lineage(\"b\")");
    let plain = text(&bundle, "text/plain");
    assert!(plain.contains("In [1]") && plain.contains("In [2]") && !plain.contains("other"), "{plain}");
    assert_eq!(plain.lines().count(), 4, "{plain}");
}

#[test]
fn lineage_says_which_names_no_cell_defines_under_value() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.b = Inc(flow.missing);");
    let bundle = notebook.bundle("flow.lineage(\"b\")");
    let plain = text(&bundle, "text/plain");
    let heads = plain.lines().next().unwrap();
    let row = plain.lines().find(|line| line.trim_start().starts_with("missing")).unwrap();
    let place = row.find("no cell defines it yet: flow.missing = ...").unwrap();
    let value = heads.find("value").unwrap();
    assert!(place.abs_diff(value) <= 1, "{plain}");
}

#[test]
fn nodes_are_a_table_of_wiring_and_values() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } flow.a = 1; flow.b = Inc(flow.a);");
    let bundle = notebook.bundle("flow.nodes()");
    let plain = text(&bundle, "text/plain");
    assert!(
        plain
            .lines()
            .any(|line| ["b", "Inc", "a", "clean", "(0,)", "2"].iter().all(|part| line.contains(part))),
        "{plain}"
    );
    assert!(text(&bundle, "text/html").contains("<table"));
}

#[test]
fn stats_count_runs_items_and_time() {
    let notebook = Notebook::new();
    notebook.outputs("node Tick(n) { for i in 0..n { yield i; sleep(1); } } node Inc(x) { x + 1 }");
    notebook.outputs("flow.t = Tick(4); flow.i = Inc(Inc(1));");
    let bundle = notebook.bundle("flow.stats()");
    let plain = text(&bundle, "text/plain");
    let row = |name: &str| -> Vec<String> {
        let line = plain.lines().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    };
    let (tick, inc) = (row("t"), row("i"));
    assert_eq!((&*tick[1], &*tick[4]), ("1", "4"), "{plain}");
    assert!((3.9..4.1).contains(&tick[3].parse::<f64>().unwrap()), "waiting: {plain}");
    assert_eq!((&*inc[1], &*inc[4]), ("2", "2"), "in sum with the anonymous one: {plain}");
}

#[test]
fn the_graph_is_a_picture_with_text_beside_it() {
    let notebook = Notebook::new();
    notebook.outputs("node Inc(x) { x + 1 } node Add(x, y = 0) { x + y } flow.a = Inc(flow.missing); flow.t = Add(1, flow.t);");
    let bundle = notebook.bundle("flow");
    let html = text(&bundle, "text/html");
    assert!(
        html.contains("<svg") && html.contains("<title>") && html.contains("no cell defines it yet"),
        "{html}"
    );
    assert!(text(&bundle, "text/plain").contains("a waits for missing"));
    assert_eq!(notebook.bundle("flow.graph()"), bundle);
    let diagram = notebook.bundle("flow.graph(\"mermaid\")");
    assert!(text(&diagram, "text/vnd.mermaid").contains("n1 ==> n1"), "{diagram:?}");
    assert_eq!(notebook.error("flow.graph(\"png\")").name, "ValueError");
}

#[test]
fn a_live_graph_follows() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    assert_eq!(notebook.live("G", "flow.graph()").outputs(), ["show flowno-graph/G: a = 1"]);
    let outputs = notebook.live("B", "flow.a = 2;").outputs();
    assert!(outputs.contains(&"update flowno-graph/G: a = 2".to_owned()), "{outputs:?}");
}
