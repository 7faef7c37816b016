//! A11: failures.

use flowno_engine::flow::{NodePanic, RunError, RunOptions, WrongOutputs};

use crate::support::Sheet;

fn failure(end: Result<flowno_engine::flow::RunEnd, RunError>) -> (String, String, String) {
    let Err(RunError::NodeExecution(failure)) = end else { panic!("{end:?}") };
    (failure.name.to_string(), failure.generation.to_string(), failure.error.to_string())
}

#[test]
fn a_failure_names_its_node_and_generation_and_keeps_the_error() {
    let cases = [
        ("a = const:5(); b = over:4(a); c = inc(b)", ("b", "(0,)", "b fails")),
        ("a = inc(a|0); b = at:2(a)", ("b", "(2,)", "b fails")),
        ("b = breaks:2(); c = sum(b)", ("b", "(0,)", "b fails")),
        ("a = panics(); b = inc(a)", ("a", "(0,)", "the node panicked: a gave up")),
        ("a = nothing(); b = inc(a)", ("a", "(0,)", "the body gave 0 value(s) for 1 output port(s)")),
        ("s = range:0(); b = same(s)", ("b", "(0,)", "s ended without a value: it yielded nothing")),
    ];
    for (lines, (node, generation, text)) in cases {
        for terminate_on_node_error in [true, false] {
            let sheet = Sheet::new(lines);
            let end = sheet.run_with(RunOptions {
                terminate_on_node_error,
                generations: Some(5),
                ..RunOptions::default()
            });
            assert_eq!(failure(end), (node.into(), generation.into(), text.into()), "{lines}");
            assert_eq!(sheet.status(node), "failed", "{lines}");
        }
    }
}

#[test]
fn the_error_is_the_bodys_own() {
    let error = |lines| match Sheet::new(lines).run() {
        Err(RunError::NodeExecution(failure)) => failure.error,
        other => panic!("{other:?}"),
    };
    assert!(error("a = over:1(2)").is::<crate::kinds::KindError>());
    assert!(error("a = panics()").is::<NodePanic>());
    assert!(error("a = nothing()").is::<WrongOutputs>());
}

#[test]
fn what_depends_on_a_failure_waits_and_the_rest_goes_on() {
    let sheet = Sheet::new("a = over:1(2); b = inc(a); c = inc(b); x = const:1(); y = inc(x); z = add(y, c)");
    assert_eq!(failure(sheet.run()).0, "a");
    let status = ["a", "b", "c", "x", "y", "z"].map(|node| sheet.status(node));
    assert_eq!(status, ["failed", "waiting", "waiting", "clean", "clean", "waiting"]);
    assert_eq!(sheet.value("y"), Some(2));
    let cause = sheet.flow.root_cause(sheet.id("z"));
    assert_eq!(cause, Some(flowno_engine::flow::Blocked::Upstream(sheet.id("a"))));
}

/// The cycle is not reached: what failed never comes.
#[test]
fn a_failure_is_told_before_a_cycle_that_needs_it_and_that_nothing_can_start() {
    let sheet = Sheet::new("bad = over:0(1); a = add(b, bad); b = inc(a); x = const:1(); y = inc(x)");
    assert_eq!(failure(sheet.run()).0, "bad");
    assert_eq!(sheet.value("y"), Some(2));
    sheet.run().expect("nothing is dirty that can run");
}

/// It fails as the driver tries to begin it: the driver itself must see that the run is over.
#[test]
fn a_call_that_cannot_begin_ends_a_run_in_which_others_wait() {
    let sheet = Sheet::new("l = range:2(); m = same(l); s = range:0(); b = same(s); x = inc(s)");
    let end = sheet.run_with(RunOptions { terminate_on_node_error: true, ..RunOptions::default() });
    let text = "s ended without a value: it yielded nothing";
    assert_eq!(failure(end), ("b".into(), "(0,)".into(), text.into()));
    assert_eq!(sheet.calls("m"), 0);
}

#[test]
fn a_failure_that_terminates_ends_the_run_at_once() {
    let sheet = Sheet::new("a = over:1(2); x = const:1(); y = inc(x)");
    let end = sheet.run_with(RunOptions { terminate_on_node_error: true, ..RunOptions::default() });
    assert_eq!(failure(end).0, "a");
    assert_eq!(sheet.took(), ["a(2)"]);
    assert_eq!(sheet.status("x"), "dirty");
    sheet.run().unwrap();
    assert_eq!(sheet.took(), ["x()", "y(1)"]);
}

#[test]
fn of_several_failures_the_first_defined_is_told() {
    let sheet = Sheet::new("late = over:1(w); early = over:1(2); w = const:9()");
    assert_eq!(failure(sheet.run()).0, "late");
    assert_eq!((sheet.status("late"), sheet.status("early")), ("failed", "failed"));
    assert_eq!(sheet.took().last().map(String::as_str), Some("late(9)"), "it failed last");
}

#[test]
fn a_failed_cycle_keeps_its_last_value_and_its_readers_wait() {
    let sheet = Sheet::new("a = over:3(b|0); b = inc(a); c = same(b)");
    assert_eq!(failure(sheet.advance(9)).1, "(4,)");
    assert_eq!((sheet.value("a"), sheet.value("b")), (Some(3), Some(4)));
    assert_eq!(["a", "b", "c"].map(|node| sheet.status(node)), ["failed", "waiting", "waiting"]);
}

#[test]
fn a_consumer_that_fails_does_not_tell_its_producer() {
    let sheet = Sheet::new("s = range:9(); t = over:0(r); r = read:1(s)");
    assert_eq!(failure(sheet.run()).0, "t");
    assert_eq!(sheet.did("s"), ["()", ":1"]);
    assert_eq!(sheet.status("s"), "suspended");
}

#[test]
fn a_chunk_with_too_few_values_fails_its_node() {
    use flowno_engine::flow::{Change, Evaluation, Final, Flow, OnMissingDefault, Signature};
    let signature = Signature::new("Lame").outputs(2).streaming();
    let body = flowno_engine::native::node(signature, |call| {
        let mut call = call.take();
        Evaluation::future(async move {
            let emitter = call.emitter.take().expect("a streaming call");
            emitter.emit(smallvec::smallvec![1_i64]).await.expect("no cancel");
            Ok(Final::Fold)
        })
    });
    let sheet = Sheet { flow: Flow::new(), ..Sheet::new("") };
    let define = Change::Define { name: "s".into(), body, inputs: Vec::new() };
    sheet.flow.edit(vec![define], OnMissingDefault::Refuse).unwrap();
    assert_eq!(failure(sheet.run()).0, "s");
}
