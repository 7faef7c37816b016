//! Letting time pass, and letting others go first.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::timers::TimerSlot;
use super::waits::Reason;
use super::{Inner, current, note};

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

/// Suspends the task for at least `duration` and returns the time really slept.
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn sleep(duration: Duration) -> Duration {
    let inner = current();
    let start = inner.clock.borrow().now();
    let deadline = start + duration.min(LONGEST_SLEEP);
    Sleep { deadline, slot: None, inner: inner.clone() }.await;
    let end = inner.clock.borrow().now();
    end - start
}

struct Sleep {
    deadline: Duration,
    slot: Option<Rc<TimerSlot>>,
    inner: Rc<Inner>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(slot) = &self.slot {
            if slot.fired.get() {
                return Poll::Ready(());
            }
            slot.waker.borrow_mut().clone_from(&Some(cx.waker().clone()));
            note(SLEEPING);
            return Poll::Pending;
        }
        let slot =
            Rc::new(TimerSlot { waker: RefCell::new(Some(cx.waker().clone())), fired: Cell::new(false) });
        self.inner.timers.borrow_mut().insert(self.deadline, slot.clone());
        self.slot = Some(slot);
        note(SLEEPING);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(slot) = &self.slot else { return };
        if slot.waker.take().is_some() {
            self.inner.timers.borrow_mut().note_dead();
        }
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
