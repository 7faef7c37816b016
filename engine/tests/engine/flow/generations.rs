//! A2: the order of generations, and which one a node has.

use flowno_engine::flow::Generation;

use crate::support::Sheet;

#[test]
fn chunks_come_before_the_final_value_of_their_run() {
    let order = [
        None,
        Some(Generation::chunk(0, 0)),
        Some(Generation::chunk(0, 1)),
        Some(Generation::chunk(0, u64::MAX - 1)),
        Some(Generation::run(0)),
        Some(Generation::chunk(1, 0)),
        Some(Generation::run(1)),
    ];
    assert!(order.is_sorted_by(|a, b| a < b));
}

#[test]
fn a_node_has_the_generation_of_its_newest_datum() {
    let cases = [
        ("a = const:1()", "a", "(0,)"),
        ("a = range:3()", "a", "(0, 0)"), // nobody reads it
        ("a = range:3(); b = read:2(a)", "a", "(0, 1)"),
        ("a = range:3(); b = sum(a)", "a", "(0,)"),
        ("a = range:3(); b = same(a)", "a", "(0,)"),
        ("a = inc(nobody)", "a", "None"),
    ];
    for (lines, node, expected) in cases {
        let sheet = Sheet::new(lines);
        sheet.run().unwrap();
        assert_eq!(sheet.generation(node), expected, "{lines}");
    }
}
