//! Bodies that change the flow while they run, their own node included.

use std::rc::Rc;

use flowno_engine::event_loop::yield_now;
use flowno_engine::flow::{
    Change, Evaluation, Final, Flow, InputDef, InputSource, NodeError, OnMissingDefault, PortRef, RunOptions,
    Signature,
};
use flowno_engine::native;

use crate::support::virtual_loop;

/// What a body does to the flow.
type Work = fn(&Flow<i64>);

const WORKS: [(&str, Work, Option<i64>); 6] = [
    ("remove", |flow| change(flow, Change::Remove { name: "a".into() }), None),
    ("redefine", |flow| change(flow, define("a", native::constant(7), &[])), Some(7)),
    (
        "replace",
        |flow| {
            change(flow, Change::Remove { name: "a".into() });
            change(flow, define("a", native::constant(7), &[]));
        },
        Some(7),
    ),
    ("drop", |flow| flow.drop_running(), None),
    ("fail", |flow| flow.fail_running(&(Rc::new(std::fmt::Error) as NodeError)), None),
    ("another", |flow| change(flow, define("c", native::constant(8), &[])), Some(1)),
];

fn change(flow: &Flow<i64>, change: Change<i64>) {
    flow.edit(vec![change], OnMissingDefault::Refuse).expect("a change that can be made");
}

fn define(name: &str, body: Rc<dyn flowno_engine::flow::Node<i64>>, inputs: &[&str]) -> Change<i64> {
    let input = |name: &&str| InputDef {
        source: InputSource::Node { name: (*name).into(), port: PortRef::Index(0) },
        default: None,
    };
    Change::Define { name: name.into(), body, inputs: inputs.iter().map(input).collect() }
}

/// Runs a node that does the work and gives 1, in the three ways a body can be, with a reader.
fn run(way: &str, work: Work) -> Option<i64> {
    let flow = Flow::new();
    let weak = Rc::new(std::cell::RefCell::new(Some(flow.clone())));
    let (inner, streaming) = (weak.clone(), way == "stream");
    let signature = if streaming { Signature::new("Works").streaming() } else { Signature::new("Works") };
    let at_once = way == "sync";
    let body = native::node(signature, move |call| {
        let flow = inner.borrow_mut().take();
        let act = move || flow.iter().for_each(work);
        if at_once {
            act();
            return Evaluation::value(1);
        }
        let mut call = call.take();
        Evaluation::future(async move {
            yield_now().await;
            act();
            if let Some(emitter) = call.emitter.take() {
                emitter.emit(smallvec::smallvec![1]).await.map_err(|error| Rc::new(error) as NodeError)?;
                return Ok(Final::Fold);
            }
            Ok(Final::Values(smallvec::smallvec![1]))
        })
    });
    change(&flow, define("a", body, &[]));
    change(&flow, define("b", native::identity(), &["a"]));
    let running = flow.clone();
    let end =
        virtual_loop().run_until_complete(async move { running.run(RunOptions::default()).await.is_ok() });
    end.expect("nothing panics and nothing hangs");
    flow.value(flow.node("b")?).map(|outputs| outputs[0])
}

#[test]
fn an_evaluation_that_ends_its_own_node_counts_for_nothing() {
    for (name, work, expected) in WORKS {
        for way in ["sync", "async", "stream"] {
            assert_eq!(run(way, work), expected, "{name}, {way}");
        }
    }
}
