//! Every order in which three tasks of three operations each can be polled, against a model of the queue.
//!
//! The tasks are polled by hand. In each state any task that was woken may be the next, so a wake-up that comes
//! late, early, or to somebody else is tried too. At the end nobody may be left who could go on: whoever still waits
//! must wait for good reason.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use flowno_engine::event_loop::yield_now;
use flowno_engine::sync::AsyncQueue;

/// Capacities that are tried.
const CAPACITIES: [Option<usize>; 2] = [Some(1), None];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Put,
    Get,
    Peek,
    Close,
}

/// What the three tasks do, by letter.
const SCRIPTS: [[&str; 3]; 4] =
    [["PPP", "GPG", "GGG"], ["PCG", "GGG", "KGG"], ["PPC", "GGG", "GGG"], ["KKK", "PPP", "GCG"]];

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What a task has done, as it sees it: the item, or -1 for a closed queue.
type Seen = Rc<std::cell::RefCell<Vec<(Op, i64)>>>;

struct Actor {
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Flag>,
    seen: Seen,
    script: &'static str,
}

fn op(letter: char) -> Op {
    match letter {
        'P' => Op::Put,
        'G' => Op::Get,
        'K' => Op::Peek,
        _ => Op::Close,
    }
}

async fn act(queue: AsyncQueue<i64>, script: &'static str, seen: Seen, next_item: Rc<Cell<i64>>) {
    for letter in script.chars() {
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
        };
        seen.borrow_mut().push((op, item));
        yield_now().await; // the others may come between any two operations
    }
}

/// Three tasks on one queue, and the order of all that was taken and put.
struct World {
    queue: AsyncQueue<i64>,
    capacity: Option<usize>,
    actors: Vec<Actor>,
    inside: std::collections::VecDeque<i64>,
}

impl World {
    fn new(capacity: Option<usize>, scripts: [&'static str; 3]) -> Self {
        let queue = AsyncQueue::new(capacity);
        let next_item = Rc::new(Cell::new(1));
        let actors = scripts.map(|script| {
            let seen = Seen::default();
            let future = act(queue.clone(), script, seen.clone(), next_item.clone());
            let woken = Arc::new(Flag(AtomicBool::new(true)));
            Actor { future: Some(Box::pin(future)), woken, seen, script }
        });
        Self { queue, capacity, actors: actors.into(), inside: std::collections::VecDeque::new() }
    }

    fn ready(&self) -> Vec<usize> {
        let is_ready = |actor: &Actor| actor.future.is_some() && actor.woken.0.load(Ordering::Relaxed);
        (0..self.actors.len()).filter(|index| is_ready(&self.actors[*index])).collect()
    }

    /// Polls one task and checks what it did against the model.
    fn poll(&mut self, index: usize) {
        let actor = &mut self.actors[index];
        let before = actor.seen.borrow().len();
        actor.woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(actor.woken.clone());
        let future = actor.future.as_mut().expect("a task that has not ended");
        if future.as_mut().poll(&mut Context::from_waker(&waker)) != Poll::Pending {
            actor.future = None;
        }
        let did: Vec<(Op, i64)> = actor.seen.borrow()[before..].to_vec();
        for (op, item) in did {
            self.check(op, item);
        }
        assert_eq!(self.queue.len(), self.inside.len());
    }

    fn check(&mut self, op: Op, item: i64) {
        match (op, item) {
            (Op::Close, _) => {}
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

    /// Nobody is ready: whoever still waits must not be able to go on.
    fn check_end(&self) {
        for actor in self.actors.iter().filter(|actor| actor.future.is_some()) {
            let waits_in = op(actor.script.chars().nth(actor.seen.borrow().len()).expect("an operation"));
            let full = self.capacity.is_some_and(|capacity| self.inside.len() >= capacity);
            let stuck =
                !self.queue.is_closed() && if waits_in == Op::Put { full } else { self.inside.is_empty() };
            assert!(stuck, "a task waits in {waits_in:?} though it could go on");
        }
    }
}

/// Runs one interleaving: follows `choices`, takes the first ready task beyond them, and notes what it chose from.
fn follow(capacity: Option<usize>, scripts: [&'static str; 3], choices: &[usize]) -> Vec<(usize, usize)> {
    let mut world = World::new(capacity, scripts);
    let mut taken = Vec::new();
    loop {
        let ready = world.ready();
        if ready.is_empty() {
            world.check_end();
            return taken;
        }
        let choice = choices.get(taken.len()).copied().unwrap_or(0);
        taken.push((choice, ready.len()));
        world.poll(ready[choice]);
    }
}

/// All interleavings, in the order of their choices.
fn explore(capacity: Option<usize>, scripts: [&'static str; 3]) -> usize {
    let mut choices: Vec<usize> = Vec::new();
    let mut count = 0;
    loop {
        let mut taken = follow(capacity, scripts, &choices);
        count += 1;
        while taken.last().is_some_and(|(choice, of)| choice + 1 == *of) {
            taken.pop();
        }
        let Some(last) = taken.last_mut() else { return count };
        last.0 += 1;
        choices = taken.into_iter().map(|(choice, _)| choice).collect();
    }
}

#[test]
fn every_interleaving_of_three_tasks_obeys_the_model() {
    let mut total = 0;
    for capacity in CAPACITIES {
        total += SCRIPTS.iter().map(|scripts| explore(capacity, *scripts)).sum::<usize>();
    }
    println!("{total} interleavings");
    assert!(total > SCRIPTS.len() * CAPACITIES.len() * 10, "the tasks do interleave");
}
