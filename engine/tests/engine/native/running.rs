//! Running a `FlowHDL`: stops, going on, failures.

use std::time::Duration;

use flowno_engine::event_loop::{LoopError, sleep};
use flowno_engine::flow::{Generation, RunError};
use flowno_engine::hdl::{FlowError, RunUntilComplete, StopAt};
use flowno_engine::sync::Event;
use flowno_engine::{FlowHDL, flow_hdl, node};

use super::{Add, Double, Note, Seen};

#[node]
fn Fragile(x: i64, broken: std::rc::Rc<std::cell::Cell<bool>>) -> Result<i64, String> {
    if broken.get() { Err("broken".to_owned()) } else { Ok(x) }
}

fn stopped_at(result: Result<(), FlowError>) -> (String, Generation) {
    match result {
        Err(FlowError::Run(RunError::TerminateLimitReached(reached))) => {
            (reached.name.to_string(), reached.generation)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_run_goes_on_from_where_a_stop_left_it() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.a = Add(1, f.b);
        f.b = Note(f.a, seen.clone());
    }
    .unwrap();
    assert_eq!(stopped_at(f.run_until_complete([(&f.b, (2,))])), ("b".to_owned(), Generation::run(2)));
    assert_eq!(stopped_at(f.run_until_complete([(&f.a, (4,))])), ("a".to_owned(), Generation::run(4)));
    assert_eq!(stopped_at(f.run_until_complete((5,))).1, Generation::run(5));
    assert_eq!(seen.borrow()[..5], ["1", "2", "3", "4", "5"]);
}

#[test]
fn a_run_that_completed_has_nothing_more_to_do() {
    let seen = Seen::default();
    let f = flow_hdl! { |f| f.b = Note(Double(2), seen.clone()); }.unwrap();
    f.run_until_complete(()).unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(*seen.borrow(), ["4"]);
}

#[test]
fn the_first_failure_ends_the_run_unless_it_shall_not() {
    let broken = std::rc::Rc::new(std::cell::Cell::new(true));
    let described = || {
        let seen = Seen::default();
        let f = flow_hdl! { |f|
            f.bad = Fragile(1, broken.clone());
            f.good = Note(2, seen.clone());
            f.after = Double(f.good);
        }
        .unwrap();
        (f, seen)
    };
    let (f, seen) = described();
    let error = f.run_until_complete(()).unwrap_err().to_string();
    assert_eq!(error, "node bad failed in generation (0,): broken");
    assert!(seen.borrow().is_empty());
    let (f, _) = described();
    let options = RunUntilComplete { terminate_on_node_error: false, ..RunUntilComplete::default() };
    assert_eq!(f.run_until_complete(options).unwrap_err().to_string(), error);
    assert_eq!(f.after.get_data(), Some((4,)));
    // A further run tries again what failed.
    broken.set(false);
    f.run_until_complete(()).unwrap();
    assert_eq!(f.bad.get_data(), Some((1,)));
}

#[test]
fn a_cycle_without_a_default_fails_when_it_runs() {
    let f = flow_hdl! { |f|
        f.c = Double(f.d);
        f.d = Double(f.c);
    }
    .unwrap();
    let error = f.run_until_complete(()).unwrap_err();
    let FlowError::Run(RunError::MissingDefault(cycle)) = &error else { panic!("{error}") };
    assert_eq!(cycle.nodes.iter().map(|node| &*node.node).collect::<Vec<_>>(), ["c", "d"]);
    assert!(error.to_string().contains("Double(x)"), "{error}");
}

#[test]
fn a_stop_must_name_a_node_of_the_flow() {
    let f = flow_hdl! { |f| f.a = Double(1); }.unwrap();
    let other = flow_hdl! { |f| f.elsewhere = Double(1); }.unwrap();
    let error = f.run_until_complete([(&other.elsewhere, (0,))]).unwrap_err().to_string();
    assert_eq!(error, "cannot stop at elsewhere: Double: it is no node of this flow");
    let error = f.run_until_complete([(&Double(2), (0,))]).unwrap_err().to_string();
    assert_eq!(error, "cannot stop at Double: it is no node of this flow");
}

#[test]
fn the_defaults_are_flownos() {
    let options = RunUntilComplete::default();
    assert!(matches!(options.stop_at_node_generation, StopAt::Never));
    assert!(options.terminate_on_node_error);
    assert_eq!(options.max_wait, None);
}

#[node]
async fn Sleep(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds)).await;
}

#[test]
fn a_wait_may_be_limited_and_be_gone_on_with() {
    let f = flow_hdl! { |f| f.sleep = Sleep(50); }.unwrap();
    let limited =
        RunUntilComplete { max_wait: Some(Duration::from_millis(1)), ..RunUntilComplete::default() };
    let error = f.run_until_complete(limited).unwrap_err();
    assert!(matches!(error, FlowError::Loop(LoopError::WaitedTooLong { .. })), "{error}");
    f.run_until_complete(()).unwrap();
    assert_eq!(f.sleep.get_data(), Some(((),)));
}

#[node]
async fn Until(event: Event) -> i64 {
    event.wait().await;
    1
}

#[test]
fn what_can_never_go_on_is_an_error_and_can_be_gone_on_with() {
    let event = Event::new();
    let f = flow_hdl! { |f| f.until = Until(event.clone()); }.unwrap();
    for _ in 0..2 {
        let error = f.run_until_complete(()).unwrap_err();
        let FlowError::Loop(LoopError::Stalled { waits }) = &error else { panic!("{error}") };
        let texts: Vec<String> = waits.iter().map(ToString::to_string).collect();
        let has = |what: &str| texts.iter().filter(|text| text.ends_with(what)).count();
        assert_eq!(texts.len(), 2, "{waits}"); // nothing is left of the run before
        assert_eq!(has("`root` waits for the nodes of its flow"), 1, "{waits}");
        assert_eq!(has("`until` waits for an Event to be set"), 1, "{waits}");
    }
    event.set();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.until.get_data(), Some((1,)));
}

#[test]
fn a_flow_runs_inside_another_loop_too() {
    let f = FlowHDL::new();
    f.assign("a", Double(4)).unwrap();
    let event_loop = flowno_engine::event_loop::EventLoop::new().unwrap();
    let value = event_loop.run_until_complete(async move {
        f.run(()).await.unwrap();
        f.node("a").get::<i64>(0)
    });
    assert_eq!(value.unwrap(), Some(8));
}
