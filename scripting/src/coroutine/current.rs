//! Inside a body: waiting, pausing, and knowing that one is to end.

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::ptr::NonNull;
use std::task::{Context, Poll, Waker};

use corosensei::Yielder;

use super::depth::{end_operation, leave_operation};
use super::stack::RESERVE_BYTES;
use crate::memory::OnStack;

/// What a resumption tells the body.
pub(super) enum Resume {
    /// Go on; whatever is waited for shall wake this.
    Poll(Waker),
    /// Go on to the end, and wait for nothing any more.
    Cancel,
}

/// Why [`block_on`] has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// The script has been dropped and is to end.
    #[error("cancelled")]
    Cancelled,
    /// No script runs here: there is nothing to switch to.
    #[error("only a running script can wait")]
    Outside,
}

/// The script that runs, as seen from inside. It lives on the script's own stack.
struct Link<'a> {
    yielder: &'a Yielder<Resume, ()>,
    /// Who is to be woken when the script can go on.
    waker: RefCell<Waker>,
    cancelled: Cell<bool>,
    /// How often it was suspended.
    suspensions: Cell<u32>,
    /// The stack that this runs on.
    bounds: Bounds,
    /// What is counted of that as held reaches down to here.
    mark: Cell<usize>,
    on_stack: OnStack,
    /// What it lets go of when it is dropped.
    held: RefCell<Vec<Held>>,
}

/// Where a stack begins, from which it grows downwards, and below what address little is left of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) base: usize,
    pub(super) low: usize,
}

/// The steps in which a stack is counted: what most scripts take.
const STACK_STEP: usize = 16 << 10;

/// Something that a script holds: its number, and what lets go of it.
pub type Held = (u64, Box<dyn FnOnce()>);

thread_local! {
    /// The innermost script that runs on this thread.
    static CURRENT: Cell<Option<NonNull<Link<'static>>>> = const { Cell::new(None) };
}

/// Keeps the script that runs now, and makes it the current one again at the end of a resumption.
pub(super) struct Outer(Option<NonNull<Link<'static>>>);

impl Outer {
    /// To be held while another script is resumed.
    pub(super) fn save() -> Self {
        Self(CURRENT.get())
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        CURRENT.set(self.0);
        end_operation();
    }
}

/// Runs `body` as the current script. Called on the script's own stack, at its first resumption.
pub(super) fn enter<R>(
    yielder: &Yielder<Resume, ()>,
    first: Resume,
    bounds: Bounds,
    body: impl FnOnce() -> R,
) -> R {
    let (waker, cancelled) = match first {
        Resume::Poll(waker) => (waker, false),
        Resume::Cancel => (Waker::noop().clone(), true),
    };
    let link = Link {
        yielder,
        waker: RefCell::new(waker),
        cancelled: Cell::new(cancelled),
        suspensions: Cell::new(0),
        mark: Cell::new((bounds.base - STACK_STEP).max(bounds.low)),
        bounds,
        on_stack: OnStack::default(),
        held: RefCell::default(),
    };
    link.make_current();
    // Also when it panics.
    let _finally = ReleaseIfDropped(&link);
    body()
}

/// Lets go of what a script holds that has been dropped, or panics.
struct ReleaseIfDropped<'a>(&'a Link<'a>);

impl Drop for ReleaseIfDropped<'_> {
    fn drop(&mut self) {
        if self.0.cancelled.get() || std::thread::panicking() {
            release_held();
        }
    }
}

/// Waits for a future: suspends the script as long as it is pending.
///
/// # Errors
///
/// [`BlockError::Cancelled`], at once and without polling the future, when the script is to end;
/// [`BlockError::Outside`] where no script runs.
pub fn block_on<F: Future>(future: F) -> Result<F::Output, BlockError> {
    leave_operation();
    with_link(|link| {
        let mut future = pin!(future);
        while !link.cancelled.get() {
            // A copy, because the poll may block on something itself, and then the waker may change.
            let waker = link.waker.borrow().clone();
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Ok(value);
            }
            link.suspend();
        }
        Err(BlockError::Cancelled)
    })
}

/// Runs `work` as where no script runs, though it is on the stack of the one that does: nothing in it can wait, or is that
/// script's.
pub fn aside<R>(work: impl FnOnce() -> R) -> R {
    let _outer = Outer::save();
    end_operation();
    CURRENT.set(None);
    work()
}

/// Whether the script that runs here has as much of its stack left again as is kept in reserve; `true` where none runs.
pub fn has_room() -> bool {
    let here = 0_u8;
    let here = (&raw const here).addr();
    with_link(|link| Ok(here >= link.bounds.low + RESERVE_BYTES)).unwrap_or(true)
}

/// Lets everything else that is ready run, and goes on afterwards.
///
/// # Errors
///
/// As [`block_on`].
pub fn checkpoint() -> Result<(), BlockError> {
    with_link(|link| {
        if !link.cancelled.get() {
            link.waker.borrow().wake_by_ref();
            link.suspend();
        }
        if link.cancelled.get() { Err(BlockError::Cancelled) } else { Ok(()) }
    })
}

/// Whether the script that runs here has been dropped and is to end; `false` where none runs.
pub fn is_cancelled() -> bool {
    with_link(|link| Ok(link.cancelled.get())).unwrap_or(false)
}

/// How often the script that runs here has been suspended, be it that it waited or that it stepped back; 0 where none runs.
pub fn suspensions() -> u32 {
    with_link(|link| Ok(link.suspensions.get())).unwrap_or(0)
}

/// Notes something that the script that runs here holds. Should it be dropped, `let_go` is called when its body has
/// ended; if it ends by itself, never.
pub fn hold(number: u64, let_go: impl FnOnce() + 'static) {
    hold_all(vec![(number, Box::new(let_go))]);
}

/// [`hold`] of several things.
pub fn hold_all(held: Vec<Held>) {
    // Where no script runs there is none that could be dropped.
    let _ = with_link(|link| {
        link.held.borrow_mut().extend(held);
        Ok(())
    });
}

/// Forgets something that the script that runs here holds no more.
pub fn let_go(number: u64) {
    let gone = with_link(|link| {
        let mut held = link.held.borrow_mut();
        let place = held.iter().rposition(|(other, _)| *other == number);
        Ok(place.map(|place| held.remove(place)))
    });
    drop(gone);
}

/// Forgets all that the script that runs here holds, and gives it, so that another may [`hold_all`] of it.
pub fn take_held() -> Vec<Held> {
    with_link(|link| Ok(link.held.take())).unwrap_or_default()
}

/// Lets go of all that the script that runs here holds.
pub fn release_held() {
    // The last one taken is the first to go.
    take_held().into_iter().rev().for_each(|(_, let_go)| let_go());
}

/// Whether a script runs here, so that waiting is possible.
pub fn is_inside() -> bool {
    CURRENT.get().is_some()
}

/// Why a script must not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MustEnd {
    /// It has used up its stack but for a reserve.
    StackLow,
    /// It has been dropped.
    Cancelled,
}

/// Whether the script that runs here must end. To be asked as often as anything can recurse: beyond the reserve of the stack is
/// a guard page, and touching that ends the process. `None` where no script runs.
pub fn must_end() -> Option<MustEnd> {
    let here = 0_u8;
    let here = (&raw const here).addr();
    let look = |link: &Link<'_>| match here < link.mark.get() && link.is_low(here) {
        true => Some(MustEnd::StackLow),
        false => link.cancelled.get().then_some(MustEnd::Cancelled),
    };
    with_link(|link| Ok(look(link))).unwrap_or(None)
}

/// How far the script that runs here has ever gone into the reserve of its stack, in bytes.
#[cfg(test)]
pub(crate) fn reserve_used() -> usize {
    with_link(|link| Ok(super::stack::used_below(link.bounds.low))).unwrap_or(0)
}

/// Calls `f` with the current script, whose stack this runs on.
fn with_link<T>(f: impl FnOnce(&Link<'_>) -> Result<T, BlockError>) -> Result<T, BlockError> {
    let link = CURRENT.get().ok_or(BlockError::Outside)?;
    // SAFETY: `CURRENT` points to the link of the script that runs: it is set by the script itself when it
    // begins or goes on, and `Outer` takes it back when the script suspends or ends. So we are below
    // `enter` on that script's stack, where the link lives, and this borrow ends before `enter` does. The
    // link is only ever borrowed shared.
    f(unsafe { link.as_ref() })
}

impl Link<'_> {
    fn make_current(&self) {
        end_operation();
        CURRENT.set(Some(NonNull::from(self).cast()));
    }

    /// Notes that the stack has come down to `here`, below all that was counted; whether that is too low. What was touched
    /// stays taken until the script has ended.
    #[cold]
    fn is_low(&self, here: usize) -> bool {
        let Bounds { base, low } = self.bounds;
        self.mark.set(base.saturating_sub((base - here).next_multiple_of(STACK_STEP)).max(low));
        self.count_stack();
        here < low
    }

    fn count_stack(&self) {
        self.on_stack.set(self.bounds.base - self.mark.get());
    }

    /// Switches to whoever drives the script, and comes back when it is resumed.
    fn suspend(&self) {
        end_operation();
        let before = self.suspensions.get();
        self.suspensions.set(before.saturating_add(1));
        if before == 0 {
            self.count_stack(); // whatever ends at once takes a stack of the pool, and gives it back
        }
        match self.yielder.suspend(()) {
            Resume::Poll(waker) => {
                self.waker.replace(waker);
            }
            Resume::Cancel => self.cancelled.set(true),
        }
        self.make_current();
    }
}
