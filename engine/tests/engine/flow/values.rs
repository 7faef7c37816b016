//! A1, A3: acyclic graphs.

use crate::support::{Deeds, Sheet};

/// Lines, and the calls of each node.
const GRAPHS: [(&str, Deeds); 8] = [
    // A3: a diamond runs each node once, however it is defined.
    ("a = const:3(); b = inc(a); e = double(a); z = mix(b, e)", &[("a", &["()"]), ("z", &["(4, 6)"])]),
    ("z = mix(b, e); e = double(a); b = inc(a); a = const:3()", &[("a", &["()"]), ("z", &["(4, 6)"])]),
    // B1: Flowno runs these twice, or for ever.
    (
        "z = add(b, 1, a); b = same(a); a = const:11()",
        &[("a", &["()"]), ("b", &["(11)"]), ("z", &["(11, 1, 11)"])],
    ),
    (
        "x = add(1); y = add(x); z = mix(x, y); w = add(x)",
        &[("x", &["(1)"]), ("y", &["(1)"]), ("z", &["(1, 1)"])],
    ),
    // A1: constants, defaults of what is connected (ignored) and of what is not.
    ("s = const:3(); a = inc(s|1000); b = inc(|7)", &[("a", &["(3)"]), ("b", &["(7)"])]),
    // Components that have nothing to do with each other.
    ("a = const:1(); b = const:2(); c = inc(a); d = inc(b)", &[("c", &["(1)"]), ("d", &["(2)"])]),
    // The same output twice, and both outputs.
    ("a = swap(1, 2); b = mix(a, a.1, a.0)", &[("b", &["(2, 1, 2)"])]),
    ("a = low_high(5); b = mix(a.high, a.low, a)", &[("b", &["(6, 4, 4)"])]),
];

#[test]
fn every_node_of_an_acyclic_graph_is_called_once() {
    for (lines, expected) in GRAPHS {
        let sheet = Sheet::new(lines);
        sheet.run().unwrap();
        for (node, calls) in expected {
            assert_eq!(sheet.did(node), *calls, "{node} of {lines}");
        }
        sheet.run().unwrap();
        assert_eq!(sheet.took().len(), sheet.flow.nodes().len(), "a second run finds nothing to do: {lines}");
    }
}

#[test]
fn an_empty_flow_completes() {
    let end = Sheet::new("").run().unwrap();
    assert_eq!(end, flowno_engine::flow::RunEnd::Completed);
}
