//! Tasks that are cancelled, give up waiting, or panic.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use flowno_engine::event_loop::{TaskError, TaskHandle, now, sleep};
use flowno_engine::sync::{Event, Lock};

use super::{DAY, Day};

const CANCELLED: u64 = 600;
const PATIENT: u64 = 300;
const PANICKED: u64 = 50;

/// The latest that one of these faults happens, in seconds.
const LATEST_S: u64 = 40_000;

pub(super) fn spawn(day: &Day, tasks: &mut Vec<TaskHandle<()>>) {
    let lock = Lock::new();
    for number in 0..CANCELLED {
        tasks.push(day.spawn(cancel(day.clone(), number, lock.clone())));
    }
    for number in 0..PATIENT {
        tasks.push(day.spawn(give_up(day.clone(), number)));
    }
    for number in 0..PANICKED {
        tasks.push(day.spawn(survive(day.clone(), number)));
    }
}

/// Cancels a task that would sleep till tomorrow, holding a lock that the others want too.
async fn cancel(day: Day, number: u64, lock: Lock) {
    let victim = day.spawn(async move {
        let _guard = lock.lock().await;
        sleep(DAY).await;
    });
    day.sleep(day.draw(LATEST_S)).await;
    let living = day.0.living.get();
    assert!(victim.cancel(), "it was still running");
    assert_eq!(day.0.living.get(), living - 1, "it is dropped at once");
    assert_eq!(victim.join().await, Err(TaskError::Cancelled));
    assert!(!victim.cancel());
    day.note(format!("cancelled {number}"));
}

/// Waits for an event, but not for ever. It comes at a full second, and patience ends at a half.
async fn give_up(day: Day, number: u64) {
    let (comes, event) = (day.draw(LATEST_S), Event::new());
    let patience = Duration::from_secs(day.draw(LATEST_S)) + Duration::from_millis(500);
    let (setter, set) = (day.clone(), event.clone());
    let setter = day.spawn(async move {
        setter.sleep(comes).await;
        set.set();
    });
    let came = within(patience, event.wait()).await.is_some();
    let comes = Duration::from_secs(comes);
    assert_eq!((now(), came), (patience.min(comes), comes < patience));
    day.note(format!("patient {number}: {came}"));
    setter.join().await.expect("it is not cancelled");
}

/// Awaits a future for at most so long.
async fn within<T>(patience: Duration, future: impl Future<Output = T>) -> Option<T> {
    let (mut future, mut limit) = (pin!(future), pin!(sleep(patience)));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(cx).map(|_| None),
    })
    .await
}

/// Joins a task that panics.
async fn survive(day: Day, number: u64) {
    let (dies, witness) = (day.draw(LATEST_S), day.clone());
    let task: TaskHandle<()> = day.spawn(async move {
        witness.sleep(dies).await;
        panic!("number {number} has had enough");
    });
    let end = task.join().await;
    assert_eq!(end, Err(TaskError::Panicked(format!("number {number} has had enough"))));
    assert_eq!(now(), Duration::from_secs(dies));
    day.note(format!("panicked {number}"));
}
