//! What a display shows is read.

use flowno_engine::flow::{RunOptions, Scope};

use crate::support::Sheet;

#[test]
fn a_shown_stream_runs_to_its_end_when_the_run_drains() {
    for (drain_shown, value, status) in [(true, Some(6), "clean"), (false, None, "suspended")] {
        let sheet = Sheet::new("s = range:3()");
        sheet.flow.set_shown(sheet.id("s"), true);
        sheet.run_with(RunOptions { drain_shown, ..RunOptions::default() }).unwrap();
        assert_eq!((sheet.value("s"), sheet.status("s")), (value, status));
    }
}

#[test]
fn a_drained_stream_waits_for_its_readers() {
    let sheet = Sheet::new("s = range:3(); t = sum(s)");
    sheet.flow.set_shown(sheet.id("s"), true);
    sheet.run_with(RunOptions { drain_shown: true, ..RunOptions::default() }).unwrap();
    assert_eq!(sheet.took(), ["s()", "s:1", "t(~)", "t<1", "s:2", "t<2", "s:3", "t<3", "t<end"]);
}

#[test]
fn asking_for_a_node_runs_what_it_needs_and_nothing_more() {
    let sheet =
        Sheet::new("a = const:1(); b = inc(a); c = inc(b); x = const:2(); s = range:3(); r = read:1(s)");
    let ask = |name: &str| {
        let scope = Scope::Nodes(vec![sheet.id(name)]);
        sheet.run_with(RunOptions { scope, ..RunOptions::default() }).unwrap();
        sheet.took()
    };
    assert_eq!(ask("b"), ["a()", "b(1)"]);
    assert_eq!(ask("b"), [""; 0]);
    assert_eq!(ask("s"), ["s()", "s:1", "s:2", "s:3"]);
    assert_eq!(sheet.value("s"), Some(6));
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["c(2)", "x()", "r(~)", "r<1"]);
}
