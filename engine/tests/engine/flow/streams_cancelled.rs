//! A16: cancelling a stream.

use crate::support::Sheet;

#[test]
fn a_cancelled_stream_folds_what_it_made_and_ends_for_all() {
    let sheet = Sheet::new("s = range:9(); t = cancel:2(s); u = sum(s); a = same(s)");
    sheet.run().unwrap();
    assert!(sheet.did("s").contains(&":cancelled".to_owned()));
    let chunks = sheet.did("s").iter().filter(|event| event.as_str() != "()").count() as i64 - 1;
    assert_eq!(sheet.value("a"), Some(chunks * (chunks + 1) / 2));
    for reader in ["t", "u"] {
        assert_eq!(sheet.did(reader).last().map(String::as_str), Some("<end"), "{reader}");
    }
    assert_eq!(sheet.value("t"), Some(3));
}

#[test]
fn a_producer_may_answer_with_a_last_word() {
    let sheet = Sheet::new("s = last_word:77(9); t = cancel:2(s); a = same(s)");
    sheet.run().unwrap();
    assert_eq!(sheet.value("a"), Some(77));
}

#[test]
fn a_cancel_goes_up_through_what_does_not_catch_it() {
    let sheet = Sheet::new("s = range:9(); m = map(s); n = map(m); t = cancel:2(n)");
    sheet.run().unwrap();
    for node in ["s", "m", "n"] {
        assert!(sheet.did(node).contains(&":cancelled".to_owned()), "{node}");
        assert_eq!(sheet.status(node), "clean", "{node}");
    }
}

#[test]
fn just_leaving_the_loop_cancels_nothing() {
    let sheet = Sheet::new("s = range:9(); t = read:2(s)");
    sheet.run().unwrap();
    assert_eq!((sheet.did("s").last().map(String::as_str), sheet.status("s")), (Some(":2"), "suspended"));
}

#[test]
fn cancelling_an_ended_stream_changes_nothing() {
    let sheet = Sheet::new("s = range:2(); t = cancel:2(s); a = same(s)");
    sheet.run().unwrap();
    assert_eq!((sheet.value("t"), sheet.value("a")), (Some(3), Some(3)));
    let sheet = Sheet::new("s = const:5(); t = cancel:1(s)");
    sheet.run().unwrap();
    assert_eq!((sheet.value("t"), sheet.status("s")), (Some(5), "clean"));
}
