//! Wakers that poll at once, as those of other crates may.

use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use flowno_engine::sync::Event;

thread_local! {
    static WAITING: RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>> = const { RefCell::new(None) };
}

/// Polls who waits when it is woken.
struct Eager;

impl Wake for Eager {
    fn wake(self: Arc<Self>) {
        let polled =
            WAITING.take().map(|mut waits| waits.as_mut().poll(&mut Context::from_waker(Waker::noop())));
        assert_eq!(polled, Some(Poll::Ready(())));
    }
}

#[test]
fn an_event_is_seen_by_who_polls_as_it_is_woken() {
    let event = Event::new();
    let waited = event.clone();
    let mut waits: Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move { waited.wait().await });
    let waker = Waker::from(Arc::new(Eager));
    assert_eq!(waits.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending);
    WAITING.set(Some(waits));
    event.set();
    assert!(WAITING.take().is_none());
}
