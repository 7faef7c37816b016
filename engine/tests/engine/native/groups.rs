//! Groups (rule A17): used like a node, made of nodes, gone when it runs.

use flowno_engine::flow::StreamCancelled;
use flowno_engine::{DEFAULT, DraftNode, Emitter, FlowHDL, FlowHDLView, Stream, flow_hdl, node};

use super::{Add, Double, Note, Seen};

#[node::template]
fn IncTwice(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    f.first = Add(x, 1);
    f.second = Add(f.first, 1);
    f.second
}

#[node::template]
fn Nested(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    f.inner = IncTwice(x);
    f.out = IncTwice(f.inner);
    f.out
}

#[node::template]
fn AddDefault(f: FlowHDLView, a: i64, #[default(5)] b: i64) -> DraftNode<(i64,)> {
    f.sum = Add(a, b);
    f.sum
}

#[node::template]
fn Forward(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    f.out = Add(f.mid, 1);
    f.mid = Double(x);
    f.out
}

#[node::template]
fn Pass(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    x.into_node()
}

#[node::template]
fn Watched(f: FlowHDLView, x: i64, seen: Seen) -> DraftNode<(i64,)> {
    f.double = Double(x);
    f.note = Note(f.double, seen);
    Add(f.double, x)
}

/// Drops a long chain of groups that no graph has taken in.
#[test]
fn a_long_chain_of_groups_is_dropped() {
    let mut last = IncTwice(1);
    for _ in 0..100_000 {
        last = IncTwice(last);
    }
    drop(last);
}

#[test]
fn a_long_chain_of_groups_that_is_refused_is_dropped() {
    let f = FlowHDL::new();
    let mut last = IncTwice(f.node("nobody"));
    for _ in 0..10_000 {
        last = IncTwice(last);
    }
    f.assign("last", last).unwrap();
    assert!(f.finalize().is_err());
}

#[node(multiple_outputs)]
fn Split(x: i64) -> (i64, i64) {
    (x / 10, x % 10)
}

#[node::template]
fn Digits(f: FlowHDLView, x: i64) -> DraftNode<(i64, i64)> {
    f.digits = Split(x);
    f.digits
}

#[node]
async fn Range(to: i64, out: Emitter<i64>) -> Result<(), StreamCancelled> {
    for i in 1..=to {
        out.emit(i).await?;
    }
    Ok(())
}

#[node]
async fn Sum(mut a: Stream<i64>) -> i64 {
    let mut sum = 0;
    while let Some(value) = a.next().await {
        sum += value;
    }
    sum
}

#[node::template]
fn StreamSum(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    f.total = Sum(f.range);
    f.range = Range(x);
    f.total
}

fn all_names<N>(f: &FlowHDL<N>) -> Vec<String> {
    f.flow().nodes().iter().map(|id| f.flow().name(*id).unwrap_or_default().to_string()).collect()
}

#[test]
fn a_group_is_its_nodes_under_its_name() {
    let f = flow_hdl! { |f|
        f.two = IncTwice(0);
        f.four = IncTwice(f.two);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!((f.two.get_data(), f.four.get_data()), (Some((2,)), Some((4,))));
    // What the group gives bears the group's name.
    assert_eq!(all_names(&f), ["two.first", "two", "four.first", "four"]);
}

#[test]
fn groups_nest_and_may_be_anonymous() {
    let f = flow_hdl! { |f|
        f.four = Nested(0);
        f.sum = Add(IncTwice(f.four), 1);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.sum.get_data(), Some((7,)));
    assert_eq!(
        all_names(&f),
        ["four.inner.first", "four.inner", "four.out.first", "four", "sum#0.first", "sum#0", "sum"]
    );
}

#[test]
fn arguments_may_come_later_outside_and_names_inside() {
    let f = flow_hdl! { |f|
        f.odd = Forward(f.later);
        f.out = Forward(f.odd); // whose own `out` is another
        f.later = Double(5);
        f.mid = Double(100);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!((f.odd.get_data(), f.out.get_data()), (Some((21,)), Some((43,))));
    assert_eq!(f.mid.get_data(), Some((200,)));
}

#[test]
fn parameters_have_defaults() {
    let f = flow_hdl! { |f|
        f.given = AddDefault(1, 2);
        f.left_out = AddDefault(1, DEFAULT);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!((f.given.get_data(), f.left_out.get_data()), (Some((3,)), Some((6,))));
}

#[test]
fn a_group_may_give_back_what_it_is_given() {
    let f = flow_hdl! { |f|
        f.same = Pass(f.a);
        f.constant = Pass(7);
        f.ones = Pass(f.pair.output(1));
        f.sum = Add(f.same, f.ones);
        f.a = Double(2);
        f.pair = Split(38);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.sum.get_data(), Some((12,)));
    assert_eq!(f.constant.get_data(), Some((7,)));
    assert!(f.same == f.a);
    assert_eq!(f.a.name().as_deref(), Some("a"));
}

#[test]
fn nodes_beside_the_result_run_too() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.watched = Watched(4, seen.clone());
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.watched.get_data(), Some((12,)));
    assert_eq!(*seen.borrow(), ["8"]);
    assert_eq!(all_names(&f), ["watched.double", "watched.note", "watched"]);
}

#[test]
fn a_group_may_have_several_outputs_and_streams_inside() {
    let f = flow_hdl! { |f|
        f.digits = Digits(42);
        f.ones = Double(f.digits.output(1));
        f.total = StreamSum(f.ones);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.digits.get_data(), Some((4, 2)));
    assert_eq!(f.total.get_data(), Some((10,)));
}

#[test]
fn a_group_may_stand_in_a_cycle() {
    let f = flow_hdl! { |f|
        f.a = Add(f.back, f.back);
        f.back = IncTwice(f.start);
        f.start = Add(1, f.a);
    }
    .unwrap();
    f.run_until_complete([(&f.a, (2,))]).unwrap_err();
    // start 1, back 3, a 6; start 7, back 9, a 18; start 19, back 21, a 42
    assert_eq!(f.a.get_data(), Some((42,)));
}
