//! The orders in which tasks can lock, wait, set and notify, against a model.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::event_loop::yield_now;
use flowno_engine::sync::{Condition, Event, Lock};

use crate::explore::{self, Script, Tasks, explore};

/// What three tasks do, by letter: `A`cquire, `R`elease, `S`et the event, `W`ait for it, wait for the `C`ondition while
/// holding the lock, `N`otify one, notify `*` all, release the lock if it is one's own and cancel the ne`X`t task where it waits.
const TRIOS: [[Script; 3]; 9] = [
    ["ARARA", "ARARA", "ARARA"],
    ["AWRAR", "SARAR", "WARSA"],
    ["SWWSW", "WSWWS", "WWSWW"],
    ["ACRAR", "ACRAR", "ANRAN"],
    ["ACRAC", "ACRAR", "A*RA*"],
    ["ACRAC", "ANRAR", "ANRAC"],
    ["ACNRA", "ACNRS", "NA*RW"],
    ["ACRAR", "ACRAR", "ANXAR"],
    ["ARARA", "AXARA", "WARSX"],
];

/// What five do.
const CROWDS: [[Script; 5]; 4] = [
    ["ARARA", "AWRAR", "SARAR", "WARAR", "ARWAR"],
    ["ACRAR", "ACRAR", "ANRAR", "ANRAC", "A*RAR"],
    ["ACNRA", "ACNRA", "ACRSN", "WANRA", "NA*RS"],
    ["ACRAR", "ACRAR", "AWRAX", "ANXAR", "ANXSX"],
];

#[derive(Clone, Default)]
struct Shared {
    lock: Lock,
    event: Event,
    condition: Condition,
    model: Rc<RefCell<Model>>,
}

/// What is true at any moment.
#[derive(Default)]
struct Model {
    holder: Option<usize>,
    /// Tasks that wait for the condition, first in, first out, and have not been notified.
    waiting: Vec<usize>,
    /// Tasks that have begun to wait for the condition and do not have the lock again.
    in_condition: Vec<usize>,
    /// How far each task has come.
    at: Vec<usize>,
    /// Tasks that are to be cancelled.
    cancelled: Vec<usize>,
}

impl Model {
    fn take(&mut self, task: usize) {
        assert_eq!(self.holder.replace(task), None, "two tasks hold the lock");
    }

    fn give(&mut self, task: usize) {
        assert_eq!(self.holder.take(), Some(task));
    }

    fn notify(&mut self, count: usize) {
        let waiting = self.waiting.len();
        self.waiting.drain(..count.min(waiting));
    }

    /// A task is cancelled: the notification that it may have been given passes on.
    fn forget(&mut self, task: usize) {
        let waited = self.waiting.len();
        self.waiting.retain(|other| *other != task);
        let was_notified = self.in_condition.contains(&task) && self.waiting.len() == waited;
        self.in_condition.retain(|other| *other != task);
        if was_notified {
            self.notify(1);
        }
    }
}

async fn act(shared: Shared, task: usize, script: Script) {
    let model = || shared.model.borrow_mut();
    for (index, letter) in script.chars().enumerate() {
        if index > 0 {
            yield_now().await; // the others may come between any two operations
        }
        match letter {
            'A' => {
                shared.lock.acquire().await;
                model().take(task);
            }
            'R' => {
                model().give(task);
                shared.lock.release().expect("it is held");
            }
            'S' => shared.event.set(),
            'W' => shared.event.wait().await,
            'C' => {
                model().give(task);
                model().waiting.push(task);
                model().in_condition.push(task);
                shared.condition.wait().await.expect("it is held");
                model().in_condition.retain(|other| *other != task);
                assert!(!model().waiting.contains(&task), "a task went on without being notified");
                model().take(task);
            }
            'X' => {
                if model().holder == Some(task) {
                    model().give(task);
                    shared.lock.release().expect("it is held");
                }
                let next = (task + 1) % model().at.len();
                model().cancelled.push(next);
            }
            _ => {
                let count = if letter == '*' { usize::MAX } else { 1 };
                model().notify(count);
                shared.condition.notify(count);
            }
        }
        model().at[task] += 1;
    }
}

struct World {
    shared: Shared,
    tasks: Tasks,
    scripts: Vec<Script>,
}

impl World {
    fn new(scripts: &[Script]) -> Self {
        let lock = Lock::new();
        let condition = Condition::with_lock(lock.clone());
        let shared = Shared { lock, condition, ..Shared::default() };
        shared.model.borrow_mut().at.resize(scripts.len(), 0);
        let mut tasks = Tasks::default();
        for (task, script) in scripts.iter().enumerate() {
            tasks.spawn(act(shared.clone(), task, script));
        }
        Self { shared, tasks, scripts: scripts.to_vec() }
    }
}

impl explore::World for World {
    fn tasks(&mut self) -> &mut Tasks {
        &mut self.tasks
    }

    fn polled(&mut self, _index: usize) {
        let cancelled = std::mem::take(&mut self.shared.model.borrow_mut().cancelled);
        let holder = self.shared.model.borrow().holder;
        // Nobody gives back what a task holds that is cancelled.
        for task in cancelled.into_iter().filter(|task| holder != Some(*task)) {
            self.shared.model.borrow_mut().forget(task);
            self.tasks.cancel(task);
        }
        assert!(holder.is_none() || self.shared.lock.is_locked());
    }

    fn check_end(&mut self) {
        let model = self.shared.model.borrow();
        for task in (0..self.scripts.len()).filter(|task| self.tasks.is_alive(*task)) {
            let letter = self.scripts[task].chars().nth(model.at[task]).expect("an operation");
            let stuck = match letter {
                'A' => model.holder.is_some(),
                'W' => !self.shared.event.is_set(),
                'C' => model.waiting.contains(&task) || model.holder.is_some(),
                _ => false,
            };
            assert!(stuck, "task {task} waits in {letter} though it could go on");
        }
    }
}

#[test]
fn every_interleaving_obeys_the_model() {
    explore(&TRIOS, &CROWDS, World::new);
}
