//! A4 to A9: lockstep, and how cycles are broken.

use flowno_engine::flow::{OnMissingDefault, RunEnd, RunError, RunOptions, Scope};

use crate::support::{Deeds, Sheet, edit};

/// Lines, further generations, and the calls of each node.
const CYCLES: [(&str, u64, Deeds); 10] = [
    ("a = inc(a|3)", 3, &[("a", &["(3)", "(4)", "(5)", "(6)"])]),
    (
        "a = inc(b|0); b = double(a)",
        3,
        &[("a", &["(0)", "(2)", "(6)", "(14)"]), ("b", &["(1)", "(3)", "(7)", "(15)"])],
    ),
    // A4: a source runs once a generation, in step with the cycle.
    ("s = counter(); a = add(b|0, s); b = double(a)", 2, &[("a", &["(0, 0)", "(0, 1)", "(2, 2)"])]),
    // A4, B2: a reader of a cycle misses nothing.
    ("r = inc(r|10); z = mix(1, r)", 3, &[("z", &["(1, 11)", "(1, 12)", "(1, 13)", "(1, 14)"])]),
    ("a = inc(a|0); b = inc(a); x = inc(b); z = mix(a, x)", 1, &[("z", &["(1, 3)", "(2, 4)"])]),
    // A6: only a node with defaults for all that comes from the component can be the first.
    (
        "a = add(b|1, e); b = inc(a); e = inc(a|50)",
        1,
        &[("e", &["(50)", "(52)"]), ("a", &["(1, 51)", "(53, 53)"])],
    ),
    ("a = inc(e|0); b = add(a, b|10); e = double(b)", 1, &[("b", &["(1, 10)", "(23, 11)"])]),
    ("a = swap(a.0|-10, a.1|13)", 2, &[("a", &["(-10, 13)", "(13, -10)", "(-10, 13)"])]),
    // A7: of several the first in the order of definition.
    ("b = double(a|100); a = inc(b|0)", 1, &[("b", &["(100)", "(201)"]), ("a", &["(200)", "(402)"])]),
    // A9: state lives across generations.
    ("a = roll(b|1); b = inc(a)", 2, &[("a", &["(1)", "(2)", "(4)"]), ("b", &["(1)", "(3)", "(7)"])]),
];

#[test]
fn cycles_go_in_lockstep_from_their_defaults() {
    for (lines, further, expected) in CYCLES {
        let sheet = Sheet::new(lines);
        sheet.advance(further).unwrap();
        for (node, calls) in expected {
            assert_eq!(sheet.did(node), *calls, "{node} of {lines}");
        }
    }
}

#[test]
fn the_calls_do_not_depend_on_the_order_of_definition() {
    let lines = ["s = counter()", "a = add(b|0, s)", "b = double(a)", "c = mix(a, b, s)"];
    let mut seen = Vec::new();
    for rotation in 0..lines.len() {
        let mut lines = lines;
        lines.rotate_left(rotation);
        let sheet = Sheet::new(&lines.join(";"));
        sheet.advance(5).unwrap();
        seen.push(["s", "a", "b", "c"].map(|node| sheet.did(node)));
    }
    assert!(seen.iter().all(|calls| *calls == seen[0]), "{seen:?}");
}

#[test]
fn a_broken_input_is_defaulted_in_call_0_only() {
    let sheet = Sheet::new("a = add(b|3, e|2); b = inc(a); e = double(a)");
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("a"), ["(3, 2)", "(6, 10)"]);
}

const TWO_LACK: &str = "a = add(b, s, e|1); b = inc(a); s = const:1(); e = inc(a)";

/// A8, as Flowno prints it.
const MESSAGE: &str = "\
Detected a cycle without default values. You must add defaults to the indicated arguments for at least ONE of the following nodes:
  a must have defaults for EACH/ALL the underlined parameters:
  add(x0, x1, x2)
      --
OR
  b must have defaults for EACH/ALL the underlined parameters:
  inc(x0)
      --
OR
  e must have defaults for EACH/ALL the underlined parameters:
  inc(x0)
      --";

#[test]
fn a_cycle_that_nothing_can_start_is_told_with_the_defaults_it_lacks() {
    let sheet = Sheet::new("");
    let refused = sheet.edit(TWO_LACK).unwrap_err();
    assert_eq!(refused.to_string(), MESSAGE);
    assert!(sheet.flow.nodes().is_empty());
    edit(&sheet.flow, &sheet.log, TWO_LACK, OnMissingDefault::Defer).unwrap();
    let error = sheet.run().unwrap_err();
    assert!(matches!(error, RunError::MissingDefault(_)), "{error}");
    assert_eq!(error.to_string(), MESSAGE);
}

#[test]
fn a_cycle_that_nothing_can_start_is_an_error_when_it_is_reached() {
    let sheet = Sheet::new("s = const:1(); t = inc(s); a = add(b, t); b = inc(a); other = const:2()");
    let error = sheet.run().unwrap_err();
    assert!(matches!(error, RunError::MissingDefault(_)), "{error}");
    assert_eq!(
        (sheet.did("s"), sheet.did("t"), sheet.calls("a")),
        (vec!["()".into()], vec!["(1)".into()], 0)
    );
}

#[test]
fn what_a_default_starts_runs_until_a_cycle_that_nothing_can_start_is_reached() {
    let cases = [
        ("a = inc(b|5); b = mix(b, a)", "(5)", "mix"),
        // Each of two cycles holds up what the other needs; only the first is ever reached.
        ("a = add(c|2); b = mix(b, a); d = inc(b); c = mix(c, d)", "(2)", "mix"),
    ];
    for (lines, call, lacks) in cases {
        let sheet = Sheet::new(lines);
        let error = sheet.run().unwrap_err();
        let RunError::MissingDefault(error) = error else { panic!("{lines}: {error}") };
        assert_eq!(sheet.did("a"), [call], "{lines}");
        assert_eq!((&*error.nodes[0].node, &*error.nodes[0].type_name), ("b", lacks), "{lines}");
    }
}

#[test]
fn a_cycle_that_nothing_can_start_is_no_business_of_a_run_that_does_not_want_it() {
    let lines = "a = inc(b); b = inc(a); c = inc(b); x = const:1(); y = inc(x)";
    let (nodes, next) = (Scope::Nodes as fn(_) -> _, Scope::Next as fn(_) -> _);
    for scope in [nodes, next] {
        let run = |wanted: &str| {
            let sheet = Sheet::new(lines);
            let scope = scope(vec![sheet.id(wanted)]);
            (sheet.run_with(RunOptions { scope, ..RunOptions::default() }), sheet)
        };
        let (end, sheet) = run("y");
        assert!(matches!(end, Ok(RunEnd::Completed)), "{end:?}");
        assert_eq!(sheet.value("y"), Some(2));
        for wanted in ["a", "c"] {
            let (end, _) = run(wanted);
            assert!(matches!(end, Err(RunError::MissingDefault(_))), "{wanted}: {end:?}");
        }
    }
}
