//! When a failed node is tried again.

use flowno_engine::flow::{RunOptions, Scope};

use crate::support::Sheet;

#[test]
fn a_failed_node_is_tried_again_only_when_it_or_its_input_changes() {
    let sheet = Sheet::new("s = const:5(); a = over:4(s); b = inc(a); x = const:1()");
    let run = |lines: &str| {
        sheet.edit(lines).unwrap();
        let failed = sheet.run().is_err();
        (failed, sheet.took())
    };
    assert!(run("").0);
    assert_eq!(run(""), (false, vec![]));
    assert_eq!(run("x = const:2(); y = inc(b)"), (false, vec!["x()".into()]));
    assert_eq!(sheet.status("y"), "waiting");
    assert_eq!(run("s = const:6()"), (true, vec!["s()".into(), "a(6)".into()]));
    assert_eq!(run("!a"), (true, vec!["a(6)".into()]));
    assert_eq!(run("a = over:9(s)"), (false, vec!["a(6)".into(), "b(6)".into(), "y(7)".into()]));
}

#[test]
fn a_run_of_all_tries_failed_nodes_again() {
    let sheet = Sheet::new("n = const:1(); a = at:0(n); b = inc(a)");
    sheet.run().unwrap_err();
    sheet.run_with(RunOptions { scope: Scope::All, ..RunOptions::default() }).unwrap();
    assert_eq!(sheet.took(), ["n()", "a(1)", "a(1)", "b(1)"]);
}
