//! What a stream keeps for late readers is bounded in bytes too.

use std::cell::Cell;
use std::rc::Rc;

use flowno_engine::event_loop::EventLoop;
use flowno_engine::flow::{
    Arg, Change, Evaluation, Final, Flow, InputDef, InputSource, Node, OnMissingDefault, Outputs, PortRef,
    RunOptions, STREAM_REPLAY_BYTES, Signature, Sum, Value,
};
use flowno_engine::native;

/// A number that says it keeps a mebibyte.
#[derive(Debug, Clone, PartialEq)]
struct Heavy(usize);

impl std::ops::Add for Heavy {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Value for Heavy {
    type Accumulator = Sum<Self>;

    fn weight(&self) -> usize {
        1 << 20
    }
}

const MOST: usize = STREAM_REPLAY_BYTES >> 20;

fn stream(length: usize, calls: Rc<Cell<usize>>) -> Rc<dyn Node<Heavy>> {
    native::node(Signature::new("Stream").streaming(), move |call| {
        calls.set(calls.get() + 1);
        let emitter = call.emitter.take().expect("a streaming call");
        Evaluation::future(async move {
            for i in 1..=length {
                emitter.emit(Outputs::from_buf([Heavy(i)])).await.expect("no cancel");
            }
            Ok(Final::Fold)
        })
    })
}

fn count() -> Rc<dyn Node<Heavy>> {
    native::node(Signature::new("Count").stream_input("s"), |call| {
        let Some(Arg::Stream(mut chunks)) = call.args.pop() else { unreachable!("one stream") };
        Evaluation::future(async move {
            let mut count = 0;
            while chunks.next().await.is_some() {
                count += 1;
            }
            Ok(Final::Values(Outputs::from_buf([Heavy(count)])))
        })
    })
}

fn reader(name: &str) -> Change<Heavy> {
    let source = InputSource::Node { name: "s".into(), port: PortRef::Index(0) };
    Change::Define { name: name.into(), body: count(), inputs: vec![InputDef { source, default: None }] }
}

/// How often the stream was made when a second reader came after the first was done, and what that one counted.
fn late_reader(length: usize) -> (usize, Heavy) {
    let (flow, calls) = (Flow::new(), Rc::default());
    let body = stream(length, Rc::clone(&calls));
    let source = Change::Define { name: "s".into(), body, inputs: vec![] };
    let event_loop = EventLoop::new().expect("a poller");
    for changes in [vec![source, reader("early")], vec![reader("late")]] {
        flow.edit(changes, OnMissingDefault::Refuse).expect("a sound graph");
        let flow = flow.clone();
        event_loop
            .run_until_complete(async move { flow.run(RunOptions::default()).await })
            .expect("a run")
            .expect("no failure");
    }
    let late = flow.node("late").and_then(|id| flow.value(id)).expect("it has run");
    (calls.get(), late[0].clone())
}

#[test]
fn a_stream_too_heavy_to_keep_is_made_again_for_a_late_reader() {
    assert_eq!(late_reader(MOST), (1, Heavy(MOST)));
    assert_eq!(late_reader(MOST + 1), (2, Heavy(MOST + 1)));
}
