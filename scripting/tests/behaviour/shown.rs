//! What is shown, where, and how often.

use crate::common::Notebook;

#[test]
fn each_node_has_a_display_anonymous_ones_none() {
    let notebook = Notebook::new();
    let cell = "node Add(x, y) { x + y } flow.c = Add(1, Add(2, 3));";
    assert_eq!(notebook.outputs(cell), ["show: c = 6"]);
    assert_eq!(notebook.live("A", cell).outputs()[0], "show flowno/c: c = 6");
}

#[test]
fn more_than_twelve_are_shown_with_a_hint() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("for i in 0..13 { flow[`n${i}`] = i; }");
    assert_eq!(outputs.len(), 14);
    assert_eq!(
        outputs[13],
        "show: 13 nodes have a display each; flow.show = \"table\" shows those of a cell in one table"
    );
    assert_eq!(Notebook::new().outputs("for i in 0..12 { flow[`n${i}`] = i; }").len(), 12);
}

#[test]
fn in_a_table_or_not_at_all() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("flow.show = \"table\"; flow.a = 1; flow.b = \"x\";");
    assert_eq!(
        outputs,
        ["show: node  value\n a     1\n b     \"x\""].map(|text| text.replace("node  value", " node  value"))
    );
    assert!(notebook.outputs("flow.show = \"none\"; flow.a = 2;").is_empty());
    assert_eq!(notebook.error("flow.show = \"some\";").name, "ValueError");
}

#[test]
fn a_live_table_follows_its_nodes() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.show = \"table\"; flow.a = 1;").outputs();
    let outputs = notebook.live("B", "flow.show = \"each\"; flow.a = 5;").outputs();
    assert!(
        outputs.iter().any(|line| line.starts_with("update flowno-table/A") && line.contains('5')),
        "{outputs:?}"
    );
}

#[test]
fn show_displays_a_node_here_and_keeps_it_up_to_date() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    assert_eq!(notebook.live("B", "flow.a.show();").outputs(), ["show flowno/a: a = 1"]);
    let outputs = notebook.live("C", "flow.a = 2;").outputs();
    assert!(outputs.iter().any(|line| line.ends_with("flowno/a: a = 2")), "{outputs:?}");
    assert_eq!(notebook.outputs("flow.a.show(); print(1)"), ["out: 1", "show: a = 2"]);
}

#[test]
fn values_are_cut_and_say_how_much_is_left_out() {
    let notebook = Notebook::new();
    let outputs = notebook.outputs("let s = \"\"; s.pad(20000, \"x\"); flow.a = s;");
    assert!(
        outputs[0].len() < 11_000 && outputs[0].contains("more characters; .value has all"),
        "{}",
        outputs[0].len()
    );
    assert_eq!(notebook.outputs("flow.a.value.len()"), ["result: 20000"]);
}

#[test]
fn updates_of_all_displays_together_stay_under_three_hundred_a_second() {
    let notebook = Notebook::new();
    let define = "node Tick(n) { for i in 0..n { yield i; sleep(0.01); } } for i in 0..60 { flow[`t${i}`] = Tick(300); }";
    let outputs = notebook.live("A", define).outputs();
    let updates = outputs.iter().filter(|line| line.starts_with("update")).count();
    // Three seconds, and the last values.
    assert!((400..=3 * 300 + 60).contains(&updates), "{updates}");
    for i in 0..60 {
        let last = outputs.iter().rfind(|line| line.contains(&format!("flowno/t{i}:"))).unwrap();
        assert!(last.ends_with("= 44850"), "the last value is never lost: {last}");
    }
}

#[test]
fn a_front_end_that_comes_back_gets_the_latest_values() {
    let notebook = Notebook::new();
    notebook.live("A", "flow.a = 1;").outputs();
    notebook.live("B", "flow.b = 2;").outputs();
    notebook.outputs("flow.c = 3;");
    assert_eq!(notebook.reconnect(), ["1 update flowno/a: a = 1", "2 update flowno/b: b = 2"]);
}

#[test]
fn a_notebook_of_timed_flows_runs_at_once_on_a_virtual_clock() {
    let notebook = Notebook::in_real_time();
    let begun = std::time::Instant::now();
    notebook.outputs("flow.clock = \"virtual\"; node Slow(x) { sleep(3600); x + 1 } flow.a = Slow(1);");
    assert_eq!(notebook.outputs("sleep(100)"), ["result: 100.0"]);
    assert!(begun.elapsed().as_secs() < 60);
    notebook.outputs("flow.clock = \"real\";");
    assert_eq!(notebook.outputs("flow.clock"), ["result: \"real\""]);
    assert_eq!(notebook.error("flow.clock = \"slow\";").name, "ValueError");
}

#[test]
fn timed_flows_show_the_same_each_time_on_a_virtual_clock() {
    let cells = [
        "flow.clock = \"virtual\";",
        "node Tick(pause) { let i = 0; while i < 5 { yield i; i += 1; sleep(pause); } }
        flow.slow = Tick(60); flow.fast = Tick(7); flow.both = flow.slow + flow.fast;",
        "node Later(x) { sleep(3600); x + 1 } flow.a = Later(flow.both); flow.b = Later(1);",
    ];
    let headless = || {
        let notebook = Notebook::in_real_time();
        let outputs = cells.map(|code| notebook.outputs(code));
        notebook.outputs("flow.clock = \"real\";");
        outputs
    };
    let live = || {
        let notebook = Notebook::in_real_time();
        let outputs = cells.map(|code| notebook.live(&code[..9], code).outputs());
        notebook.outputs("flow.clock = \"real\";");
        // How often a display is updated meanwhile depends on the watch; what it shows first and last does not.
        outputs.map(|lines| {
            let shown: Vec<String> = lines.iter().filter(|line| line.starts_with("show")).cloned().collect();
            let last = |id: &str| lines.iter().rfind(|line| line.contains(&format!("{id}:"))).cloned();
            (shown, ["flowno/slow", "flowno/fast", "flowno/both", "flowno/a", "flowno/b"].map(last))
        })
    };
    assert_eq!(headless(), headless());
    assert_eq!(live(), live());
    assert!(headless()[1].contains(&"show: both = 20".to_owned()), "{:?}", headless()[1]);
}

#[test]
fn what_is_shown_is_read_and_run_until_complete_reads_nothing() {
    let count = "node Count(n) { for i in 0..n { yield i; } } flow.c = Count(5);";
    assert_eq!(Notebook::new().outputs(count), ["show: c = 10"]);
    let notebook = Notebook::new();
    notebook.outputs(&format!("{count} flow.run_until_complete();"));
    assert_eq!(notebook.outputs("[flow.c.status, flow.c.generation]"), ["result: [\"suspended\", [0, 0]]"]);
}

#[test]
fn pictures_are_updated_four_times_a_second() {
    let notebook = Notebook::new();
    let code = "node Draw() { for i in 0..100 { yield html(`<b>${i}</b>`); sleep(0.05); } } flow.d = Draw();";
    let outputs = notebook.live("A", code).outputs();
    let updates = outputs.iter().filter(|line| line.starts_with("update flowno/d")).count();
    assert!((15..=22).contains(&updates), "{updates} in five seconds");
    assert!(outputs.iter().any(|line| line.contains("99")), "{outputs:?}");
}
