//! A day on the virtual clock: thousands of tasks that sleep, wait, fail and are cancelled, drawn from a seed.
//!
//! Every sleep checks when it ends and in which order. At the end nothing is left, and the same seed gives the same
//! day, to the last note.

mod faults;
mod flows;
mod traffic;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use flowno_engine::clock::{Clock, VirtualClock};
use flowno_engine::event_loop::{EventLoop, LoopError, TaskHandle, now, sleep, spawn};

use super::{A_MINUTE, Notes};
use crate::seeded::Random;

const DAY: Duration = Duration::from_secs(86_400);

/// Tasks that only sleep.
const SLEEPERS: u64 = 2_000;

/// How often and how long one sleeps at most; all in all less than a day. In whole seconds, so that many end at once.
const SLEEPS: u64 = 8;
const SLEEP_S: u64 = 10_000;

/// What all who live through a day share.
#[derive(Clone)]
struct Day(Rc<Shared>);

struct Shared {
    random: RefCell<Random>,
    notes: Notes,
    /// Tasks whose future has not been dropped.
    living: Cell<usize>,
    /// How many sleeps have begun.
    begun: Cell<u64>,
    /// The last sleep that ended: when, and the how manieth it was to begin.
    last_woken: Cell<(Duration, u64)>,
}

/// Counts a task as living until it is dropped with its future.
struct Living(Day);

impl Drop for Living {
    fn drop(&mut self) {
        let living = &self.0.0.living;
        living.set(living.get() - 1);
    }
}

impl Day {
    fn new(seed: u64) -> Self {
        Self(Rc::new(Shared {
            random: RefCell::new(Random(seed)),
            notes: Notes::default(),
            living: Cell::new(0),
            begun: Cell::new(0),
            last_woken: Cell::default(),
        }))
    }

    /// A number from 1 to `limit`.
    fn draw(&self, limit: u64) -> u64 {
        1 + self.0.random.borrow_mut().next() % limit
    }

    fn note(&self, what: String) {
        self.0.notes.add(format!("{:?} {what}", now()));
    }

    /// Sleeps for so many seconds; checks that it wakes at the very moment, and after all that slept before it till then.
    async fn sleep(&self, seconds: u64) {
        let (duration, begun) = (Duration::from_secs(seconds), self.0.begun.get());
        self.0.begun.set(begun + 1);
        let deadline = now() + duration;
        assert_eq!(sleep(duration).await, duration);
        assert_eq!(now(), deadline);
        let woken = (deadline, begun);
        assert!(self.0.last_woken.replace(woken) < woken, "sleeps end in the order of their deadlines");
    }

    fn spawn<T: 'static>(&self, future: impl Future<Output = T> + 'static) -> TaskHandle<T> {
        self.0.living.set(self.0.living.get() + 1);
        let living = Living(self.clone());
        spawn(async move {
            let _living = living;
            future.await
        })
    }

    async fn live(self) {
        let mut tasks = Vec::new();
        for number in 0..SLEEPERS {
            tasks.push(self.spawn(sleeper(self.clone(), number)));
        }
        faults::spawn(&self, &mut tasks);
        traffic::spawn(&self, &mut tasks);
        flows::spawn(&self, &mut tasks);
        for task in tasks {
            task.join().await.expect("all go well");
        }
        assert!(now() < DAY, "{:?}", now());
        sleep(DAY - now()).await;
    }
}

async fn sleeper(day: Day, number: u64) {
    for _ in 0..day.draw(SLEEPS) {
        day.sleep(day.draw(SLEEP_S)).await;
        day.note(format!("sleeper {number}"));
    }
}

/// Lives through a day; gives all its notes.
fn lived(seed: u64) -> Vec<String> {
    let begun = Instant::now();
    let clock = Rc::new(VirtualClock::new());
    let event_loop = EventLoop::with_clock(clock.clone()).expect("a poller");
    let day = Day::new(seed);
    event_loop.run_until_complete(day.clone().live()).expect("a day that ends");
    assert_eq!((clock.now(), day.0.living.get(), event_loop.has_living_tasks()), (DAY, 0, false));
    // A timer that was left would go off now; so nothing can run any more, at once.
    let end = event_loop.run_until_complete(std::future::pending::<()>());
    assert!(matches!(end, Err(LoopError::Stalled { .. })), "{end:?}");
    assert_eq!(clock.now(), DAY);
    assert!(begun.elapsed() < A_MINUTE);
    day.0.notes.take()
}

#[test]
fn a_day_of_faults_is_exact_leaves_nothing_and_can_be_lived_again() {
    let [first, again, other] = [1, 1, 2].map(lived);
    assert!(first.len() > 10_000, "{}", first.len());
    if let Some((one, two)) = first.iter().zip(&again).find(|(one, two)| one != two) {
        panic!("the same seed gave `{one}`, then `{two}`");
    }
    assert_eq!(first.len(), again.len());
    assert!(first != other);
}
