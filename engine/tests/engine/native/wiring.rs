//! Names, references and what finalizing makes of them.

use flowno_engine::flow::EditError;
use flowno_engine::hdl::{KEYWORDS, NameError, WiringError};
use flowno_engine::{DEFAULT, DraftNode, FlowHDL, FlowHDLView, flow_hdl, node};

use super::{Add, Double, Note, Seen};

#[node]
fn Length(text: String) -> usize {
    text.len()
}

fn names(nodes: &[DraftNode]) -> Vec<String> {
    nodes.iter().map(|node| format!("{node:?}")).collect()
}

#[test]
fn a_name_that_nothing_defines_is_an_error_until_something_does() {
    let f = FlowHDL::new();
    f.assign("c", Add(1, Add(f.node("d"), 1))).unwrap();
    let error = f.run_until_complete(()).unwrap_err().to_string();
    assert_eq!(error, "c#0: parameter `x` of Add refers to `d`, which nothing defines");
    assert!(!f.is_finalized() && f.flow().nodes().is_empty());
    f.assign("d", f.node("d")).unwrap(); // which defines nothing
    assert!(f.finalize().is_err());
    f.assign("d", Double(4)).unwrap();
    f.run_until_complete(()).unwrap();
    assert!(f.is_finalized());
    assert_eq!(f.node("c").get::<i64>(0), Some(10));
    f.view().assign("e", Double(1)).unwrap();
    assert!(!f.is_finalized(), "whoever named it");
    f.finalize().unwrap();
    assert!(f.is_finalized());
}

#[test]
fn some_names_are_no_nodes() {
    assert_eq!(KEYWORDS, ["KEYWORDS", "run_until_complete"]);
    let macros = include_str!("../../../macros/src/hdl.rs");
    assert!(
        macros.contains(&format!("const KEYWORDS: [&str; 2] = {KEYWORDS:?};")),
        "the macros know the same"
    );
    let f = FlowHDL::new();
    let error = |name: &str| f.assign(name, Double(1)).unwrap_err();
    assert_eq!(error("_hidden"), NameError::Underscore("_hidden".to_owned()));
    assert_eq!(error("run_until_complete"), NameError::Keyword("run_until_complete".to_owned()));
    assert_eq!(error("KEYWORDS"), NameError::Keyword("KEYWORDS".to_owned()));
    for name in ["", "a.b", "a#0"] {
        assert_eq!(error(name), NameError::Separator(name.to_owned()));
    }
}

#[test]
fn anonymous_nodes_are_called_after_those_that_they_serve() {
    let seen = Seen::default();
    let shared = Double(1);
    let f = flow_hdl! { |f|
        f.sum = Add(Double(Double(2)), &shared);
        f.other = Double(&shared);
        Note(f.sum, seen.clone());
        Note(f.other, seen.clone());
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    let flow = f.flow();
    let all: Vec<String> = flow.nodes().iter().map(|id| flow.name(*id).unwrap().to_string()).collect();
    assert_eq!(all, ["sum#1", "sum#0", "sum#2", "sum", "other", "Note#0", "Note#1"]);
    assert_eq!(seen.borrow().join(" "), "10 4");
    assert_eq!(shared.name().as_deref(), Some("sum#2"));
}

#[test]
fn a_name_given_twice_goes_to_the_last_and_references_stay() {
    let f = flow_hdl! { |f|
        f.early = Double(f.a); // not there yet: the one that has the name in the end
        f.a = Add(1, DEFAULT);
        f.middle = Double(f.a); // the one above
        f.a = Add(10, DEFAULT);
        f.late = Double(f.a);
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    let value = |node: &DraftNode<(i64,)>| node.get_data().unwrap().0;
    assert_eq!([&f.early, &f.middle, &f.late, &f.a].map(value), [20, 2, 20, 10]);
    assert_eq!(names(&f.middle.get_input_nodes()), ["Add#0: Add"]);
}

#[test]
fn two_names_may_mean_one_node() {
    let f = flow_hdl! { |f|
        f.b = f.a;
        f.c = Double(f.b);
        f.a = Double(2);
        f.d = f.a;
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.c.get_data(), Some((8,)));
    assert!(f.b == f.a && f.d == f.a && f.a != f.c);
    assert_eq!(f.d.name().as_deref(), Some("a"));
}

#[test]
fn a_node_knows_its_neighbours_before_and_after_it_is_finalized() {
    let one = Add(1, 2);
    let two = Add(&one, Double(&one));
    assert_eq!(names(&two.get_input_nodes()), ["Add", "Double"]);
    assert_eq!(names(&one.get_output_nodes()), ["Double", "Add"]);
    assert!(one.get_input_nodes().is_empty() && one.name().is_none());
    let f = flow_hdl! { |f|
        f.one = one.clone();
        f.two = two.clone();
        f.turn = Add(f.two, f.turn);
    }
    .unwrap();
    assert_eq!(names(&two.get_input_nodes()), ["one: Add", "two#0: Double"]);
    assert_eq!(names(&one.get_output_nodes()), ["two#0: Double", "two: Add"]);
    assert_eq!(names(&f.turn.get_input_nodes()), ["two: Add", "turn: Add"]);
    assert_eq!(names(&f.turn.get_output_nodes()), ["turn: Add"]);
    assert_eq!(names(&[f.node("nobody")]), ["?nobody"]);
}

#[test]
fn types_that_only_names_connect_are_checked_when_wired() {
    let f = FlowHDL::new();
    f.assign("length", Length(f.node("number"))).unwrap();
    f.assign("number", Double(1)).unwrap();
    let error = f.finalize().unwrap_err();
    assert!(matches!(error, WiringError::Edit(EditError::TypeMismatch(_))));
    assert_eq!(error.to_string(), "length.text: String cannot read number.0: i64");
    let f = FlowHDL::new();
    f.assign("double", Double(Double(1).output_named("sum"))).unwrap();
    assert_eq!(f.finalize().unwrap_err().to_string(), "double: double#0 has no output sum (it has 0)");
}

#[test]
fn a_node_belongs_to_one_flow() {
    let f = flow_hdl! { |f| f.mine = Double(1); }.unwrap();
    let other = FlowHDL::new();
    other.assign("theirs", Double(&f.mine)).unwrap();
    let error = other.finalize().unwrap_err().to_string();
    assert_eq!(error, "theirs: parameter `x` refers to mine, a node of another flow");
}

#[test]
fn a_finalized_graph_grows_and_changes() {
    let seen = Seen::default();
    let f = flow_hdl! { |f|
        f.a = Add(1, 1);
        f.b = Note(f.a, seen.clone());
    }
    .unwrap();
    f.run_until_complete(()).unwrap();
    f.assign("c", Double(&f.b)).unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.node("c").get::<i64>(0), Some(4));
    f.assign("a", Add(Double(2), 1)).unwrap();
    assert!(!f.is_finalized());
    f.run_until_complete(()).unwrap();
    assert_eq!(*seen.borrow(), ["2", "5"]);
    assert_eq!(f.node("c").get::<i64>(0), Some(10));
}

#[test]
fn a_chain_may_be_long() {
    let mut last = Double(0);
    for _ in 0..100_000 {
        last = Add(last, 1);
    }
    let never_wired = last.clone();
    let f = FlowHDL::new();
    f.assign("last", last).unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(never_wired.get_data(), Some((100_000,)));
    let mut dropped = Double(0);
    for _ in 0..100_000 {
        dropped = Double(dropped);
    }
    drop(dropped);
}

#[test]
fn names_may_be_made_while_the_program_runs() -> Result<(), Box<dyn std::error::Error>> {
    let f = flow_hdl! { |f|
        for i in 1..4 {
            f.assign(&format!("n{i}"), Double(f.node(&format!("n{}", i - 1))))?;
        }
        f.n0 = Add(5, DEFAULT);
        let last = f.node("n3");
        if last.name().is_none() {
            f.sum = Add(last, f.n0);
        } else {
            f.sum = Double(last);
        }
    }?;
    f.run_until_complete(())?;
    assert_eq!(f.sum.get_data(), Some((45,)));
    Ok(())
}

fn all_names<N>(f: &FlowHDL<N>) -> Vec<String> {
    f.flow().nodes().iter().map(|id| f.flow().name(*id).unwrap_or_default().to_string()).collect()
}

#[node::template]
fn Quadruple(f: FlowHDLView, x: i64) -> DraftNode<(i64,)> {
    f.twice = Double(Add(x, DEFAULT));
    Double(f.twice)
}

#[test]
fn what_was_made_for_a_node_goes_with_it_unless_something_else_reads_it() {
    let shared = Add(1, 1);
    let f = flow_hdl! { |f|
        f.a = Add(Double(Double(1)), &shared);
        f.b = Quadruple(f.a);
        f.c = Double(&shared);
    }
    .unwrap();
    assert_eq!(all_names(&f).join(" "), "a#1 a#0 a#2 a b.twice#0 b.twice b c");
    f.run_until_complete(()).unwrap();
    f.assign("a", Double(Add(20, 1))).unwrap();
    f.assign("b", Quadruple(f.node("a"))).unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(all_names(&f).join(" "), "a#2 a b.twice b c a#3 b.twice#1");
    let values = ["a", "b", "c"].map(|name| f.node(name).get::<i64>(0).unwrap());
    assert_eq!(values, [42, 168, 4]);
}

#[test]
fn a_node_is_removed_with_what_served_it_unless_it_is_read() {
    let f = FlowHDL::new();
    let a = Double(Double(1));
    f.assign("a", a.clone()).unwrap();
    f.assign("b", Double(&a)).unwrap();
    f.run_until_complete(()).unwrap();
    f.remove("a");
    assert_eq!(f.finalize().unwrap_err().to_string(), "b still reads `a`, which was removed");
    f.remove("b");
    f.finalize().unwrap();
    assert!(f.flow().nodes().is_empty());
    assert_eq!((a.id(), a.get_data()), (None, None));
    // The name is free again.
    f.assign("a", Add(2, 2)).unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!(f.node("a").get::<i64>(0), Some(4));
}

/// It would take hours if each that stays were found by looking at all.
#[test]
fn of_a_long_chain_of_anonymous_nodes_all_stay_that_others_read() {
    const LENGTH: i64 = 20_000;
    let f = FlowHDL::new();
    let inner = (1..LENGTH).fold(Double(1), |inner, _| Add(inner, 1));
    f.assign("t", Double(inner.clone())).unwrap();
    f.assign("u", Double(inner)).unwrap();
    f.finalize().unwrap();
    let all = f.flow().nodes().len();
    f.assign("t", Double(3)).unwrap();
    f.finalize().unwrap();
    assert_eq!(f.flow().nodes().len(), all);
    f.assign("u", Double(3)).unwrap();
    f.finalize().unwrap();
    f.run_until_complete(()).unwrap();
    assert_eq!((f.node("t").get::<i64>(0), f.node("u").get::<i64>(0)), (Some(6), Some(6)));
}
