use std::time::{Duration, Instant};

use flowno_engine::event_loop::{now, sleep, spawn};

use super::{A_MINUTE, Notes};
use crate::support::virtual_loop;

/// Timers of the virtual day.
const TIMERS: u64 = 10_000;
const DAY_S: u64 = 86_400;

#[test]
fn sleeps_end_by_deadline_and_equal_ones_in_the_order_they_began() {
    let notes = Notes::default();
    let inner = notes.clone();
    let root = async move {
        let sleeps = [("c", 3), ("a1", 1), ("b", 2), ("a2", 1), ("now", 0)];
        let tasks = sleeps.map(|(name, seconds)| {
            let notes = inner.clone();
            spawn(async move {
                let slept = sleep(Duration::from_secs(seconds)).await;
                notes.add(format!("{name} {}", slept.as_secs()));
            })
        });
        for task in tasks {
            task.join().await.unwrap();
        }
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(notes.take(), ["now 0", "a1 1", "a2 1", "b 2", "c 3"]);
}

#[test]
fn a_virtual_day_of_timers_runs_at_once_and_in_order() {
    let begun = Instant::now();
    let seconds = virtual_loop().run_until_complete(async {
        let order = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let tasks: Vec<_> = (0..TIMERS)
            .map(|number| {
                let (order, second) = (order.clone(), number * 7919 % DAY_S);
                spawn(async move {
                    sleep(Duration::from_secs(second)).await;
                    assert_eq!(now().as_secs(), second, "time stands still while anything can run");
                    order.borrow_mut().push((second, number));
                })
            })
            .collect();
        for task in tasks {
            task.join().await.unwrap();
        }
        order.take()
    });
    let seconds = seconds.unwrap();
    assert_eq!(seconds.len() as u64, TIMERS);
    assert!(seconds.is_sorted());
    assert!(begun.elapsed() < A_MINUTE);
}

#[test]
fn dropped_sleeps_neither_fire_nor_move_the_clock() {
    let slept = virtual_loop().run_until_complete(async {
        for _ in 0..1_000 {
            let long = spawn(sleep(Duration::from_secs(DAY_S)));
            sleep(Duration::from_millis(1)).await;
            long.cancel();
        }
        now()
    });
    assert_eq!(slept.unwrap(), Duration::from_secs(1));
}

#[test]
fn the_longest_sleep_does_not_overflow() {
    let woken = virtual_loop().run_until_complete(async {
        let for_ever = spawn(sleep(Duration::MAX));
        sleep(Duration::from_secs(DAY_S)).await;
        for_ever.is_done()
    });
    assert!(!woken.unwrap());
}

#[test]
fn the_longest_wait_that_is_allowed_does_not_overflow() {
    use flowno_engine::event_loop::RunUntil;
    let options = RunUntil { join: true, wait_for_spawned_tasks: true, max_wait: Some(Duration::MAX) };
    let root = async {
        sleep(Duration::from_secs(1)).await;
        sleep(Duration::from_secs(DAY_S)).await;
        now().as_secs()
    };
    assert_eq!(virtual_loop().run_with(root, options).unwrap(), Some(DAY_S + 1));
}
