//! `Flow::run_until_complete` with Flowno's parameters, and `evaluate_node`.

use std::error::Error;
use std::time::Duration;

use flowno_engine::clock::RealClock;
use flowno_engine::event_loop::{EventLoop, LoopError};
use flowno_engine::flow::{
    CompleteError, Generation, NodeExecutionError, NodeStatus, RunError, Stop, TerminateLimitReached,
    UntilComplete,
};

use crate::support::Sheet;

fn complete(sheet: &Sheet, options: impl Into<UntilComplete>) -> Result<(), CompleteError> {
    sheet.flow.run_until_complete(&sheet.event_loop, options)
}

fn limit(sheet: &Sheet, options: impl Into<UntilComplete>) -> TerminateLimitReached {
    match complete(sheet, options) {
        Err(CompleteError::Run(RunError::TerminateLimitReached(reached))) => reached,
        other => panic!("{other:?}"),
    }
}

fn evaluate(sheet: &Sheet, name: &str) -> Result<Generation, RunError> {
    let (flow, node) = (sheet.flow.clone(), sheet.id(name));
    sheet
        .event_loop
        .run_until_complete(async move { flow.evaluate_node(node).await })
        .expect("a run that ends")
}

#[test]
fn the_defaults_are_flownos() {
    let options = UntilComplete::default();
    assert!(matches!(options.stop_at_node_generation, Stop::Never));
    assert!(!options.terminate_on_node_error);
    assert_eq!(options.max_wait, None);
}

#[test]
fn a_run_goes_on_after_a_limit_and_a_second_run_has_nothing_to_do() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a); s = range:3(); t = sum(s)");
    let reached = limit(&sheet, [(sheet.id("b"), (1,))]);
    assert_eq!((&*reached.name, reached.generation), ("b", Generation::run(1)));
    assert_eq!(reached.to_string(), "node b reached generation (1,)");
    limit(&sheet, [(sheet.id("a"), Generation::run(4))]);
    assert_eq!(sheet.did("a")[..5], ["(0)", "(2)", "(6)", "(14)", "(30)"]);
    assert_eq!(limit(&sheet, (6,)).generation, Generation::run(6));
    assert_eq!(sheet.value("t"), Some(6));

    let sheet = Sheet::new("s = range:9(); t = sum(s); u = inc(t)");
    assert_eq!(limit(&sheet, (0, 4)).generation, Generation::chunk(0, 4));
    complete(&sheet, ()).unwrap();
    assert_eq!((sheet.value("u"), sheet.calls("s")), (Some(46), 1), "the stream went on");
    sheet.took();
    complete(&sheet, ()).unwrap();
    assert!(sheet.took().is_empty());
}

#[test]
fn a_failure_ends_the_run_only_if_it_shall() {
    let lines = "bad = over:0(1); a = const:1(); b = inc(a)";
    let failure = |result| -> NodeExecutionError {
        match result {
            Err(CompleteError::Run(RunError::NodeExecution(failure))) => failure,
            other => panic!("{other:?}"),
        }
    };
    let sheet = Sheet::new(lines);
    assert_eq!(&*failure(complete(&sheet, ())).name, "bad");
    assert_eq!(sheet.value("b"), Some(2));
    let sheet = Sheet::new(lines);
    let options = UntilComplete { terminate_on_node_error: true, ..UntilComplete::default() };
    assert_eq!(&*failure(complete(&sheet, options)).name, "bad");
    assert_eq!(sheet.calls("b"), 0);
}

#[test]
fn who_still_waits_when_nothing_can_run_is_named() {
    let sheet = Sheet::new("a = const:1(); b = add(a, x); c = inc(b); d = inc(a)");
    sheet.flow.set_node_status(sheet.id("d"), NodeStatus::Stalled).unwrap();
    let error = complete(&sheet, ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing can run any more: b waits for `x`, which nothing defines; \
         c waits for `x`, which nothing defines; d waits for its status to be set to Ready"
    );
    assert_eq!(sheet.value("a"), Some(1));
}

#[test]
fn a_body_that_never_ends_is_an_error_that_names_its_node_and_the_flow_lives_on() {
    let sheet = Sheet::new("a = stuck(); b = inc(a); c = const:1()");
    for _ in 0..2 {
        let error = complete(&sheet, ()).unwrap_err();
        assert!(matches!(error, CompleteError::Loop(LoopError::Stalled { .. })), "{error}");
        assert!(error.to_string().contains("`a` waits for an Event to be set"), "{error}");
    }
    sheet.edit("a = const:4()").unwrap();
    complete(&sheet, ()).unwrap();
    assert_eq!(sheet.value("b"), Some(5));
    assert!(!sheet.event_loop.has_living_tasks());
}

#[test]
fn the_longest_wait_can_be_limited() -> Result<(), Box<dyn Error>> {
    let real = std::rc::Rc::new(EventLoop::with_clock(std::rc::Rc::new(RealClock::new()))?);
    let sheet = Sheet::on(&real, "a = slow:1000(1)");
    let options = UntilComplete { max_wait: Some(Duration::from_millis(1)), ..UntilComplete::default() };
    let error = complete(&sheet, options).unwrap_err();
    assert!(matches!(error, CompleteError::Loop(LoopError::WaitedTooLong { .. })), "{error}");
    Ok(())
}

#[test]
fn one_node_is_evaluated_once_more_with_what_it_needs() {
    let sheet = Sheet::new("s = counter(); a = inc(s); b = inc(a); c = const:9()");
    assert_eq!(evaluate(&sheet, "a").unwrap(), Generation::run(0));
    assert_eq!(sheet.took(), ["s()", "a(0)"]);
    assert_eq!(evaluate(&sheet, "a").unwrap(), Generation::run(1));
    assert_eq!(sheet.took(), ["s()", "a(1)"]);
    // What reads it comes after, and may read each generation.
    complete(&sheet, ()).unwrap();
    assert_eq!(sheet.did("b"), ["(1)", "(2)"]);
}

#[test]
fn a_cycle_goes_round_once_for_each_evaluation() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    for generation in 0..3 {
        assert_eq!(evaluate(&sheet, "b").unwrap(), Generation::run(generation));
    }
    assert_eq!(sheet.did("b"), ["(1)", "(3)", "(7)"]);
}

#[test]
fn a_stream_is_evaluated_to_its_end() {
    let sheet = Sheet::new("s = range:4(); t = sum(s)");
    assert_eq!(evaluate(&sheet, "s").unwrap(), Generation::run(0));
    assert_eq!((sheet.value("s"), sheet.calls("t")), (Some(10), 0));
    assert_eq!(evaluate(&sheet, "t").unwrap(), Generation::run(0));
    assert_eq!((sheet.value("t"), sheet.calls("s")), (Some(10), 1));
}

#[test]
fn an_evaluation_fails_with_its_node_and_is_tried_again() {
    let sheet = Sheet::new("a = at:0(1); b = inc(a)");
    assert!(matches!(evaluate(&sheet, "b"), Err(RunError::NodeExecution(failure)) if &*failure.name == "a"));
    assert_eq!(
        evaluate(&sheet, "b").unwrap_err().to_string(),
        "nothing can run any more: b waits for a, which has failed"
    );
    assert_eq!(evaluate(&sheet, "a").unwrap(), Generation::run(0));
    assert_eq!(evaluate(&sheet, "b").unwrap(), Generation::run(0));
    let gone = sheet.id("b");
    sheet.edit("-b").unwrap();
    let flow = sheet.flow.clone();
    let result = sheet.event_loop.run_until_complete(async move { flow.evaluate_node(gone).await }).unwrap();
    assert!(matches!(result, Err(RunError::NoSuchNode)));
}
