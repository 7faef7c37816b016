//! reactive_graph: signals, and memos that read them.

use reactive_graph::computed::Memo;
use reactive_graph::owner::Owner;
use reactive_graph::signal::RwSignal;
use reactive_graph::traits::{Get, GetUntracked, Set};

use crate::measure::{Measured, Stopwatch};
use crate::work::{Work, changed};

/// Does the work, if it is one for reactive_graph.
pub(crate) fn run(work: Work) -> Option<Measured> {
    let owner = Owner::new();
    owner.set();
    match work {
        Work::Chains { chains, length, updates } => Some(self::chains(chains, length, updates)),
        Work::Tree { leaves, updates } => Some(tree(leaves, updates)),
        _ => None,
    }
}

fn chains(chains: u64, length: u64, updates: u64) -> Measured {
    let chain = |_| {
        let input = RwSignal::new(0);
        let first = Memo::new(move |_| input.get() + 1);
        (input, (1..length).fold(first, |memo, _| Memo::new(move |_| memo.get() + 1)))
    };
    let chains: Vec<_> = (0..chains).map(chain).collect();
    for (_, end) in &chains {
        end.get_untracked();
    }
    let watch = Stopwatch::start();
    for update in 0..updates {
        let (input, end) = chains[changed(update, chains.len() as u64) as usize];
        input.set(update as i64);
        assert_eq!(end.get_untracked(), (update + length) as i64);
    }
    watch.stop(updates)
}

fn tree(leaves: u64, updates: u64) -> Measured {
    let leaves: Vec<_> = (0..leaves).map(|_| RwSignal::new(0)).collect();
    let mut level = pairs(&leaves);
    while level.len() > 1 {
        level = pairs(&level);
    }
    let root = level[0];
    root.get_untracked();
    let watch = Stopwatch::start();
    for update in 0..updates {
        leaves[changed(update, leaves.len() as u64) as usize].set(update as i64);
        std::hint::black_box(root.get_untracked());
    }
    let measured = watch.stop(updates);
    assert_eq!(root.get_untracked(), leaves.iter().map(|leaf| leaf.get_untracked()).sum::<i64>());
    measured
}

/// A memo for each two of these (the leaves are a power of two).
fn pairs<T: Get<Value = i64> + Copy + Send + Sync + 'static>(below: &[T]) -> Vec<Memo<i64>> {
    let sum = |pair: &[T]| {
        let (left, right) = (pair[0], pair[1]);
        Memo::new(move |_| left.get() + right.get())
    };
    below.chunks_exact(2).map(sum).collect()
}
