//! Letting time pass, and letting others go first.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::timers::TimerId;
use super::waits::Reason;
use super::{Inner, current, note, try_current};
use crate::clock::Clock;

/// A sleep longer than this is taken for "for ever": about 136 years, far from overflow.
const LONGEST_SLEEP: Duration = Duration::from_secs(u32::MAX as u64);

/// What a sleep waits for.
const SLEEPING: Reason = &"a sleep to end";

/// The current loop's time.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn now() -> Duration {
    current().clock.borrow().now()
}

/// The current loop's time; `None` if no event loop runs on this thread.
pub fn try_now() -> Option<Duration> {
    try_current().map(|inner| inner.clock.borrow().now())
}

/// The current loop's time where the machine's clock shows `instant`; `None` if no event loop runs on this thread.
pub fn try_at(instant: Instant) -> Option<Duration> {
    try_current().map(|inner| inner.clock.borrow().at(instant))
}

/// Gives the current loop another clock, on which its timers go on. It should not show an earlier time than the one
/// before: timers would come late.
///
/// # Panics
///
/// If no event loop runs on this thread.
pub fn set_clock(clock: Rc<dyn Clock>) {
    *current().clock.borrow_mut() = clock;
}

/// Suspends the task for at least `duration` and returns the time really slept.
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn sleep(duration: Duration) -> Duration {
    let inner = current();
    let start = inner.clock.borrow().now();
    let deadline = start + duration.min(LONGEST_SLEEP);
    Sleep { deadline, timer: None, inner: inner.clone() }.await;
    let end = inner.clock.borrow().now();
    end - start
}

struct Sleep {
    deadline: Duration,
    timer: Option<TimerId>,
    inner: Rc<Inner>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut timers = self.inner.timers.borrow_mut();
        match self.timer {
            Some(timer) => {
                let old = timers.set_waker(timer, waker);
                drop(timers);
                if old.is_none() {
                    return Poll::Ready(());
                }
            }
            None => {
                let timer = timers.insert(self.deadline, waker);
                drop(timers);
                self.timer = Some(timer);
            }
        }
        note(SLEEPING);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(timer) = self.timer else { return };
        let waker = self.inner.timers.borrow_mut().remove(timer);
        drop(waker); // with nothing borrowed: it may be anybody's
    }
}

/// Lets every task that is ready now run once before the caller goes on.
pub async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
