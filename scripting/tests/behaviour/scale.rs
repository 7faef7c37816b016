//! A change costs what it changes, however large the graph is.

use crate::common::Notebook;

/// A notebook of a chain of nodes, each with a leaf.
fn chain(length: usize) -> Notebook {
    let notebook = Notebook::new();
    notebook.outputs("flow.show = \"none\"; node Inc(x) { x + 1 } flow.n0 = Inc(0);");
    notebook.outputs(&format!("for i in 1..{length} {{ flow[`n${{i}}`] = Inc(flow[`n${{i - 1}}`]); }}"));
    notebook
}

#[test]
fn rewiring_a_leaf_of_ten_thousand_nodes_runs_that_leaf_alone() {
    let notebook = chain(5_000);
    notebook.outputs("for i in 0..5000 { flow[`leaf${i}`] = Inc(flow[`n${i}`]); }");
    let outputs = notebook.outputs("flow.show = \"each\"; flow.leaf77 = Inc(flow.n78);");
    assert_eq!(outputs, ["show: leaf77 = 80"]);
    let generations = "let runs = 0; for i in 0..5000 { runs += flow[`n${i}`].generation[0] + flow[`leaf${i}`].generation[0]; } runs";
    assert_eq!(notebook.outputs(generations), ["result: 1"], "nothing else has run again");
}
