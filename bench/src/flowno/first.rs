//! Graphs made and run once, as Flowno's are: what is measured is the run, with all that a first run brings.
//! The bodies are `async`, as Flowno's nodes are.

use flowno_engine::flow::{Change, Evaluation, Final, Flow, Outputs, Signature};
use flowno_engine::native::node;

use super::graphs::{
    Body, advance, define, edit, event_loop, increment_async, nth, ring_of, stream_of, value,
};
use crate::measure::{Measured, Stopwatch};
use crate::work::stream_sum;

/// A source of zero and `nodes - 1` that add one.
pub(crate) fn chain(nodes: u64, runs: u64) -> Measured {
    let changes = || {
        let before = |i: u64| if i == 0 { vec![] } else { vec![(nth(i - 1), None)] };
        let body = |i| if i == 0 { zero() } else { increment_async() };
        (0..nodes).map(|i| define(nth(i), body(i), before(i))).collect()
    };
    repeat(runs, nodes, changes, 1, |flow| assert_eq!(value(flow, &nth(nodes - 1)), nodes as i64 - 1))
}

/// Two nodes that add one and read each other, up to generation `generations`. Generations count from zero, so
/// that is one call more of each; Flowno spares the last one of the second node.
pub(crate) fn cycle(generations: u64, runs: u64) -> Measured {
    let calls = 2 * (generations + 1);
    let changes = || ring_of(2, increment_async);
    repeat(runs, calls, changes, generations, |flow| assert_eq!(value(flow, &nth(1)), calls as i64))
}

/// A stream of `chunks` through three nodes.
pub(crate) fn stream(chunks: u64, runs: u64) -> Measured {
    let changes = || stream_of(chunks);
    repeat(runs, chunks, changes, 1, |flow| assert_eq!(value(flow, "sum"), stream_sum(chunks)))
}

fn zero() -> Body {
    node(Signature::new("Zero"), |_| Evaluation::future(async { Ok(Final::Values(Outputs::from_buf([0]))) }))
}

/// Makes the graph, lets it run for so many generations and checks it, so many times.
fn repeat(
    runs: u64,
    items: u64,
    changes: impl Fn() -> Vec<Change<i64>>,
    generations: u64,
    check: impl Fn(&Flow<i64>),
) -> Measured {
    let event_loop = event_loop();
    (0..runs)
        .map(|_| {
            let flow = Flow::new();
            edit(&flow, changes());
            let watch = Stopwatch::start();
            advance(&event_loop, &flow, generations);
            let measured = watch.stop(items);
            check(&flow);
            measured
        })
        .sum()
}
