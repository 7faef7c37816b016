//! References to names, before and after there is a node.

use flowno_engine::flow::Blocked;

use crate::support::Sheet;

#[test]
fn a_forward_reference_is_resolved_later() {
    let sheet = Sheet::new("c = inc(b); d = inc(c); x = const:1()");
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["x()"]);
    assert_eq!(sheet.flow.root_cause(sheet.id("d")), Some(Blocked::Missing("b".into())));
    sheet.edit("b = inc(x)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["b(1)", "c(2)", "d(3)"]);
}

#[test]
fn removing_a_node_makes_its_readers_wait_and_keeps_their_values() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b)");
    sheet.run().unwrap();
    sheet.edit("-a").unwrap();
    sheet.run().unwrap();
    assert_eq!(
        ["b", "c"].map(|node| (sheet.status(node), sheet.value(node))),
        [("waiting", Some(2)), ("waiting", Some(3))]
    );
    assert_eq!((sheet.flow.node("a"), sheet.flow.nodes().len()), (None, 2));
    sheet.edit("a = const:10()").unwrap();
    sheet.run().unwrap();
    assert_eq!(
        ["b", "c"].map(|node| (sheet.status(node), sheet.value(node))),
        [("clean", Some(11)), ("clean", Some(12))]
    );
}

#[test]
fn removing_what_is_not_there_changes_nothing() {
    let sheet = Sheet::new("a = const:1()");
    sheet.edit("-b; !b; -a; -a").unwrap();
    assert!(sheet.flow.nodes().is_empty());
}

#[test]
fn the_id_of_a_removed_node_finds_nobody() {
    let sheet = Sheet::new("a = const:1(); b = const:2()");
    let id = sheet.id("a");
    sheet.edit("-a").unwrap();
    assert!(
        sheet.flow.status(id).is_none() && sheet.flow.value(id).is_none() && sheet.flow.name(id).is_none()
    );
}

#[test]
fn a_cycle_may_be_closed_through_a_name_that_comes_later() {
    let sheet = Sheet::new("a = inc(b|0)");
    sheet.run().unwrap();
    assert_eq!(sheet.status("a"), "waiting");
    sheet.edit("b = double(a)").unwrap();
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("a"), ["(0)", "(2)"]);
}
