//! A task that is cancelled while it waits leaves nothing behind, and what it was woken for passes on.

use flowno_engine::event_loop::{TaskHandle, spawn, yield_now};
use flowno_engine::sync::{Condition, Lock, NotLocked};

use crate::support::virtual_loop;

fn on_loop<T: 'static>(root: impl Future<Output = T> + 'static) -> T {
    virtual_loop().run_until_complete(root).expect("nobody hangs")
}

async fn settle() {
    for _ in 0..4 {
        yield_now().await;
    }
}

fn locker(lock: &Lock) -> TaskHandle<()> {
    let lock = lock.clone();
    spawn(async move { lock.acquire().await })
}

#[test]
fn a_lock_passes_by_who_gave_up() {
    on_loop(async {
        let lock = Lock::new();
        let guard = lock.lock().await;
        let (first, second) = (locker(&lock), locker(&lock));
        settle().await;
        drop(guard); // wakes the first, which then gives up before it is polled
        assert!(first.cancel());
        second.join().await.expect("the lock is free");
        assert!(lock.is_locked());
    });
}

#[test]
fn a_guard_releases_and_a_free_lock_cannot_be_released() {
    on_loop(async {
        let lock = Lock::new();
        drop(lock.lock().await);
        assert!(!lock.is_locked());
        assert_eq!(lock.release(), Err(NotLocked));
    });
}

#[test]
fn a_notification_passes_by_who_gave_up() {
    on_loop(async {
        let condition = Condition::new();
        let (first, second) = (waiter(&condition), waiter(&condition));
        settle().await;
        condition.notify(1);
        assert!(first.cancel());
        second.join().await.expect("the notification has passed on");
        assert_eq!(condition.wait().await, Err(NotLocked));
    });
}

#[test]
fn a_notification_passes_by_who_gave_up_as_it_took_the_lock_again() {
    on_loop(async {
        let condition = Condition::new();
        let (first, second) = (waiter(&condition), waiter(&condition));
        settle().await;
        let guard = condition.lock().lock().await;
        condition.notify(1);
        settle().await; // the first has seen it, and waits for the lock
        assert!(first.cancel());
        drop(guard);
        second.join().await.expect("the notification has passed on");
        assert!(!condition.lock().is_locked());
    });
}

/// A task that takes the condition's lock, waits for news, and lets go.
fn waiter(condition: &Condition) -> TaskHandle<()> {
    let condition = condition.clone();
    spawn(async move {
        condition.lock().acquire().await;
        condition.wait().await.expect("it is held");
        condition.lock().release().expect("it is held");
    })
}
