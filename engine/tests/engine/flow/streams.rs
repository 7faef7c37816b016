//! A12 to A15: making streams and reading them.

use flowno_engine::flow::STREAM_REPLAY;

use crate::support::{Deeds, Sheet};

/// Lines, and what each node did.
const STREAMS: [(&str, Deeds); 19] = [
    // A12: without a reader one chunk; suspended when its readers stop.
    ("s = range:3()", &[("s", &["()", ":1"])]),
    ("s = range:4(); t = read:2(s)", &[("s", &["()", ":1", ":2"]), ("t", &["(~)", "<1", "<2"])]),
    ("s = range:2(); t = sum(s)", &[("s", &["()", ":1", ":2"]), ("t", &["(~)", "<1", "<2", "<end"])]),
    // A13: a reader of the value gets the fold, or the explicit final value; chunks came all the same.
    ("s = range:3(); a = same(s)", &[("s", &["()", ":1", ":2", ":3"]), ("a", &["(6)"])]),
    ("s = final:99(2); a = same(s); t = sum(s)", &[("a", &["(99)"]), ("t", &["(~)", "<1", "<2", "<end"])]),
    // A14: both sorts on one output; the same stream twice; the port that is asked for (B6).
    ("s = range:2(); t = zip(s, s)", &[("t", &["(~, ~)", "<1", "<1", "<2", "<2", "<end"])]),
    (
        "s = pairs:2(); t = sum(s.1); a = same(s.1)",
        &[("t", &["(~)", "<10", "<20", "<end"]), ("a", &["(30)"])],
    ),
    // B3: an empty stream ends at once; a value on a stream port is a stream of one.
    ("s = range:0(); t = sum(s)", &[("t", &["(~)", "<end"])]),
    ("s = const:3(); t = sum(s)", &[("t", &["(~)", "<3", "<end"])]),
    ("s = range:2(); t = sum(s, s)", &[("t", &["(~, 3)", "<1", "<2", "<end"])]),
    // One stream is left where the other ended.
    (
        "s = range:1(); r = range:9(); t = zip(s, r)",
        &[("r", &["()", ":1"]), ("t", &["(~, ~)", "<1", "<1", "<end"])],
    ),
    // A5: a maker that goes on has its stale streams brought on by a chunk, read or not; one that waits for
    // a stream only that.
    (
        "s = range:9(); u = twice(s); t = read:2(u)",
        &[("s", &["()", ":1", ":2"]), ("u", &["(~)", "<1", ":2", ":1"]), ("t", &["(~)", "<2", "<1"])],
    ),
    (
        "s = range:9(); r = range:1(); p = plus(r, s); t = sum(p)",
        &[("s", &["()", ":1", ":2"]), ("p", &["(~, ~)", "<1", "<1", ":2", "<end"])],
    ),
    (
        "s = range:9(); u = twice(s); v = twice(u); t = read:3(v)",
        &[
            ("s", &["()", ":1", ":2", ":3"]),
            ("u", &["(~)", "<1", ":2", ":1", "<2", ":4"]),
            ("v", &["(~)", "<2", ":4", ":2", "<1", ":2"]),
        ],
    ),
    // However often it was pulled meanwhile: `u` waits for `s`, and each chunk or end of `s` lets it go on once.
    (
        "s = range:3(); u = twice(s); p = pair(u); d = zip(s, s)",
        &[
            ("u", &["(~)", "<1", ":2", ":1", "<2", ":4", ":2"]),
            ("p", &["(~)", "<2", "<1", ":6", "<4", "<2", ":12"]),
        ],
    ),
    // A maker that nobody reads goes on with what it reads, to its end.
    (
        "s = range:3(); c = map(s); d = sum(c); a = sum(s); m = map(s)",
        &[("m", &["(~)", "<1", ":2", "<2", ":4", "<3", ":6", "<end"])],
    ),
    // Also if it is at work when there is news.
    (
        "s = range:3(); t = sum(s); m = slow_map(s)",
        &[("m", &["(~)", "<1", ":2", "<2", ":4", "<3", ":6", "<end"])],
    ),
    // One that begins late misses no news of the stream that it came for.
    (
        "s = range:4(); m = map(s); k = sum(m); n = add(k, 3); r = range(n); t = sum(r); u = twice(s); p = plus(u, r)",
        &[
            ("u", &["(~)", "<1", ":2", ":1", "<2", ":4", ":2", "<3", ":6"]),
            ("p", &["(~, ~)", "<2", "<1", ":3", "<1", "<2", ":3", "<4", "<end"]),
        ],
    ),
    // B7: of two readers one stops.
    (
        "s = range:3(); t = sum(s); u = read:1(s)",
        &[("t", &["(~)", "<1", "<2", "<3", "<end"]), ("u", &["(~)", "<1"])],
    ),
];

#[test]
fn streams_are_made_on_demand_and_read_in_order() {
    for (lines, expected) in STREAMS {
        let sheet = Sheet::new(lines);
        sheet.run().unwrap();
        for (node, events) in expected {
            assert_eq!(sheet.did(node), *events, "{node} of {lines}");
        }
    }
}

#[test]
fn a_pipeline_works_chunk_by_chunk() {
    let sheet = Sheet::new("s = range:3(); m = map(s); t = sum(m)");
    sheet.run().unwrap();
    let log = sheet.took();
    let place = |event: &str| log.iter().position(|line| line == event).expect("it happened");
    assert!(place("t<2") < place("s:3"), "{log:?}");
    assert_eq!(sheet.value("t"), Some(12));
}

#[test]
fn readers_begin_before_much_more_is_made_however_many_calls_are_ready() {
    let crowd: String = (0..40).map(|i| format!("r{i} = read:1(s); ")).collect();
    let sheet = Sheet::new(&format!("s = range:9(); t = sum(s); {crowd} m = map(s)"));
    sheet.run().unwrap();
    let log = sheet.took();
    let place = |event: &str| log.iter().position(|line| line == event).expect("it happened");
    assert!(place("m<1") < place("s:3"), "{log:?}");
}

#[test]
fn pipelines_beside_each_other_take_turns() {
    let sheet = Sheet::new("s = range:40(); t = sum(s); r = range:40(); v = sum(r)");
    sheet.run().unwrap();
    let log = sheet.took();
    let mut ahead = 0_i64;
    for line in &log {
        ahead += i64::from(line.starts_with("s:")) - i64::from(line.starts_with("r:"));
        assert!((-2..=2).contains(&ahead), "one is {ahead} chunks ahead: {log:?}");
    }
}

#[test]
fn a_fast_reader_waits_for_a_slow_one() {
    let sheet = Sheet::new("s = range:20(); fast = sum(s); slow = slow_sum:60(s)");
    sheet.run().unwrap();
    let log = sheet.took();
    let mut ahead = 0_i64;
    for line in &log {
        ahead +=
            i64::from(line.starts_with("s:")) - i64::from(line.starts_with("slow<") && line != "slow<end");
        assert!((0..=2).contains(&ahead), "the stream runs {ahead} chunks ahead: {log:?}");
    }
    assert_eq!((sheet.value("fast"), sheet.value("slow")), (Some(210), Some(210)));
}

#[test]
fn streams_that_are_read_one_after_the_other_do_not_deadlock() {
    let lines = "s = range:9(); r = range:9(); t = chain(s, r); u = chain(r, s); m = map(s); v = zip(m, s)";
    let sheet = Sheet::new(lines);
    sheet.run().unwrap();
    assert_eq!(sheet.value("t"), sheet.value("u"));
    assert_eq!(sheet.value("v"), Some(2 * 285));
}

#[test]
fn a_suspended_stream_goes_on_in_a_later_run() {
    let sheet = Sheet::new("s = range:4(); t = read:2(s)");
    sheet.run().unwrap();
    assert_eq!(
        (sheet.status("s"), sheet.flow.partial_value(sheet.id("s")).map(|v| v[0])),
        ("suspended", Some(3))
    );
    sheet.edit("u = sum(s)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.did("u"), ["(~)", "<1", "<2", "<3", "<4", "<end"]);
    assert_eq!((sheet.calls("s"), sheet.calls("t"), sheet.value("s")), (1, 1, Some(10)));
}

#[test]
fn a_late_reader_sees_the_whole_of_the_last_run() {
    let sheet = Sheet::new("s = range:3(); t = sum(s)");
    sheet.run().unwrap();
    sheet.edit("u = sum(s); m = map(s)").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.did("u"), ["(~)", "<1", "<2", "<3", "<end"]);
    assert_eq!((sheet.calls("s"), sheet.calls("t")), (1, 1));
}

#[test]
fn a_stream_too_long_to_keep_is_made_again_for_a_late_reader() {
    let length = STREAM_REPLAY as i64 + 10;
    let sheet = Sheet::new(&format!("s = range:{length}(); t = sum(s)"));
    sheet.run().unwrap();
    assert_eq!(sheet.calls("s"), 1);
    sheet.edit("u = sum(s)").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.calls("s"), sheet.value("u")), (2, Some(length * (length + 1) / 2)));
}

#[test]
fn a_stream_in_a_cycle_is_read_run_by_run() {
    let sheet = Sheet::new("s = range(t|2); t = sum(s)");
    sheet.advance(2).unwrap();
    assert_eq!(
        sheet.did("t"),
        ["(~)", "<1", "<2", "<end", "(~)", "<1", "<2", "<3", "<end", "(~)"]
            .into_iter()
            .map(str::to_owned)
            .chain((1..=6).map(|chunk| format!("<{chunk}")))
            .chain(["<end".to_owned()])
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_stream_port_whose_default_breaks_a_cycle_gets_the_default_itself() {
    let sheet = Sheet::new("t = sum(s|5); s = range(t)");
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("t")[..2], ["(5)", "(~)"]);
    assert_eq!(sheet.value("t"), Some(15));
}

#[test]
fn a_late_read_in_a_later_run_loses_nothing() {
    // B16: in Flowno the second port is empty from run 1 on.
    let sheet = Sheet::new("s = range(k|2); z = chain(s, s); k = low_high(2)");
    sheet.run().unwrap();
    let first = sheet.value("z");
    sheet.edit("!k").unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.calls("z"), 2);
    let whole = |z: Option<i64>| z.is_some_and(|z| z > 0);
    assert!(whole(first) && whole(sheet.value("z")));
    let reads: Vec<String> = sheet.did("z").into_iter().filter(|event| event == "<end").collect();
    assert_eq!(reads.len(), 4);
}
