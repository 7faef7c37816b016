use crate::common::Notebook;
use crate::common::bundles::text;

#[test]
fn in_order_with_what_is_printed() {
    let outputs = Notebook::new().outputs("display(1); print(2); display([3]); 4");
    assert_eq!(outputs, ["show: 1", "out: 2", "show: [3]", "result: 4"]);
}

#[test]
fn rich_values_are_shown_richly() {
    let data = Notebook::new().bundle("display(html(\"<b>x</b>\"));");
    assert_eq!(text(&data, "text/html"), "<b>x</b>");
}

#[test]
fn a_reference_shows_its_node() {
    let notebook = Notebook::new();
    assert_eq!(notebook.outputs("flow.a = 7; display(flow.a); ()"), ["show: a = 7", "show: a = 7"]);
    assert_eq!(notebook.outputs("display(flow.a)"), ["show: a = 7"]);
}

#[test]
fn what_nodes_display_comes_after_the_nodes_in_their_order() {
    let code = r#"
        node Show(x, s) { sleep(s); display(x); display(x + 1); x }
        flow.slow = Show(10, 0.2);
        flow.fast = Show(20, 0.1);
        display("statement");
        "result""#;
    assert_eq!(
        Notebook::new().outputs(code),
        [
            "show: \"statement\"",
            "show: slow = 10",
            "show: fast = 20",
            "show: 10",
            "show: 11",
            "show: 20",
            "show: 21",
            "result: \"result\"",
        ]
    );
}

#[test]
fn a_live_cell_shows_it_as_it_comes() {
    let code = "node Show(x) { display(x); sleep(1); x } flow.a = Show(1);";
    let outputs = Notebook::new().live("A", code).outputs();
    let at = |line: &str| {
        outputs.iter().position(|output| output == line).unwrap_or_else(|| panic!("{outputs:?}"))
    };
    assert!(at("show: 1") < at("update flowno/a: a = 1"), "{outputs:?}");
}

#[test]
fn a_flood_is_cut() {
    let outputs =
        Notebook::new().outputs("node Flood() { for i in 0..1500 { display(i); } 0 } flow.f = Flood();");
    assert_eq!(outputs.len(), 1002);
    assert_eq!(outputs.last().unwrap(), "show: 500 more displays of nodes are left out");
}
