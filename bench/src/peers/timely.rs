//! timely: one worker. Timely has no back-pressure between operators, so each round (one record, one
//! timestamp) is waited for by a probe: that is what one value an edge costs. A cycle needs no probe, since
//! its one record goes round by itself.

use std::cell::Cell;
use std::rc::Rc;

use timely::container::CapacityContainerBuilder;
use timely::dataflow::operators::vec::{Filter, Map};
use timely::dataflow::operators::{
    Concat, Concatenate, ConnectLoop, Feedback, Input, Inspect, Probe, ToStream,
};
use timely::dataflow::{InputHandle, ProbeHandle};
use timely::worker::Worker;

use crate::measure::{Measured, Stopwatch};
use crate::work::{Work, fan_sum, stream_sum};

/// Where the records come in; a timestamp is a round.
type Records = InputHandle<u64, CapacityContainerBuilder<Vec<i64>>>;

/// Does the work, if it is one for timely.
pub(crate) fn run(work: Work) -> Option<Measured> {
    match work {
        Work::Ring { nodes: 2, generations } => Some(cycle(generations)),
        Work::Ring { nodes, generations } => Some(chain(nodes, generations)),
        Work::Fan { width, generations } => Some(fan(width, generations)),
        Work::Stream { chunks } => Some(stream(chunks)),
        _ => None,
    }
}

fn cycle(generations: u64) -> Measured {
    let watch = Stopwatch::start();
    timely::execute_directly(move |worker| {
        worker.dataflow::<u64, _, _>(|scope| {
            let (outlet, inlet) = scope.feedback(1);
            (0..1)
                .to_stream(scope)
                .container::<Vec<i64>>()
                .concat(inlet)
                .map(|x| x + 1)
                .map(|x| x + 1)
                .filter(move |x| *x < 2 * generations as i64)
                .connect_loop(outlet);
        });
    });
    watch.stop(2 * generations)
}

fn chain(nodes: u64, generations: u64) -> Measured {
    timely::execute_directly(move |worker| {
        let (mut input, probe, last) = (Records::new(), ProbeHandle::new(), Rc::new(Cell::new(0)));
        let shown = last.clone();
        worker.dataflow(|scope| {
            let mut chain = scope.input_from(&mut input).container::<Vec<i64>>();
            for _ in 0..nodes {
                chain = chain.map(|x| x + 1);
            }
            chain.inspect(move |x| shown.set(*x)).probe_with(&probe);
        });
        worker.step();
        let watch = Stopwatch::start();
        rounds(worker, &mut input, &probe, generations);
        let measured = watch.stop(nodes * generations);
        assert_eq!(last.get(), (generations - 1 + nodes) as i64);
        measured
    })
}

fn fan(width: u64, generations: u64) -> Measured {
    timely::execute_directly(move |worker| {
        let (mut input, probe, sum) = (Records::new(), ProbeHandle::new(), Rc::new(Cell::new(0)));
        let total = sum.clone();
        worker.dataflow(|scope| {
            let source = scope.input_from(&mut input).container::<Vec<i64>>().map(|_| 1);
            let middle = (0..width as i64).map(|i| source.clone().map(move |x| x + i)).collect::<Vec<_>>();
            scope.concatenate(middle).inspect(move |x| total.set(total.get() + x)).probe_with(&probe);
        });
        worker.step();
        let watch = Stopwatch::start();
        rounds(worker, &mut input, &probe, generations);
        let measured = watch.stop((width + 2) * generations);
        assert_eq!(sum.get(), fan_sum(width) * generations as i64);
        measured
    })
}

fn stream(chunks: u64) -> Measured {
    timely::execute_directly(move |worker| {
        let (mut input, probe, sum) = (Records::new(), ProbeHandle::new(), Rc::new(Cell::new(0)));
        let total = sum.clone();
        worker.dataflow(|scope| {
            let odd = scope.input_from(&mut input).container::<Vec<i64>>().map(|x| 2 * x + 1);
            odd.inspect(move |x| total.set(total.get() + x)).probe_with(&probe);
        });
        worker.step();
        let watch = Stopwatch::start();
        rounds(worker, &mut input, &probe, chunks);
        let measured = watch.stop(chunks);
        assert_eq!(sum.get(), stream_sum(chunks));
        measured
    })
}

/// Feeds 0, 1, .. one a round, and waits for each to come through.
fn rounds(worker: &mut Worker, input: &mut Records, probe: &ProbeHandle<u64>, count: u64) {
    for round in 0..count {
        input.send(round as i64);
        input.advance_to(round + 1);
        while probe.less_than(input.time()) {
            worker.step();
        }
    }
}
