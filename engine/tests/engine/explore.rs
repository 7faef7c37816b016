//! Every order in which some tasks can be polled.
//!
//! The tasks are polled by hand. In each state any task that was woken may be the next, so a wake-up that comes
//! late, early, or to somebody else is tried too.
//!
//! Each test run takes all orders of three tasks of three operations each, and some of five tasks of five each, drawn
//! from a seed: of those there are too many for all. `FLOWNO_INTERLEAVINGS=5` takes all orders of three tasks of
//! five each, and draws more of the others.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use crate::seeded::{Random, count};

/// How many operations each of three tasks does when all orders are taken.
const OPERATIONS: usize = 3;

/// How many operations a script has.
const LONGEST: usize = 5;

/// How many orders are drawn, for each script of [`LONGEST`], where there are too many for all.
const DRAWN: usize = 2_000;

/// The same on request.
const DRAWN_ON_REQUEST: usize = 200_000;

/// What the tasks of a world do, a letter an operation.
pub(crate) type Script = &'static str;

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

struct Task {
    future: Option<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Flag>,
}

/// Tasks that are polled by hand.
#[derive(Default)]
pub(crate) struct Tasks(Vec<Task>);

impl Tasks {
    pub(crate) fn spawn(&mut self, future: impl Future<Output = ()> + 'static) {
        let woken = Arc::new(Flag(AtomicBool::new(true)));
        self.0.push(Task { future: Some(Box::pin(future)), woken });
    }

    /// Whether a task has not ended.
    pub(crate) fn is_alive(&self, index: usize) -> bool {
        self.0[index].future.is_some()
    }

    /// Drops a task where it waits.
    pub(crate) fn cancel(&mut self, index: usize) {
        self.0[index].future = None;
    }

    fn ready(&self) -> Vec<usize> {
        let is_ready = |task: &Task| task.future.is_some() && task.woken.0.load(Ordering::Relaxed);
        (0..self.0.len()).filter(|index| is_ready(&self.0[*index])).collect()
    }

    fn poll(&mut self, index: usize) {
        let task = &mut self.0[index];
        task.woken.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(task.woken.clone());
        let future = task.future.as_mut().expect("a task that has not ended");
        if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            task.future = None;
        }
    }
}

/// Tasks on something, and a model of it.
pub(crate) trait World {
    fn tasks(&mut self) -> &mut Tasks;

    /// Checks what a task did when it was polled.
    fn polled(&mut self, index: usize);

    /// Nobody is ready: checks that whoever still waits cannot go on.
    fn check_end(&mut self);
}

/// Takes all orders of three tasks of each of `trios`, and draws some of five tasks of each of `crowds`; says how many.
pub(crate) fn explore<W: World>(
    trios: &[[Script; 3]],
    crowds: &[[Script; 5]],
    make: impl Fn(&[Script]) -> W,
) {
    let operations = count("FLOWNO_INTERLEAVINGS", OPERATIONS as u64).min(LONGEST as u64) as usize;
    let all: usize = trios
        .iter()
        .map(|scripts| {
            let scripts = scripts.map(|script| &script[..operations]);
            explore_all(|| make(&scripts))
        })
        .sum();
    let drawn = if operations == LONGEST { DRAWN_ON_REQUEST } else { DRAWN };
    crowds.iter().for_each(|scripts| draw(drawn, || make(scripts)));
    // Past the harness, which shows nothing of a test that passes.
    let _ = writeln!(
        std::io::stderr(),
        "{all} interleavings: all of 3 tasks of {operations} operations each; {} drawn of 5 tasks of {LONGEST} each",
        drawn * crowds.len()
    );
    assert!(all > trios.len() * 100, "the tasks do interleave");
}

/// Runs all interleavings, in the order of their choices; gives how many there are.
fn explore_all<W: World>(make: impl Fn() -> W) -> usize {
    let mut choices: Vec<usize> = Vec::new();
    let mut count = 0;
    loop {
        let mut taken = Vec::new();
        run(make(), |of| {
            let choice = choices.get(taken.len()).copied().unwrap_or(0);
            taken.push((choice, of));
            choice
        });
        count += 1;
        while taken.last().is_some_and(|(choice, of)| choice + 1 == *of) {
            taken.pop();
        }
        let Some(last) = taken.last_mut() else { return count };
        last.0 += 1;
        choices = taken.into_iter().map(|(choice, _)| choice).collect();
    }
}

/// Runs `drawn` interleavings, each drawn from a seed.
fn draw<W: World>(drawn: usize, make: impl Fn() -> W) {
    for seed in 0..drawn as u64 {
        let mut random = Random(seed);
        run(make(), |of| random.below(of));
    }
}

/// Runs one interleaving: `choose` picks one of so many ready tasks.
fn run(mut world: impl World, mut choose: impl FnMut(usize) -> usize) {
    loop {
        let ready = world.tasks().ready();
        if ready.is_empty() {
            return world.check_end();
        }
        let task = ready[choose(ready.len())];
        world.tasks().poll(task);
        world.polled(task);
    }
}
