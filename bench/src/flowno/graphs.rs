//! Graphs that turn: a ring, a fan, a stream.

use std::rc::Rc;

use flowno_engine::event_loop::EventLoop;
use flowno_engine::flow::{
    Arg, Call, Change, Evaluation, Final, Flow, InputDef, InputSource, Node, NodeError, OnMissingDefault,
    Outputs, PortRef, RunOptions, Scope, Signature,
};
use flowno_engine::native::node;

use crate::measure::{Measured, Stopwatch};
use crate::work::{fan_sum, stream_sum};

/// Further generations before the stopwatch starts: buffers grow to their size.
const WARM_UP: u64 = 2;

/// A ring of `nodes` with this body, turned `generations` times.
pub(crate) fn ring(nodes: u64, generations: u64, body: fn() -> Body) -> Measured {
    let flow = Flow::new();
    edit(&flow, ring_of(nodes, body));
    let event_loop = event_loop();
    advance(&event_loop, &flow, WARM_UP);
    let watch = Stopwatch::start();
    advance(&event_loop, &flow, generations);
    let measured = watch.stop(nodes * generations);
    assert_eq!(value(&flow, &nth(nodes - 1)), (nodes * (generations + WARM_UP + 1)) as i64);
    measured
}

/// A ring of nodes; the first starts with 0.
pub(crate) fn ring_of(nodes: u64, body: fn() -> Body) -> Vec<Change<i64>> {
    let before = |i| (nth((i + nodes - 1) % nodes), (i == 0).then_some(0));
    (0..nodes).map(|i| define(nth(i), body(), vec![before(i)])).collect()
}

/// One source, `width` nodes that read it, one that sums them; the source reads itself, so that it goes on.
pub(crate) fn fan(width: u64, generations: u64) -> Measured {
    let flow = Flow::new();
    let mut changes = vec![define("source".into(), constant_of_input(), vec![("source".into(), Some(1))])];
    changes.extend((0..width).map(|i| define(nth(i), plus(i as i64), vec![("source".into(), None)])));
    changes.push(define("sum".into(), sum(width), (0..width).map(|i| (nth(i), None)).collect()));
    edit(&flow, changes);
    let event_loop = event_loop();
    advance(&event_loop, &flow, WARM_UP);
    let watch = Stopwatch::start();
    advance(&event_loop, &flow, generations);
    let measured = watch.stop((width + 2) * generations);
    assert_eq!(value(&flow, "sum"), fan_sum(width));
    measured
}

/// A stream of `chunks` integers through a node that transforms to one that sums.
pub(crate) fn stream(chunks: u64) -> Measured {
    let flow = Flow::new();
    edit(&flow, stream_of(chunks));
    let event_loop = event_loop();
    let watch = Stopwatch::start();
    advance(&event_loop, &flow, 1);
    let measured = watch.stop(chunks);
    assert_eq!(value(&flow, "sum"), stream_sum(chunks));
    measured
}

/// The three nodes of a stream.
pub(crate) fn stream_of(chunks: u64) -> Vec<Change<i64>> {
    vec![
        define("numbers".into(), numbers(chunks as i64), vec![]),
        define("odd".into(), transform(), vec![("numbers".into(), None)]),
        define("sum".into(), total(), vec![("odd".into(), None)]),
    ]
}

pub(crate) type Body = Rc<dyn Node<i64>>;

pub(crate) fn event_loop() -> EventLoop {
    EventLoop::new().expect("a poller")
}

pub(crate) fn edit(flow: &Flow<i64>, changes: Vec<Change<i64>>) {
    flow.edit(changes, OnMissingDefault::Refuse).expect("a sound graph");
}

pub(crate) fn value(flow: &Flow<i64>, name: &str) -> i64 {
    flow.node(name).and_then(|id| flow.value(id)).expect("a value")[0]
}

/// Lets each node advance by so many generations.
pub(crate) fn advance(event_loop: &EventLoop, flow: &Flow<i64>, generations: u64) {
    let flow = flow.clone();
    let options = RunOptions { scope: Scope::All, generations: Some(generations), ..RunOptions::default() };
    event_loop
        .run_until_complete(async move { flow.run(options).await })
        .expect("the loop runs")
        .expect("no node fails");
}

/// The name of a node of many.
pub(crate) fn nth(i: u64) -> Rc<str> {
    format!("n{i}").into()
}

/// `name = body(inputs)`: each input the node it reads, and the default that may start a cycle.
pub(crate) fn define(name: Rc<str>, body: Body, inputs: Vec<(Rc<str>, Option<i64>)>) -> Change<i64> {
    let input =
        |(name, default)| InputDef { source: InputSource::Node { name, port: PortRef::Index(0) }, default };
    Change::Define { name, body, inputs: inputs.into_iter().map(input).collect() }
}

/// The one argument of a call.
fn only(call: &Call<i64>) -> i64 {
    match &call.args[..] {
        [Arg::Value(value)] => *value,
        _ => unreachable!("the signature has one value input"),
    }
}

fn one_input(type_name: &str) -> Signature {
    Signature::new(type_name).input("x")
}

pub(crate) fn plus(step: i64) -> Body {
    node(one_input("Plus"), move |call| Evaluation::value(only(call) + step))
}

pub(crate) fn increment() -> Body {
    node(one_input("Inc"), |call| Evaluation::value(only(call) + 1))
}

pub(crate) fn increment_async() -> Body {
    node(one_input("Inc"), |call| {
        let x = only(call);
        Evaluation::future(async move { Ok(Final::Values(Outputs::from_buf([x + 1]))) })
    })
}

fn constant_of_input() -> Body {
    node(one_input("One"), |call| Evaluation::value(only(call)))
}

pub(crate) fn sum(width: u64) -> Body {
    let signature = (0..width).fold(Signature::new("Sum"), |signature, i| signature.input(&format!("x{i}")));
    node(signature, |call| {
        let values = call.args.iter().map(|arg| match arg {
            Arg::Value(value) => *value,
            Arg::Stream(_) => unreachable!("the signature has value inputs"),
        });
        Evaluation::value(values.sum())
    })
}

/// Yields 0, 1, .. below `end`.
fn numbers(end: i64) -> Body {
    node(Signature::new("Numbers").streaming(), move |call| {
        let emitter = call.emitter.take().expect("a streaming node");
        Evaluation::future(async move {
            for i in 0..end {
                emitter.emit(Outputs::from_buf([i])).await.map_err(|e| Rc::new(e) as NodeError)?;
            }
            Ok(Final::Fold)
        })
    })
}

/// Doubles and adds one, chunk by chunk.
fn transform() -> Body {
    node(Signature::new("Odd").stream_input("x").streaming(), |call| {
        let emitter = call.emitter.take().expect("a streaming node");
        let Some(Arg::Stream(mut chunks)) = call.args.pop() else { unreachable!("a stream input") };
        Evaluation::future(async move {
            while let Some(x) = chunks.next().await {
                emitter.emit(Outputs::from_buf([2 * x + 1])).await.map_err(|e| Rc::new(e) as NodeError)?;
            }
            Ok(Final::Fold)
        })
    })
}

fn total() -> Body {
    node(Signature::new("Total").stream_input("x"), |call| {
        let Some(Arg::Stream(mut chunks)) = call.args.pop() else { unreachable!("a stream input") };
        Evaluation::future(async move {
            let mut total = 0;
            while let Some(x) = chunks.next().await {
                total += x;
            }
            Ok(Final::Values(Outputs::from_buf([total])))
        })
    })
}
