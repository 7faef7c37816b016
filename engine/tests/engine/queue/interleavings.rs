//! The orders in which tasks can put, get, peek and close, against a model of the queue. At the end nobody may be left
//! who could go on: whoever still waits must wait for good reason.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use flowno_engine::event_loop::yield_now;
use flowno_engine::sync::AsyncQueue;

use crate::explore::{self, Script, Tasks, explore};

/// Capacities that are tried.
const CAPACITIES: [Option<usize>; 2] = [Some(1), None];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Put,
    Get,
    Peek,
    Close,
    /// Cancels the next task, where it waits.
    Cancel,
}

/// What three tasks do, by letter.
const TRIOS: [[Script; 3]; 5] = [
    ["PPPGP", "GPGPG", "GGGPK"],
    ["PCGPG", "GGGKC", "KGGPG"],
    ["PPCGP", "GGGCK", "GGGPG"],
    ["KKKGG", "PPPPC", "GCGPK"],
    ["GGPXG", "GPKGP", "PXPPG"],
];

/// What five do.
const CROWDS: [[Script; 5]; 4] = [
    ["PPPPP", "GGGGG", "PGPGP", "GPKGP", "KKGPG"],
    ["PPGPC", "GGKGG", "PKPPG", "GGGPG", "PPPKG"],
    ["GGGGG", "KGKGK", "PPPPP", "PPPPP", "GKPGC"],
    ["GGXGG", "KGKGP", "PPXPP", "PPGPP", "GKPXG"],
];

/// What a task has done, as it sees it: the item, or -1 for a closed queue.
type Seen = Rc<RefCell<Vec<(Op, i64)>>>;

struct Actor {
    seen: Seen,
    /// How much of it was checked.
    checked: usize,
    script: Script,
}

fn op(letter: char) -> Op {
    match letter {
        'P' => Op::Put,
        'G' => Op::Get,
        'K' => Op::Peek,
        'X' => Op::Cancel,
        _ => Op::Close,
    }
}

async fn act(queue: AsyncQueue<i64>, script: Script, seen: Seen, next_item: Rc<Cell<i64>>) {
    for (index, letter) in script.chars().enumerate() {
        if index > 0 {
            yield_now().await; // the others may come between any two operations
        }
        let op = op(letter);
        let item = match op {
            Op::Put => {
                let item = next_item.replace(next_item.get() + 1);
                queue.put(item).await.map_or(-1, |()| item)
            }
            Op::Get => queue.get().await.unwrap_or(-1),
            Op::Peek => queue.peek().await.unwrap_or(-1),
            Op::Close => {
                queue.close();
                0
            }
            Op::Cancel => 0,
        };
        seen.borrow_mut().push((op, item));
    }
}

/// Tasks on one queue, and the order of all that was taken and put.
struct World {
    queue: AsyncQueue<i64>,
    capacity: Option<usize>,
    tasks: Tasks,
    actors: Vec<Actor>,
    inside: VecDeque<i64>,
}

impl World {
    fn new(capacity: Option<usize>, scripts: &[Script]) -> Self {
        let queue = AsyncQueue::new(capacity);
        let next_item = Rc::new(Cell::new(1));
        let mut tasks = Tasks::default();
        let act_out = |script: &Script| {
            let seen = Seen::default();
            tasks.spawn(act(queue.clone(), script, seen.clone(), next_item.clone()));
            Actor { seen, checked: 0, script }
        };
        let actors = scripts.iter().map(act_out).collect();
        Self { queue, capacity, tasks, actors, inside: VecDeque::new() }
    }

    fn check(&mut self, op: Op, item: i64) {
        match (op, item) {
            (Op::Close | Op::Cancel, _) => {}
            (Op::Put, -1) => assert!(self.queue.is_closed()),
            (Op::Put, item) => {
                self.inside.push_back(item);
                assert!(self.capacity.is_none_or(|capacity| self.inside.len() <= capacity));
            }
            (_, -1) => assert!(self.queue.is_closed() && self.inside.is_empty()),
            (Op::Peek, item) => assert_eq!(self.inside.front(), Some(&item)),
            (Op::Get, item) => assert_eq!(self.inside.pop_front(), Some(item)),
        }
    }
}

impl explore::World for World {
    fn tasks(&mut self) -> &mut Tasks {
        &mut self.tasks
    }

    fn polled(&mut self, index: usize) {
        let actor = &mut self.actors[index];
        let did: Vec<(Op, i64)> = actor.seen.borrow()[actor.checked..].to_vec();
        actor.checked += did.len();
        for (op, item) in did {
            self.check(op, item);
            if op == Op::Cancel {
                self.tasks.cancel((index + 1) % self.actors.len());
            }
        }
        assert_eq!(self.queue.len(), self.inside.len());
    }

    fn check_end(&mut self) {
        for index in (0..self.actors.len()).filter(|index| self.tasks.is_alive(*index)) {
            let actor = &self.actors[index];
            let waits_in = op(actor.script.chars().nth(actor.checked).expect("an operation"));
            let full = self.capacity.is_some_and(|capacity| self.inside.len() >= capacity);
            let stuck =
                !self.queue.is_closed() && if waits_in == Op::Put { full } else { self.inside.is_empty() };
            assert!(stuck, "a task waits in {waits_in:?} though it could go on");
        }
    }
}

#[test]
fn every_interleaving_obeys_the_model() {
    for capacity in CAPACITIES {
        explore(&TRIOS, &CROWDS, |scripts| World::new(capacity, scripts));
    }
}
