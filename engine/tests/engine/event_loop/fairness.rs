use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use flowno_engine::clock::{Clock, VirtualClock};
use flowno_engine::event_loop::{EventLoop, sleep, spawn, yield_now};

use super::Notes;
use crate::support::virtual_loop;

#[test]
fn yield_now_lets_every_ready_task_run_once() {
    let notes = Notes::default();
    let inner = notes.clone();
    let root = async move {
        let tasks = ["a", "b", "c"].map(|name| {
            let notes = inner.clone();
            spawn(async move {
                for round in 0..3 {
                    notes.add(format!("{name}{round}"));
                    yield_now().await;
                }
            })
        });
        for task in tasks {
            task.join().await.unwrap();
        }
    };
    virtual_loop().run_until_complete(root).unwrap();
    assert_eq!(notes.take(), ["a0", "b0", "c0", "a1", "b1", "c1", "a2", "b2", "c2"]);
}

/// Ticks by itself, as a real clock does, but the same on each machine.
#[derive(Default)]
struct Ticking(VirtualClock);

impl Clock for Ticking {
    fn now(&self) -> Duration {
        self.0.skip_to(self.0.now() + Duration::from_millis(1));
        self.0.now()
    }

    fn skip_to(&self, deadline: Duration) -> bool {
        self.0.skip_to(deadline)
    }
}

#[test]
fn two_tasks_that_wake_each_other_do_not_starve_a_timer() {
    let event_loop = EventLoop::with_clock(std::rc::Rc::new(Ticking::default())).unwrap();
    let root = async {
        for _ in 0..2 {
            spawn(async {
                loop {
                    yield_now().await;
                }
            });
        }
        sleep(Duration::from_millis(20)).await
    };
    assert!(event_loop.run_until_complete(root).unwrap() >= Duration::from_millis(20));
}

#[test]
fn a_crowd_that_is_always_ready_does_not_starve_a_timer() {
    let event_loop = EventLoop::with_clock(std::rc::Rc::new(Ticking::default())).unwrap();
    let root = async {
        for _ in 0..5_000 {
            spawn(poll_fn(|cx| {
                cx.waker().wake_by_ref();
                Poll::<()>::Pending
            }));
        }
        sleep(Duration::from_millis(20)).await
    };
    assert!(event_loop.run_until_complete(root).unwrap() >= Duration::from_millis(20));
}
