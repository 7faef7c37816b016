//! Types of ports are checked when an edge is made, whoever of the two ends comes first or changes.

use std::rc::Rc;

use flowno_engine::flow::{
    Change, EditError, Evaluation, Flow, InputDef, InputSource, Node, OnMissingDefault, PortRef, PortType,
    Signature,
};
use flowno_engine::native::node;

fn body(signature: Signature) -> Rc<dyn Node<i64>> {
    node(signature, |_| Evaluation::value(0))
}

/// A node `name` that reads output `port` of `from`, or nothing.
fn define(name: &str, body: Rc<dyn Node<i64>>, from: Option<(&str, PortRef)>) -> Change<i64> {
    let source = |(name, port): (&str, PortRef)| InputSource::Node { name: name.into(), port };
    let inputs = from.map(|from| InputDef { source: source(from), default: None }).into_iter().collect();
    Change::Define { name: name.into(), body, inputs }
}

fn gives(port_types: [PortType; 2]) -> Rc<dyn Node<i64>> {
    body(Signature::new("Gives").named_outputs(&["low", "high"]).gives(port_types))
}

fn takes(port_type: PortType) -> Rc<dyn Node<i64>> {
    body(Signature::new("Takes").input("x").takes(port_type))
}

fn edit(flow: &Flow<i64>, changes: Vec<Change<i64>>) -> Result<(), EditError> {
    flow.edit(changes, OnMissingDefault::Refuse)
}

fn int_and_text() -> [PortType; 2] {
    [PortType::of::<i64>(), PortType::of::<String>()]
}

#[test]
fn an_edge_between_different_types_is_refused_in_any_order() {
    let a = || define("a", gives(int_and_text()), None);
    let b = |port| define("b", takes(PortType::of::<String>()), Some(("a", PortRef::Index(port))));
    for changes in [vec![a(), b(0)], vec![b(0), a()]] {
        let error = edit(&Flow::new(), changes).unwrap_err();
        assert_eq!(error.to_string(), "b.x: String cannot read a.low: i64");
        assert_eq!(error.node().map(|node| &**node), Some("b"));
    }
    let flow = Flow::new();
    edit(&flow, vec![b(1)]).unwrap();
    edit(&flow, vec![a()]).unwrap();
}

#[test]
fn a_change_of_either_end_is_checked_and_undone() {
    let flow = Flow::new();
    let reader = |port_type| define("b", takes(port_type), Some(("a", PortRef::Name("high".into()))));
    edit(&flow, vec![define("a", gives(int_and_text()), None), reader(PortType::of::<String>())]).unwrap();
    let [int, text] = int_and_text();
    let error = edit(&flow, vec![define("a", gives([text.clone(), int.clone()]), None)]).unwrap_err();
    assert_eq!(error.to_string(), "b.x: String cannot read a.high: i64");
    let error = edit(&flow, vec![reader(int)]).unwrap_err();
    assert_eq!(error.to_string(), "b.x: i64 cannot read a.high: String");
    let kept = flow.signature(flow.node("a").unwrap()).unwrap();
    assert_eq!(kept.outputs[1].port_type, Some(text));
}

#[test]
fn types_known_by_name_fit_by_name_and_no_type_fits_all() {
    let named = PortType::named;
    let wired = |gives_type: Option<PortType>, takes_type: Option<PortType>| {
        let source = Signature::new("Source").gives(gives_type);
        let mut reader = Signature::new("Reader").stream_input("xs");
        if let Some(port_type) = takes_type {
            reader = reader.takes(port_type);
        }
        let reads = Some(("a", PortRef::Index(0)));
        edit(&Flow::new(), vec![define("a", body(source), None), define("b", body(reader), reads)])
            .map_err(|error| error.to_string())
    };
    assert_eq!(wired(Some(named("int")), Some(named("int"))), Ok(()));
    assert_eq!(wired(Some(named("int")), None), Ok(()));
    assert_eq!(wired(None, Some(named("int"))), Ok(()));
    let error = |given: &str, taken: &str| Err(format!("b.xs: Stream<{taken}> cannot read a.0: {given}"));
    assert_eq!(wired(Some(named("int")), Some(named("text"))), error("int", "text"));
    // Of one name, but one is Rust's.
    assert_eq!(wired(Some(PortType::of::<i64>()), Some(named("i64"))), error("i64", "i64"));
}
