//! Every order in which some tasks can be polled.
//!
//! The tasks are polled by hand. In each state any task that was woken may be the next, so a wake-up that comes
//! late, early, or to somebody else is tried too.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

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

/// Runs all interleavings, in the order of their choices; gives how many there are.
pub(crate) fn explore<W: World>(make: impl Fn() -> W) -> usize {
    let mut choices: Vec<usize> = Vec::new();
    let mut count = 0;
    loop {
        let mut taken = follow(make(), &choices);
        count += 1;
        while taken.last().is_some_and(|(choice, of)| choice + 1 == *of) {
            taken.pop();
        }
        let Some(last) = taken.last_mut() else { return count };
        last.0 += 1;
        choices = taken.into_iter().map(|(choice, _)| choice).collect();
    }
}

/// Runs one interleaving: follows `choices`, takes the first ready task beyond them, and notes what it chose from.
fn follow(mut world: impl World, choices: &[usize]) -> Vec<(usize, usize)> {
    let mut taken = Vec::new();
    loop {
        let ready = world.tasks().ready();
        if ready.is_empty() {
            world.check_end();
            return taken;
        }
        let choice = choices.get(taken.len()).copied().unwrap_or(0);
        taken.push((choice, ready.len()));
        world.tasks().poll(ready[choice]);
        world.polled(ready[choice]);
    }
}
