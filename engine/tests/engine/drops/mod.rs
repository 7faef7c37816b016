//! Everything is dropped once, in whatever order its owners go.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use flowno_engine::event_loop::{EventLoop, sleep, spawn};
use flowno_engine::flow::{
    Accumulator, Arg, Change, Evaluation, Final, Flow, InputDef, InputSource, Node, OnMissingDefault,
    PortRef, RunOptions, Signature, Stop, Value,
};
use flowno_engine::native;

use crate::counting::living;
use crate::support::{Sheet, virtual_loop};

/// How many counted things live.
#[derive(Clone, Default)]
struct Count(Rc<Cell<i64>>);

/// A value that counts itself; dropping one twice would take the count below what lives.
struct Counted(Count);

impl Counted {
    fn new(count: &Count) -> Self {
        count.0.set(count.0.get() + 1);
        Self(count.clone())
    }
}

impl Clone for Counted {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.set(self.0.0.get() - 1);
    }
}

#[derive(Default)]
struct Last(Option<Counted>);

impl Accumulator<Counted> for Last {
    fn push(&mut self, chunk: &Counted) {
        self.0 = Some(chunk.clone());
    }

    fn value(&self) -> Option<Counted> {
        self.0.clone()
    }
}

impl Value for Counted {
    type Accumulator = Last;
}

fn define(name: &str, body: Rc<dyn Node<Counted>>, inputs: &[(&str, Option<Counted>)]) -> Change<Counted> {
    let input = |(from, default): &(&str, Option<Counted>)| InputDef {
        source: InputSource::Node { name: (*from).into(), port: PortRef::Index(0) },
        default: default.clone(),
    };
    Change::Define { name: name.into(), body, inputs: inputs.iter().map(input).collect() }
}

/// A constant, a cycle, a stream that is read in part, and a sleeper: bodies, values, defaults and chunks count.
fn build(values: &Count, bodies: &Count) -> Flow<Counted> {
    let held = || Counted::new(bodies);
    let value = Counted::new(values);
    let (own, made) = (held(), value.clone());
    let source = native::node(Signature::new("Source"), move |_| {
        let _ = &own;
        Evaluation::value(made.clone())
    });
    let own = held();
    let turn = native::node(Signature::new("Turn").input("x"), move |call| {
        let _ = &own;
        let Some(Arg::Value(value)) = call.args.pop() else { unreachable!("one value") };
        Evaluation::value(value)
    });
    let (own, made) = (held(), value.clone());
    let stream = native::node(Signature::new("Stream").streaming(), move |call| {
        let (call, own, made) = (call.take(), own.clone(), made.clone());
        Evaluation::future(async move {
            let emitter = call.emitter.as_ref().expect("a streaming call");
            while emitter.emit(smallvec::smallvec![made.clone()]).await.is_ok() {}
            drop(own);
            Ok(Final::Fold)
        })
    });
    let own = held();
    let reader = native::node(Signature::new("Reader").stream_input("s"), move |call| {
        let (mut call, own) = (call.take(), own.clone());
        Evaluation::future(async move {
            let Some(Arg::Stream(mut stream)) = call.args.pop() else { unreachable!("one stream") };
            for _ in 0..3 {
                stream.next().await;
                sleep(Duration::from_secs(1)).await;
            }
            let last = stream.next().await.expect("a chunk");
            sleep(Duration::from_secs(1_000)).await;
            drop(own);
            Ok(Final::Values(smallvec::smallvec![last]))
        })
    });
    let flow = Flow::new();
    let changes = vec![
        define("source", source, &[]),
        define("a", turn, &[("b", Some(value))]),
        define("b", native::identity(), &[("a", None)]),
        define("stream", stream, &[]),
        define("reader", reader, &[("stream", None)]),
        define("end", native::identity(), &[("reader", None)]),
    ];
    flow.edit(changes, OnMissingDefault::Refuse).expect("a graph that can be wired");
    flow
}

/// Runs for so many virtual seconds, then drops the run.
fn run_for(event_loop: &EventLoop, flow: &Flow<Counted>, seconds: u64) {
    let flow = flow.clone();
    let root = async move {
        let options = RunOptions { generations: Some(5), ..RunOptions::default() };
        let run = spawn(async move { flow.run(options).await });
        sleep(Duration::from_secs(seconds)).await;
        run.cancel();
    };
    event_loop.run_until_complete(root).expect("it ends");
}

#[test]
fn flow_and_loop_free_all_in_either_order() {
    for seconds in [0, 1, 2, 100, 2_000] {
        for flow_first in [true, false] {
            let (values, bodies) = (Count::default(), Count::default());
            let (event_loop, flow) = (virtual_loop(), build(&values, &bodies));
            run_for(&event_loop, &flow, seconds);
            if flow_first {
                drop(flow);
                drop(event_loop);
            } else {
                drop(event_loop);
                drop(flow);
            }
            assert_eq!((values.0.get(), bodies.0.get()), (0, 0), "{seconds} s, flow first: {flow_first}");
        }
    }
}

#[test]
fn a_flow_that_was_stopped_with_bodies_to_be_polled_frees_all() {
    let stopped = || {
        let sheet = Sheet::new("s = slow_range:9(); t = sum(s)");
        let stop = Stop::from([(sheet.id("s"), (0, 3))]);
        sheet.run_with(RunOptions { stop, ..RunOptions::default() }).unwrap_err();
    };
    stopped(); // what a thread allocates once
    let before = living();
    stopped();
    assert_eq!(living() - before, 0);
}

#[test]
fn a_dropped_flow_leaves_no_task_in_its_loop() {
    for seconds in [0, 1, 2, 100, 2_000] {
        let (values, bodies) = (Count::default(), Count::default());
        let (event_loop, flow) = (virtual_loop(), build(&values, &bodies));
        run_for(&event_loop, &flow, seconds);
        drop(flow);
        assert_eq!((values.0.get(), bodies.0.get()), (0, 0), "{seconds} s");
        assert!(!event_loop.has_living_tasks(), "{seconds} s");
    }
}

#[test]
fn what_an_edit_takes_out_is_freed_at_once() {
    for seconds in [0, 1, 2, 100, 2_000] {
        let (values, bodies) = (Count::default(), Count::default());
        let (event_loop, flow) = (virtual_loop(), build(&values, &bodies));
        run_for(&event_loop, &flow, seconds);
        let names = ["source", "a", "b", "stream", "reader", "end"];
        let remove = |name: &str| Change::Remove { name: name.into() };
        flow.edit(names.map(remove).into(), OnMissingDefault::Refuse).unwrap();
        assert_eq!((values.0.get(), bodies.0.get()), (0, 0), "{seconds} s");
    }
}

#[test]
fn a_refused_edit_frees_what_it_brought() {
    let (values, bodies) = (Count::default(), Count::default());
    let flow = build(&values, &bodies);
    let before = (values.0.get(), bodies.0.get());
    let own = Counted::new(&bodies);
    let body = native::node(Signature::new("New").input("x"), move |_| {
        let _ = &own;
        Evaluation::error(std::fmt::Error)
    });
    let changes = vec![Change::Remove { name: "a".into() }, define("new", body, &[("new", None)])];
    assert!(flow.edit(changes, OnMissingDefault::Refuse).is_err());
    assert_eq!((values.0.get(), bodies.0.get()), before);
}

#[test]
fn values_are_kept_for_two_generations_at_most() {
    let (values, bodies) = (Count::default(), Count::default());
    let (event_loop, flow) = (virtual_loop(), build(&values, &bodies));
    let remove = |name: &str| Change::Remove { name: name.into() };
    flow.edit(vec![remove("stream"), remove("reader"), remove("end")], OnMissingDefault::Refuse).unwrap();
    let advance = |generations| {
        let flow = flow.clone();
        let options = RunOptions {
            scope: flowno_engine::flow::Scope::All,
            generations: Some(generations),
            ..RunOptions::default()
        };
        event_loop.run_until_complete(async move { flow.run(options).await }).unwrap().unwrap();
        values.0.get()
    };
    let early = advance(3);
    assert_eq!(advance(1_000), early);
}

#[test]
fn a_body_that_asks_the_flow_as_it_goes_may_be_replaced() {
    struct Asks(Flow<Counted>, Rc<RefCell<Vec<usize>>>);
    impl Drop for Asks {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0.nodes().len());
        }
    }
    let (flow, asked) = (Flow::new(), Rc::default());
    let count = Count::default();
    let define_asking = || {
        let asks = Asks(flow.clone(), Rc::clone(&asked));
        let value = Counted::new(&count);
        let body = native::node(Signature::new("Asks"), move |_| {
            let _ = &asks;
            Evaluation::value(value.clone())
        });
        define("a", body, &[])
    };
    let edit = |change| flow.edit(vec![change], OnMissingDefault::Refuse).expect("a change that can be made");
    edit(define_asking());
    edit(define_asking());
    edit(Change::Remove { name: "a".into() });
    assert_eq!(*asked.borrow(), [1, 0]);
}
