//! A pinned node keeps its value, and its readers go on with that.

use crate::support::Sheet;

#[test]
fn a_change_stops_at_it_and_goes_on_when_it_is_let_go() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b); d = add(a, c)");
    sheet.run().unwrap();
    let b = sheet.id("b");
    sheet.flow.pin(b, true);
    sheet.took();
    sheet.edit("a = const:5()").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["a()", "d(5, 3)"]);
    assert_eq!((sheet.flow.is_pinned(b), sheet.flow.is_stale(b)), (true, true));
    sheet.edit("c = double(b)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["c(2)", "d(5, 4)"], "new readers read what it has");
    sheet.flow.pin(b, false);
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["b(5)", "c(6)", "d(5, 12)"]);
    assert!(!sheet.flow.is_stale(b));
}

#[test]
fn a_failure_before_it_does_not_reach_its_readers() {
    let sheet = Sheet::new("a = const:1(); b = over:3(a); c = inc(b); d = inc(c)");
    sheet.run().unwrap();
    sheet.flow.pin(sheet.id("c"), true);
    sheet.edit("a = const:9()").unwrap();
    assert!(sheet.run().is_err());
    assert_eq!(["b", "c", "d"].map(|node| sheet.status(node)), ["failed", "clean", "clean"]);
    assert_eq!(sheet.value("d"), Some(3));
}

#[test]
fn without_a_value_it_runs_until_it_has_one() {
    let sheet = Sheet::new("a = const:1(); b = inc(a)");
    let b = sheet.id("b");
    sheet.flow.pin(b, true);
    sheet.run().unwrap();
    sheet.edit("a = const:2()").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.value("b"), sheet.flow.is_stale(b)), (Some(2), true));
}

#[test]
fn a_cycle_through_it_stands_still_until_it_is_let_go() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(3).unwrap();
    let (a, b) = (sheet.value("a"), sheet.value("b"));
    sheet.flow.pin(sheet.id("b"), true);
    sheet.edit("!a").unwrap();
    sheet.advance(3).unwrap();
    assert_eq!(sheet.value("b"), b);
    sheet.flow.pin(sheet.id("b"), false);
    sheet.advance(3).unwrap();
    assert!(sheet.value("b") > b && sheet.value("a") > a, "{:?}", sheet.value("b"));
}
