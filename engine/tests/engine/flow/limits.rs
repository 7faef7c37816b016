//! A10: stops, generation limits, and going on after them.

use std::collections::HashMap;

use flowno_engine::flow::{Generation, RunEnd, RunError, RunOptions, Scope, Stop, TerminateLimitReached};

use crate::support::Sheet;

fn stopping(stop: Stop) -> RunOptions {
    RunOptions { scope: Scope::All, stop, terminate_on_node_error: true, ..RunOptions::default() }
}

#[test]
fn a_run_stops_at_the_node_that_reaches_its_generation() {
    let run = Generation::run;
    let cases = [
        ("a = inc(a|0)", "a", run(0), "(0,)"),
        ("a = inc(a|0)", "a", run(3), "(3,)"),
        ("a = inc(a|0); b = inc(b|0)", "b", run(2), "(2,)"),
        ("s = range:9(); t = sum(s)", "s", Generation::chunk(0, 2), "(0, 2)"),
        // A10: fewer chunks than that: the final value stops it.
        ("s = range:3(); t = sum(s)", "s", Generation::chunk(0, 50), "(0,)"),
        // Chunks do not count as runs.
        ("s = range:9(); t = sum(s)", "s", run(0), "(0,)"),
    ];
    for (lines, node, limit, reached) in cases {
        let sheet = Sheet::new(lines);
        let end = sheet.run_with(stopping(Stop::Nodes(HashMap::from([(sheet.id(node), limit)]))));
        let Err(RunError::TerminateLimitReached(TerminateLimitReached { name, generation })) = end else {
            panic!("{lines} ends with {end:?}");
        };
        assert_eq!((&*name, generation.to_string().as_str()), (node, reached), "{lines}");
    }
}

#[test]
fn who_reads_the_limiting_datum_does_not_get_it_until_the_next_run() {
    let sheet = Sheet::new("a = const:1(); b = inc(a); c = inc(b); d = inc(c)");
    let stop = Stop::Nodes(HashMap::from([(sheet.id("b"), Generation::run(0))]));
    sheet.run_with(stopping(stop)).unwrap_err();
    assert_eq!(sheet.took(), ["a()", "b(1)"]);
    assert_eq!(sheet.run().unwrap(), RunEnd::Completed);
    assert_eq!(sheet.took(), ["c(2)", "d(3)"]);
}

type Events = &'static [&'static str];

/// What a run with a stop at a chunk of `s`, or its final value, did in the end, and what the next one.
const STOPS_IN_STREAMS: [(&str, Option<u64>, Events, Events); 6] = [
    (
        "s = range:4(); t = sum(s)",
        Some(1),
        &["s()", "s:1", "t(~)", "t<1", "s:2"],
        &["t<2", "s:3", "t<3", "s:4", "t<4", "t<end"],
    ),
    // As long as a reader polls its producer itself.
    (
        "s = range:200(); t = read:120(s)",
        Some(118),
        &["s:118", "t<118", "s:119"],
        &["t<119", "s:120", "t<120"],
    ),
    (
        "s = range:3(); m = map(s); t = sum(m)",
        Some(1),
        &["s()", "s:1", "m(~)", "m<1", "m:2", "t(~)", "t<2", "s:2"],
        &["m<2", "m:4", "t<4", "s:3", "m<3", "m:6", "t<6", "m<end", "t<end"],
    ),
    // Nor does who makes several of one chunk go on before.
    (
        "s = range:4(); m = twice(s); t = sum(m)",
        Some(3),
        &["s:3", "m<2", "m:4", "t<4", "s:4"],
        &[
            "m:2", "t<2", "m<3", "m:6", "t<6", "m:3", "t<3", "m<4", "m:8", "t<8", "m:4", "t<4", "m<end",
            "t<end",
        ],
    ),
    (
        "s = range:2(); z = zip(s, s)",
        Some(1),
        &["s()", "s:1", "z(~, ~)", "z<1", "z<1", "s:2"],
        &["z<2", "z<2", "z<end"],
    ),
    // The end is read of the final value.
    ("s = range:2(); t = sum(s)", None, &["s()", "s:1", "t(~)", "t<1", "s:2", "t<2"], &["t<end"]),
];

#[test]
fn who_reads_the_limiting_chunk_does_not_get_it_until_the_next_run() {
    for (lines, chunk, first, next) in STOPS_IN_STREAMS {
        let sheet = Sheet::new(lines);
        let limit = chunk.map_or(Generation::run(0), |chunk| Generation::chunk(0, chunk));
        let end = sheet.run_with(stopping(Stop::Nodes(HashMap::from([(sheet.id("s"), limit)]))));
        assert!(matches!(end, Err(RunError::TerminateLimitReached(_))), "{lines} ends with {end:?}");
        assert_eq!(sheet.generation("s"), limit.to_string(), "{lines}");
        let log = sheet.took();
        assert_eq!(log[log.len().saturating_sub(first.len())..], *first, "{lines}");
        assert_eq!(sheet.run().unwrap(), RunEnd::Completed);
        assert_eq!(sheet.took(), next, "{lines}");
    }
}

#[test]
fn a_limit_that_is_never_reached_does_not_matter() {
    let sheet = Sheet::new("a = const:1(); b = inc(a)");
    assert_eq!(sheet.run_with(stopping(Stop::All(Generation::run(1)))).unwrap(), RunEnd::Completed);
}

#[test]
fn a_run_goes_on_after_a_limit_as_if_there_had_been_none() {
    let lines = "s = counter(); a = add(b|0, s); b = double(a); c = roll(b)";
    let whole = Sheet::new(lines);
    whole.run_with(stopping(Stop::All(Generation::run(6)))).unwrap_err();
    let parts = Sheet::new(lines);
    for generation in [0, 1, 4, 6] {
        let stop = Stop::Nodes(HashMap::from([(parts.id("b"), Generation::run(generation))]));
        parts.run_with(stopping(stop)).unwrap_err();
    }
    let last = Stop::Nodes(HashMap::from([(parts.id("c"), Generation::run(5))]));
    parts.run_with(stopping(last)).unwrap_err();
    for node in ["s", "a", "b", "c"] {
        let (whole, parts) = (whole.did(node), parts.did(node));
        let both = whole.len().min(parts.len());
        assert!(both >= 5, "{node}");
        assert_eq!(whole[..both], parts[..both], "{node}");
    }
}

/// Cycles with all that can hang on them.
const PACED: [&str; 6] = [
    "a = inc(a|0)",
    "a = inc(b|0); b = double(a); c = roll(b)",
    "s = counter(); a = add(b|0, s); b = double(a); z = mix(a, b, s)",
    "s = range(t|2); t = sum(s); u = roll(t)",
    "s = final:5(t|2); m = map(s); t = sum(m); k = same(s)",
    "a = inc(b|0); b = double(a); c = add(c|1, b); d = mix(c, a)",
];

#[test]
fn three_generations_twice_are_six() {
    for lines in PACED {
        let (twice, once) = (Sheet::new(lines), Sheet::new(lines));
        assert_eq!(twice.advance(3).unwrap(), RunEnd::Paused, "{lines}");
        twice.advance(3).unwrap();
        once.advance(6).unwrap();
        for id in once.flow.nodes() {
            let name = once.flow.name(id).expect("a node");
            assert_eq!(twice.did(&name), once.did(&name), "{name} of {lines}");
            assert_eq!(once.calls(&name), 7, "{name} of {lines}");
            assert_eq!(once.generation(&name), "(6,)", "{name} of {lines}");
        }
    }
}

#[test]
fn an_edit_drops_what_a_stopped_run_was_to_go_on_with() {
    for (edit, reached) in [
        ("-s; -t; a = inc(b|0); b = inc(a)", [("a", "(3,)"), ("b", "(3,)")]),
        ("-s; -t; b = inc(a); a = inc(x); x = const:1()", [("a", "(0,)"), ("b", "(0,)")]),
    ] {
        let sheet = Sheet::new("s = slow_range:9(); t = sum(s)");
        let stop = Stop::Nodes(HashMap::from([(sheet.id("s"), Generation::chunk(0, 3))]));
        sheet.run_with(stopping(stop)).unwrap_err();
        sheet.edit(edit).unwrap();
        sheet.advance(3).unwrap();
        for (node, generation) in reached {
            assert_eq!(sheet.generation(node), generation, "{node} after {edit}");
        }
    }
}

#[test]
fn an_acyclic_flow_completes_under_a_generation_limit() {
    let sheet = Sheet::new("a = const:1(); b = inc(a)");
    assert_eq!(sheet.advance(0).unwrap(), RunEnd::Completed);
}

#[test]
fn all_components_get_on_under_a_limit() {
    // B8: in Flowno the first cycle starves the second.
    let sheet = Sheet::new("a = inc(a|0); b = inc(b|10); c = const:1()");
    let stop = Stop::Nodes(HashMap::from([(sheet.id("b"), Generation::run(2))]));
    sheet.run_with(stopping(stop)).unwrap_err();
    assert_eq!((sheet.value("b"), sheet.value("c")), (Some(13), Some(1)));
}
