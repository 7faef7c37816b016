//! Nodes that forget what they have computed.

use crate::support::Sheet;

#[test]
fn a_cycle_starts_from_its_defaults_again() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a); c = inc(a)");
    sheet.advance(3).unwrap();
    let first = sheet.took();
    sheet.flow.reset(&sheet.flow.nodes());
    assert_eq!((sheet.generation("a"), sheet.value("b"), sheet.status("c")), ("None".into(), None, "dirty"));
    sheet.advance(3).unwrap();
    assert_eq!(sheet.took(), first);
}

#[test]
fn one_node_alone_counts_its_generations_anew_and_its_readers_follow() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b)");
    sheet.run().unwrap();
    sheet.edit("!a").unwrap();
    sheet.run().unwrap();
    sheet.took();
    sheet.flow.reset(&[sheet.id("b")]);
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["b(1)", "c(2)"]);
    assert_eq!(["a", "b", "c"].map(|node| sheet.generation(node)), ["(1,)", "(0,)", "(2,)"]);
    sheet.edit("!a").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["a()", "b(1)", "c(2)"]);
}

#[test]
fn one_node_of_a_cycle_takes_what_the_others_have() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(3).unwrap();
    sheet.flow.reset(&[sheet.id("b")]);
    sheet.advance(3).unwrap();
    assert_eq!(["a", "b"].map(|node| sheet.status(node)), ["clean", "clean"]);
}

#[test]
fn a_failure_is_forgotten() {
    let sheet = Sheet::new("a = over:1(5)");
    assert!(sheet.run().is_err());
    sheet.flow.reset(&[sheet.id("a")]);
    assert_eq!(sheet.status("a"), "dirty");
}
