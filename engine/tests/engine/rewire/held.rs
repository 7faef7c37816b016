//! Held nodes keep what they have, and serve it.

use crate::support::Sheet;

#[test]
fn a_held_value_is_served_to_the_first_evaluation() {
    let sheet = Sheet::new("s = counter(); a = inc(s)");
    sheet.run().unwrap();
    sheet.edit("a = double(s)").unwrap();
    sheet.run().unwrap();
    sheet.edit("b = mix(s, a)").unwrap();
    sheet.run().unwrap();
    assert_eq!(
        (sheet.calls("s"), sheet.did("a"), sheet.did("b")),
        (1, vec!["(0)".into(), "(0)".into()], vec!["(0, 0)".into()])
    );
}

#[test]
fn the_state_of_a_cycle_survives_a_rewire() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(3).unwrap();
    assert_eq!((sheet.value("a"), sheet.value("b")), (Some(15), Some(30)));
    sheet.edit("a = add(b|0, 100)").unwrap();
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("a")[4], "(30, 100)", "it goes on from where it was");
}

#[test]
fn a_reader_added_to_a_cycle_meets_its_newest_value_and_then_every_one() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(2).unwrap();
    sheet.edit("z = same(b)").unwrap();
    sheet.run().unwrap();
    sheet.advance(2).unwrap();
    assert_eq!(sheet.did("z"), ["(14)", "(30)", "(62)"]);
}

#[test]
fn a_source_goes_on_counting_in_step_with_its_cycle() {
    let sheet = Sheet::new("s = counter(); a = add(a|0, s)");
    sheet.advance(2).unwrap();
    sheet.edit("z = mix(s, a)").unwrap();
    sheet.run().unwrap();
    sheet.advance(1).unwrap();
    assert_eq!(sheet.did("z"), ["(2, 3)", "(3, 6)"]);
    assert_eq!(sheet.did("a"), ["(0, 0)", "(0, 1)", "(1, 2)", "(3, 3)"]);
}

#[test]
fn a_cycle_that_is_opened_and_closed_again_goes_on() {
    let sheet = Sheet::new("a = inc(b|0); b = double(a)");
    sheet.advance(1).unwrap();
    sheet.edit("b = same(5)").unwrap();
    sheet.run().unwrap();
    assert_eq!((sheet.value("b"), sheet.value("a")), (Some(5), Some(6)));
    sheet.edit("b = double(a)").unwrap();
    sheet.advance(1).unwrap();
    assert_eq!((sheet.value("a"), sheet.value("b")), (Some(6), Some(12)));
}
