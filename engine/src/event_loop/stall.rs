//! Waiting for the moment when nothing can run any more.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::{Rc, Weak};
use std::task::{Poll, Waker};

use super::current;

/// One who waits; alive as long as its future is.
struct Slot {
    waker: RefCell<Waker>,
    told: Cell<bool>,
}

/// Those who wait to be told of a stall.
#[derive(Default)]
pub(crate) struct StallWaiters(RefCell<Vec<Weak<Slot>>>);

impl StallWaiters {
    fn add(&self, slot: &Rc<Slot>) {
        let mut slots = self.0.borrow_mut();
        slots.retain(|slot| slot.strong_count() > 0);
        slots.push(Rc::downgrade(slot));
    }

    /// Wakes all who wait; `false` if nobody does.
    pub(crate) fn tell(&self) -> bool {
        let slots = std::mem::take(&mut *self.0.borrow_mut());
        let mut any = false;
        for slot in slots.iter().filter_map(Weak::upgrade) {
            any = true;
            slot.told.set(true);
            slot.waker.borrow().wake_by_ref();
        }
        any
    }
}

/// Completes when nothing is ready, no timer runs and no socket is watched: from then on only another
/// thread could wake anything. What the caller waits for will never come by itself.
///
/// # Panics
///
/// When polled, if no event loop runs on this thread.
pub async fn stalled() {
    let mut slot: Option<Rc<Slot>> = None;
    poll_fn(|cx| match &slot {
        Some(slot) if slot.told.get() => Poll::Ready(()),
        Some(slot) => {
            slot.waker.borrow_mut().clone_from(cx.waker());
            Poll::Pending
        }
        None => {
            let new = Rc::new(Slot { waker: RefCell::new(cx.waker().clone()), told: Cell::new(false) });
            current().stall_waiters.add(&new);
            slot = Some(new);
            Poll::Pending
        }
    })
    .await;
}
