//! Choosing by hand which inputs take their defaults to start a cycle.

use flowno_engine::flow::{ControlError, RunOptions};

use crate::support::Sheet;

fn levels(sheet: &Sheet, name: &str) -> Vec<Option<u64>> {
    (0..2).map(|input| sheet.flow.stitch_level(sheet.id(name), input)).collect()
}

#[test]
fn the_chosen_node_starts_the_cycle() {
    let lines = "a = inc(b|0); b = double(a|5)";
    // A7: the flow would choose the node defined first.
    let sheet = Sheet::new(lines);
    assert_eq!((levels(&sheet, "a"), levels(&sheet, "b")), (vec![Some(1), None], vec![Some(0), None]));
    sheet.advance(1).unwrap();
    assert_eq!(sheet.took(), ["a(0)", "b(1)", "a(2)", "b(3)"]);

    let sheet = Sheet::new(lines);
    sheet.flow.set_defaulted_inputs(sheet.id("b"), &[0]).unwrap();
    assert_eq!((levels(&sheet, "a"), levels(&sheet, "b")), (vec![Some(0), None], vec![Some(1), None]));
    assert!(sheet.flow.is_input_defaulted(sheet.id("b"), 0));
    assert!(!sheet.flow.is_input_defaulted(sheet.id("a"), 0));
    sheet.advance(1).unwrap();
    assert_eq!(sheet.took(), ["b(5)", "a(10)", "b(11)", "a(22)"]);
    assert!(!sheet.flow.is_input_defaulted(sheet.id("b"), 0), "only in its first call");
}

#[test]
fn the_choice_can_be_left_to_the_flow_again() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a|5)");
    sheet.flow.set_defaulted_inputs(sheet.id("b"), &[0]).unwrap();
    sheet.edit("!a").unwrap();
    assert_eq!(levels(&sheet, "b")[0], Some(1), "a touch forgets nothing");
    sheet.flow.clear_defaulted_inputs(sheet.id("b")).unwrap();
    sheet.advance(0).unwrap();
    assert_eq!(sheet.took(), ["a(0)", "b(1)"]);
}

#[test]
fn only_some_of_a_nodes_inputs_may_be_chosen() {
    let sheet = Sheet::new("a = add(b|1, c|2); b = inc(a); c = double(a|3)");
    sheet.flow.set_defaulted_inputs(sheet.id("a"), &[0]).unwrap();
    // What is left, a and c, is a cycle that a starts too: it is defined first.
    assert_eq!(levels(&sheet, "a"), [Some(1), Some(1)]);
    sheet.flow.set_defaulted_inputs(sheet.id("c"), &[0]).unwrap();
    assert_eq!(levels(&sheet, "a"), [Some(1), Some(0)]);
    sheet.advance(0).unwrap();
    assert_eq!(sheet.took(), ["c(3)", "a(1, 6)", "b(7)"]);
}

#[test]
fn an_input_outside_a_cycle_may_lag_behind_too() {
    let sheet = Sheet::new("s = const:7(); a = inc(s|0)");
    sheet.flow.set_defaulted_inputs(sheet.id("a"), &[0]).unwrap();
    sheet.run().unwrap();
    assert_eq!(sheet.did("a"), ["(0)", "(7)"]);
}

#[test]
fn a_cycle_goes_on_from_its_values_after_the_choice() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a|5)");
    sheet.advance(1).unwrap();
    sheet.flow.set_defaulted_inputs(sheet.id("b"), &[0]).unwrap();
    sheet.took();
    sheet.advance(1).unwrap();
    assert_eq!(sheet.took()[..2], ["b(3)", "a(6)"]);
}

#[test]
fn what_cannot_be_chosen_is_refused() {
    let sheet = Sheet::new("a = add(b|0, 4); b = double(a)");
    let (a, b) = (sheet.id("a"), sheet.id("b"));
    let refused = |node, input| sheet.flow.set_defaulted_inputs(node, &[input]).unwrap_err().to_string();
    assert_eq!(refused(b, 0), "b: parameter `x0` has no default");
    assert_eq!(refused(a, 1), "a: parameter `x1` is connected to no node");
    assert_eq!(refused(a, 2), "a has no input 2 (it has 2)");
    assert_eq!(sheet.flow.stitch_level(a, 1), None);
    assert!(!sheet.flow.is_input_defaulted(a, 2));
    assert_eq!(levels(&sheet, "a"), [Some(1), None], "as it was");
    let flow = sheet.flow.clone();
    let running = async move {
        let mut run = Box::pin(flow.run(RunOptions::default()));
        // Polled once, it is under way: a cycle never ends.
        let waker = std::task::Waker::noop();
        let polled = run.as_mut().poll(&mut std::task::Context::from_waker(waker));
        assert!(polled.is_pending());
        flow.set_defaulted_inputs(a, &[0])
    };
    let error = sheet.event_loop.run_until_complete(running).unwrap();
    assert_eq!(error, Err(ControlError::FlowIsRunning("a".into())));
}
