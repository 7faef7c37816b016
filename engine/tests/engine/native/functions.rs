//! `#[node]` on functions: parameters, defaults, outputs, errors.

use std::collections::BTreeMap;
use std::num::ParseIntError;

use flowno_engine::event_loop::sleep;
use flowno_engine::flow::{NodeFailure, PortType, RunError};
use flowno_engine::hdl::FlowError;
use flowno_engine::{DEFAULT, FlowHDL, flow_hdl, node};

use super::{Add, Double};

#[node]
async fn Later(x: i64, seconds: f64) -> i64 {
    sleep(std::time::Duration::from_secs_f64(seconds)).await;
    x
}

#[node]
fn Greet(name: String, #[default("Hello")] greeting: String) -> String {
    format!("{greeting}, {name}!")
}

#[node(multiple_outputs)]
async fn SumAndDifference(x: i64, y: i64) -> (i64, i64) {
    (x + y, x - y)
}

#[node(outputs("quotient", "text"))]
fn Divide(x: i64, by: i64) -> Result<(i64, String), String> {
    let quotient = x.checked_div(by).ok_or("division by zero")?;
    Ok((quotient, format!("{x} / {by}")))
}

#[node]
fn Pair(x: i64) -> (i64, i64) {
    (x, -x)
}

#[node]
fn First(pair: (i64, i64)) -> i64 {
    pair.0
}

#[node]
async fn Parse(text: String) -> Result<i64, ParseIntError> {
    text.parse()
}

#[node]
fn Same<T: Clone + 'static>(x: T) -> T {
    x
}

#[node]
fn Count(words: Vec<String>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    words.into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
    counts
}

#[node]
fn Nothing(_x: i64) {}

fn failure(error: &FlowError) -> &NodeFailure {
    let FlowError::Run(RunError::NodeExecution(failure)) = error else { panic!("{error}") };
    failure
}

#[test]
fn arguments_are_values_nodes_and_names_that_come_later() {
    let f = flow_hdl! { |f|
        f.sum = Add(f.later, Double(3));
        f.later = Later(Add(1, 2), 0.0);
        f.greeting = Greet("you", DEFAULT);
        f.nothing = Nothing(f.sum);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.sum.get_data(), Some((9,)));
    assert_eq!(f.greeting.get_data(), Some(("Hello, you!".to_owned(),)));
    assert_eq!(f.nothing.get_data(), Some(((),)));
}

#[test]
fn a_default_is_for_what_is_left_out_and_for_starting_a_cycle() {
    let f = flow_hdl! { |f|
        f.alone = Add(5, DEFAULT);
        f.turn = Add(3, f.turn); // y is 0 in the first generation
        f.fed = Add(1, f.alone); // and here the default is never used
    }
    .unwrap();
    f.run_until_complete([(&f.turn, (2,))]).unwrap_err();
    assert_eq!(f.alone.get_data(), Some((5,)));
    assert_eq!(f.turn.get_data(), Some((9,)));
    assert_eq!(f.fed.get_data(), Some((6,)));
}

#[test]
fn several_outputs_by_index_and_by_name() {
    let f = flow_hdl! { |f|
        f.both = SumAndDifference(7, 3);
        f.difference = Same(f.both.output(1));
        f.sum = Double(f.both);
        f.text = Same::<String, _>(f.quotient["text"]);
        f.tenth = Add(f.quotient["quotient"], f.quotient.output(0));
        f.quotient = Divide(f.sum, 2);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.both.get_data(), Some((10, 4)));
    assert_eq!(f.difference.get_data(), Some((4,)));
    assert_eq!(f.text.get_data(), Some(("20 / 2".to_owned(),)));
    assert_eq!(f.tenth.get_data(), Some((20,)));
    let signature = f.flow().signature(f.quotient.id().unwrap()).unwrap();
    assert_eq!(signature.output_index("text"), Some(1));
    assert_eq!(signature.outputs[1].port_type, Some(PortType::of::<String>()));
}

#[test]
fn a_tuple_is_one_output_unless_the_node_says_otherwise() {
    let f = flow_hdl! { |f|
        f.pair = Pair(4);
        f.first = First(f.pair);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.pair.get_data(), Some(((4, -4),)));
    assert_eq!(f.first.get_data(), Some((4,)));
}

#[test]
fn an_error_fails_the_node_and_stays_what_it_is() {
    let f = flow_hdl! { |f|
        f.number = Parse("twelve");
        f.double = Double(f.number);
    }
    .unwrap();
    let error = f.run_until_complete(()).unwrap_err();
    assert_eq!(error.to_string(), "node number failed in generation (0,): invalid digit found in string");
    assert!(failure(&error).error.is::<ParseIntError>());
    assert_eq!(f.double.get_data(), None);
    let f = flow_hdl! { |f| f.none = Divide(1, 0); }.unwrap();
    let error = f.run_until_complete(()).unwrap_err();
    assert_eq!(failure(&error).error.to_string(), "division by zero");
}

#[test]
fn values_of_any_type_travel() {
    let words = ["to", "be", "or", "to"].map(str::to_owned).to_vec();
    let f = flow_hdl! { |f|
        f.words = Same(words.clone());
        f.counts = Count(f.words);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    let (counts,) = f.counts.get_data().unwrap();
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("be".into(), 1), ("or".into(), 1), ("to".into(), 2)]
    );
}

#[test]
fn a_value_of_the_wrong_type_is_an_error_of_the_reader() {
    use flowno_engine::native::Datum;
    // A producer that says nothing of what it gives.
    let f = FlowHDL::new();
    f.assign(
        "text",
        flowno_engine::DraftNode::<(i64,)>::new(
            flowno_engine::native::constant(Datum::new("text".to_owned())),
            Vec::new(),
        ),
    )
    .unwrap();
    f.assign("double", Double(f.node("text"))).unwrap();
    let error = f.run_until_complete(()).unwrap_err();
    assert_eq!(
        failure(&error).error.to_string(),
        "parameter `x`: expected a value of type i64, got one of alloc::string::String"
    );
}
