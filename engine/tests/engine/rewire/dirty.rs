//! Only what a change touches runs.

use crate::support::Sheet;

const DIAMOND: &str = "s = const:3(); a = inc(s); b = double(s); z = mix(a, b); y = inc(b)";

#[test]
fn only_dirty_nodes_run_and_each_once() {
    let cases: [(&str, &[&str]); 8] = [
        ("a = double(s)", &["a(3)", "z(6, 6)"]),
        ("b = inc(s)", &["b(3)", "z(4, 4)", "y(4)"]),
        ("s = const:5()", &["s()", "a(5)", "b(5)", "z(6, 10)", "y(10)"]),
        ("n = inc(a)", &["n(4)"]),
        ("!y", &["y(6)"]),
        ("!z; !a", &["a(3)", "z(4, 6)"]),
        ("-y", &[]),
        ("z = mix(b, a); -y; y = same(a)", &["y(4)", "z(6, 4)"]),
    ];
    for (lines, calls) in cases {
        let sheet = Sheet::new(DIAMOND);
        sheet.run().unwrap();
        sheet.took();
        sheet.edit(lines).unwrap();
        sheet.run().unwrap();
        let (mut took, mut calls) = (sheet.took(), calls.to_vec());
        took.sort();
        calls.sort_unstable();
        assert_eq!(took, calls, "{lines}");
    }
}

#[test]
fn edits_add_up_until_the_next_run() {
    let sheet = Sheet::new(DIAMOND);
    sheet.run().unwrap();
    sheet.took();
    for lines in ["a = double(s)", "a = inc(s)", "!b", "y = same(b)", "x = inc(z)"] {
        sheet.edit(lines).unwrap();
    }
    sheet.run().unwrap();
    assert_eq!(["s", "a", "b", "z", "y", "x"].map(|node| sheet.calls(node)), [0, 1, 1, 1, 1, 1]);
}

#[test]
fn touching_by_id_runs_what_touching_by_name_runs_and_passes_over_the_removed() {
    let sheet = Sheet::new(DIAMOND);
    sheet.run().unwrap();
    let (a, y) = (sheet.id("a"), sheet.id("y"));
    sheet.edit("-y").unwrap();
    sheet.took();
    sheet.flow.touch(&[y, a]);
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["a(3)", "z(4, 6)"]);
}
