//! salsa: inputs, and a tracked function that gives a node's value.

use salsa::{Database, DatabaseImpl, Setter};

use crate::measure::{Measured, Stopwatch};
use crate::work::{Work, changed};

/// A node: what it holds, added to what it reads.
#[salsa::input]
struct Node {
    #[returns(copy)]
    left: Option<Node>,
    #[returns(copy)]
    right: Option<Node>,
    #[returns(copy)]
    held: i64,
}

#[salsa::tracked(returns(copy))]
fn value(db: &dyn Database, node: Node) -> i64 {
    let read = |node: Option<Node>| node.map_or(0, |node| value(db, node));
    read(node.left(db)) + read(node.right(db)) + node.held(db)
}

/// Does the work, if it is one for salsa.
pub(crate) fn run(work: Work) -> Option<Measured> {
    match work {
        Work::Chains { chains, length, updates } => Some(self::chains(chains, length, updates)),
        Work::Tree { leaves, updates } => Some(tree(leaves, updates)),
        _ => None,
    }
}

fn chains(chains: u64, length: u64, updates: u64) -> Measured {
    let mut db = DatabaseImpl::default();
    let chain = |_| {
        let input = Node::new(&db, None, None, 0);
        (input, (0..length).fold(input, |node, _| Node::new(&db, Some(node), None, 1)))
    };
    let chains: Vec<_> = (0..chains).map(chain).collect();
    for (_, end) in &chains {
        value(&db, *end);
    }
    let watch = Stopwatch::start();
    for update in 0..updates {
        let (input, end) = chains[changed(update, chains.len() as u64) as usize];
        input.set_held(&mut db).to(update as i64);
        assert_eq!(value(&db, end), (update + length) as i64);
    }
    watch.stop(updates)
}

fn tree(leaves: u64, updates: u64) -> Measured {
    let mut db = DatabaseImpl::default();
    let leaves: Vec<_> = (0..leaves).map(|_| Node::new(&db, None, None, 0)).collect();
    let mut level = leaves.clone();
    while level.len() > 1 {
        let above = |pair: &[Node]| Node::new(&db, Some(pair[0]), pair.get(1).copied(), 0);
        level = level.chunks(2).map(above).collect();
    }
    let root = level[0];
    value(&db, root);
    let watch = Stopwatch::start();
    for update in 0..updates {
        leaves[changed(update, leaves.len() as u64) as usize].set_held(&mut db).to(update as i64);
        std::hint::black_box(value(&db, root));
    }
    let measured = watch.stop(updates);
    assert_eq!(value(&db, root), leaves.iter().map(|leaf| leaf.held(&db)).sum::<i64>());
    measured
}
