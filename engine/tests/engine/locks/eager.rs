//! Wakers that poll at once, as those of other crates may.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use flowno_engine::sync::{AsyncQueue, Condition, Event, Lock};

type Waits = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static WAITING: RefCell<Option<Waits>> = const { RefCell::new(None) };
}

/// Polls who waits when it is woken.
struct Eager;

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        if let Some(mut waits) = WAITING.take()
            && waits.as_mut().poll(&mut Context::from_waker(&eager())).is_pending()
        {
            WAITING.set(Some(waits));
        }
    }
}

fn eager() -> Waker {
    Waker::from(Arc::new(Eager))
}

/// Waits until it is polled by its waker, which `wakes` brings about, and has ended then.
fn ends_as_it_is_woken(waits: impl Future<Output = ()> + 'static, wakes: impl FnOnce()) {
    let mut waits: Waits = Box::pin(waits);
    assert_eq!(waits.as_mut().poll(&mut Context::from_waker(&eager())), Poll::Pending);
    WAITING.set(Some(waits));
    wakes();
    assert!(WAITING.take().is_none());
}

/// Polls once what need not wait.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn an_event_is_seen_by_who_polls_as_it_is_woken() {
    let event = Event::new();
    let waited = event.clone();
    ends_as_it_is_woken(async move { waited.wait().await }, || event.set());
}

#[test]
fn a_lock_is_taken_by_who_polls_as_it_is_woken() {
    let lock = Lock::new();
    at_once(lock.acquire());
    let waited = lock.clone();
    ends_as_it_is_woken(async move { waited.acquire().await }, || lock.release().expect("it is held"));
    assert!(lock.is_locked());
}

#[test]
fn a_lock_passes_from_who_gives_up_to_who_polls_as_it_is_woken() {
    let lock = Lock::new();
    at_once(lock.acquire());
    let mut first = Box::pin(lock.acquire());
    assert_eq!(first.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending);
    let waited = lock.clone();
    ends_as_it_is_woken(async move { waited.acquire().await }, || {
        lock.release().expect("it is held"); // wakes the first, which gives up
        drop(first);
    });
}

#[test]
fn a_condition_is_seen_by_who_polls_as_it_is_woken() {
    let condition = Condition::new();
    at_once(condition.lock().acquire());
    let waited = condition.clone();
    let waits = async move {
        waited.wait().await.expect("it is held");
        waited.lock().release().expect("it is held");
        at_once(waited.lock().acquire());
        waited.notify_all();
    };
    ends_as_it_is_woken(waits, || condition.notify(1));
}

#[test]
fn an_item_is_got_and_room_taken_by_who_polls_as_it_is_woken() {
    let queue = AsyncQueue::new(Some(1));
    let gets = queue.clone();
    ends_as_it_is_woken(async move { assert_eq!(gets.get().await, Ok(1)) }, || {
        at_once(queue.put(1)).expect("open");
    });
    at_once(queue.put(2)).expect("open");
    let puts = queue.clone();
    ends_as_it_is_woken(async move { puts.put(3).await.expect("open") }, || {
        assert_eq!(at_once(queue.get()), Ok(2));
    });
    let puts = queue.clone();
    ends_as_it_is_woken(
        async move {
            puts.put(4).await.expect_err("closed");
        },
        || queue.close(),
    );
}
