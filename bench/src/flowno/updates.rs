//! One input changes and what depends on it is brought up to date.

use std::cell::Cell;
use std::rc::Rc;

use flowno_engine::flow::{Change, Evaluation, Flow, NodeId, RunOptions, Signature};
use flowno_engine::native::node;

use super::graphs::{Body, define, edit, event_loop, increment, sum, value};
use crate::measure::{Measured, Stopwatch};
use crate::work::changed;

/// `chains` inputs, each with a chain of `length` nodes.
pub(crate) fn chains(chains: u64, length: u64, updates: u64) -> Measured {
    let (flow, mut changes) = (Flow::new(), Vec::new());
    let cells = define_inputs(chains, &mut changes);
    let name = |chain: u64, i: u64| -> Rc<str> { format!("c{chain}_{i}").into() };
    for chain in 0..chains {
        changes.push(define(name(chain, 1), increment(), vec![(input_name(chain), None)]));
        changes.extend(
            (2..=length).map(|i| define(name(chain, i), increment(), vec![(name(chain, i - 1), None)])),
        );
    }
    edit(&flow, changes);
    let inputs = Inputs::new(&flow, cells);
    let ends: Vec<_> = (0..chains).map(|chain| flow.node(&name(chain, length)).expect("defined")).collect();
    measure(async move {
        run(&flow).await;
        let watch = Stopwatch::start();
        for update in 0..updates {
            let chain = changed(update, chains);
            inputs.set(&flow, chain, update as i64);
            run(&flow).await;
            let end = flow.value(ends[chain as usize]).expect("a value")[0];
            assert_eq!(end, (update + length) as i64);
        }
        watch.stop(updates)
    })
}

/// `leaves` inputs under a binary tree of sums.
pub(crate) fn tree(leaves: u64, updates: u64) -> Measured {
    let (flow, mut changes) = (Flow::new(), Vec::new());
    let cells = define_inputs(leaves, &mut changes);
    let mut level: Vec<Rc<str>> = (0..leaves).map(input_name).collect();
    while level.len() > 1 {
        let above = |(i, pair): (usize, &[Rc<str>])| {
            let name: Rc<str> = format!("t{}_{i}", level.len()).into();
            let inputs = pair.iter().map(|name| (name.clone(), None)).collect();
            changes.push(define(name.clone(), sum(pair.len() as u64), inputs));
            name
        };
        level = level.chunks(2).enumerate().map(above).collect();
    }
    edit(&flow, changes);
    let inputs = Inputs::new(&flow, cells);
    measure(async move {
        run(&flow).await;
        let watch = Stopwatch::start();
        for update in 0..updates {
            inputs.set(&flow, changed(update, leaves), update as i64);
            run(&flow).await;
        }
        let measured = watch.stop(updates);
        assert_eq!(value(&flow, &level[0]), inputs.sum());
        measured
    })
}

fn input_name(i: u64) -> Rc<str> {
    format!("in{i}").into()
}

/// Nodes that give what is in their cells.
fn define_inputs(count: u64, changes: &mut Vec<Change<i64>>) -> Vec<Rc<Cell<i64>>> {
    let cells: Vec<Rc<Cell<i64>>> = (0..count).map(|_| Rc::default()).collect();
    changes.extend(cells.iter().enumerate().map(|(i, cell)| {
        let cell = cell.clone();
        let body: Body = node(Signature::new("Input"), move |_| Evaluation::value(cell.get()));
        define(input_name(i as u64), body, vec![])
    }));
    cells
}

/// The inputs of a graph: what they give, and which nodes they are.
struct Inputs {
    cells: Vec<Rc<Cell<i64>>>,
    nodes: Vec<NodeId>,
}

impl Inputs {
    fn new(flow: &Flow<i64>, cells: Vec<Rc<Cell<i64>>>) -> Self {
        let node = |i| flow.node(&input_name(i)).expect("defined");
        Self { nodes: (0..cells.len() as u64).map(node).collect(), cells }
    }

    fn set(&self, flow: &Flow<i64>, i: u64, value: i64) {
        self.cells[i as usize].set(value);
        flow.touch(&[self.nodes[i as usize]]);
    }

    fn sum(&self) -> i64 {
        self.cells.iter().map(|cell| cell.get()).sum()
    }
}

async fn run(flow: &Flow<i64>) {
    flow.run(RunOptions::default()).await.expect("no node fails");
}

fn measure(root: impl Future<Output = Measured> + 'static) -> Measured {
    event_loop().run_until_complete(root).expect("the loop runs")
}
