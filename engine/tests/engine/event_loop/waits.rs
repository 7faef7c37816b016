//! Errors that say who waits for whom.

use std::future::{pending, poll_fn};
use std::task::Poll;

use flowno_engine::event_loop::{LoopError, Waits, sleep, spawn, spawn_named, waits, yield_now};
use flowno_engine::sync::{AsyncQueue, Condition, Event, Lock};

use crate::support::virtual_loop;

/// The waits of a root that stalls.
fn stall(root: impl Future<Output = ()> + 'static) -> Waits {
    match virtual_loop().run_until_complete(root) {
        Err(LoopError::Stalled { waits }) => waits,
        other => panic!("no stall: {other:?}"),
    }
}

fn lines(waits: &Waits) -> Vec<String> {
    waits.iter().map(ToString::to_string).collect()
}

#[test]
fn each_wait_is_told_for_what() {
    let waits = stall(async {
        let queue = AsyncQueue::<u32>::new(Some(1));
        let (empty, full) = (AsyncQueue::<u32>::new(None), queue.clone());
        queue.put(1).await.unwrap();
        let (event, condition) = (Event::new(), Condition::new());
        spawn_named("getter", async move { empty.get().await });
        spawn_named("putter", async move { full.put(2).await });
        spawn_named("listener", async move { event.wait().await });
        spawn_named("notified", async move {
            condition.lock().acquire().await;
            condition.wait().await
        });
        spawn(pending::<()>());
        spawn_named("joiner", async { spawn_named("never", pending::<()>()).join().await }).join().await.ok();
    });
    assert_eq!(
        lines(&waits),
        [
            "task 1 `root` waits for task 7 `joiner` to end",
            "task 2 `getter` waits for an item in an AsyncQueue (get)",
            "task 3 `putter` waits for room in an AsyncQueue (put)",
            "task 4 `listener` waits for an Event to be set",
            "task 5 `notified` waits for a Condition to be notified",
            "task 6 waits for something that it does not tell",
            "task 7 `joiner` waits for task 8 `never` to end",
            "task 8 `never` waits for something that it does not tell",
        ]
    );
}

#[test]
fn a_deadlock_shows_who_has_what_the_other_wants() {
    let waits = stall(async {
        let (left, right) = (Lock::new(), Lock::new());
        let eat = |first: Lock, second: Lock| async move {
            let _first = first.lock().await;
            yield_now().await;
            let _second = second.lock().await;
        };
        let one = spawn_named("one", eat(left.clone(), right.clone()));
        spawn_named("two", eat(right, left));
        one.join().await.unwrap();
    });
    assert_eq!(
        lines(&waits)[1..],
        [
            "task 2 `one` waits for a Lock that task 3 `two` has",
            "task 3 `two` waits for a Lock that task 2 `one` has",
        ]
    );
}

#[test]
fn a_lock_whose_holder_has_ended_is_told() {
    let waits = stall(async {
        let lock = Lock::new();
        let taken = lock.clone();
        spawn(async move { taken.acquire().await }).join().await.unwrap();
        lock.acquire().await;
    });
    assert_eq!(lines(&waits), ["task 1 `root` waits for a Lock that a task that has ended has"]);
}

#[test]
fn only_the_last_wait_counts() {
    let waits = stall(async {
        let queue = AsyncQueue::new(None);
        let event = Event::new();
        let own = queue.clone();
        spawn(async move {
            own.get().await.unwrap();
            event.wait().await;
        });
        spawn(async move {
            let mut first = true;
            // Waits for the clock, and then for nothing that can be told.
            sleep(std::time::Duration::from_secs(1)).await;
            poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
        });
        yield_now().await;
        queue.put(()).await.unwrap();
        pending::<()>().await;
    });
    assert_eq!(
        lines(&waits)[1..],
        ["task 2 waits for an Event to be set", "task 3 waits for something that it does not tell",]
    );
}

#[test]
fn an_error_lists_ten_and_counts_the_rest() {
    let waits = stall(async {
        for _ in 0..12 {
            spawn(pending::<()>());
        }
        pending::<()>().await;
    });
    assert_eq!(waits.len(), 13);
    let message = LoopError::Stalled { waits }.to_string();
    assert!(message.starts_with("nothing can run any more: task 1 `root` waits for"), "{message}");
    assert!(message.ends_with("; and 3 more"), "{message}");
    assert!(message.contains("task 10 waits") && !message.contains("task 11 waits"), "{message}");
}

#[test]
fn a_task_can_look_at_the_others() {
    let got = virtual_loop().run_until_complete(async {
        let event = Event::new();
        let listener = event.clone();
        spawn_named("listener", async move { listener.wait().await });
        yield_now().await;
        lines(&waits())
    });
    assert!(got.unwrap().contains(&"task 2 `listener` waits for an Event to be set".to_owned()));
}
