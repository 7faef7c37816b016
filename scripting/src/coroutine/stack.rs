//! The pool of stacks: last in, first out, a thread its own.
//!
//! A stack is address space with a guard page below it; only the pages that a script has touched take
//! memory, 12 to 16 KiB for a suspended node body. A script that went deep leaves its pages touched, so
//! the stack of a script that was suspended is looked at before it is pooled: if there is anything at a
//! depth that bodies do not reach, it is unmapped instead. A script that never suspended skips the look.
//! It ran on the top of the pool, so such scripts spoil one stack and not the pool.

use std::cell::RefCell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use corosensei::stack::{DefaultStack, Stack};

use super::script::ScriptError;
use crate::limits::SUSPENDED_SCRIPTS_MAX;

/// The size of a stack. A plain script call takes 6 KiB optimised, one through a closure in `map` 14 KiB,
/// one inside ten other calls 36 KiB; unoptimised Rhai takes several times that. Less than 2 MiB, so that no
/// aligned huge page fits into a stack: with transparent huge pages the first touch would take it all.
pub const STACK_BYTES: usize = 3 << 19;

/// What is left of a stack when [`is_stack_low`](super::is_stack_low) begins to say so, the guard page
/// included: enough for what a script does between two checks, and for a panic's report.
pub(super) const RESERVE_BYTES: usize = 192 << 10;

/// Most stacks that a thread keeps for later: 16 MiB if node bodies used them.
const POOLED_MAX: usize = 1_024;

/// A stack used to this depth is not worth keeping.
const DEEP_BYTES: usize = 64 << 10;

/// The stretch at that depth that is looked at: longer than the frames that leave no trace.
const PROBE_BYTES: usize = 8 << 10;

/// A word in each cache line of the stretch is looked at.
const PROBE_STEP: usize = 64;

thread_local! {
    static POOL: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
}

/// How many stacks are in use.
static IN_USE: AtomicUsize = AtomicUsize::new(0);

/// How many may be.
static SCRIPTS_MAX: AtomicUsize = AtomicUsize::new(SUSPENDED_SCRIPTS_MAX);

/// Sets how many scripts may hold a stack at a time, in the whole process.
pub fn set_scripts_max(scripts: usize) {
    SCRIPTS_MAX.store(scripts, Ordering::Relaxed);
}

/// How many scripts may hold a stack at a time.
pub fn scripts_max() -> usize {
    SCRIPTS_MAX.load(Ordering::Relaxed)
}

/// A stack for a script that begins.
pub(super) fn take() -> Result<DefaultStack, ScriptError> {
    if IN_USE.fetch_add(1, Ordering::Relaxed) >= scripts_max() {
        forget();
        return Err(ScriptError::TooMany);
    }
    let pooled = POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten();
    match pooled.map_or_else(|| DefaultStack::new(STACK_BYTES), Ok) {
        Ok(stack) => Ok(stack),
        Err(error) => {
            forget();
            Err(ScriptError::NoStack(error))
        }
    }
}

/// Takes back the stack of a script that has ended; `suspended` if it ever was.
pub(super) fn give_back(stack: DefaultStack, suspended: bool) {
    forget();
    if suspended && went_deep(&stack) {
        return;
    }
    // While the thread ends its pool may be gone already; then the stack is unmapped here.
    let _ = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        if pool.len() < POOLED_MAX {
            pool.push(stack);
        }
    });
}

/// Counts a stack as no longer in use.
pub(super) fn forget() {
    IN_USE.fetch_sub(1, Ordering::Relaxed);
}

/// Whether anything was ever written at [`DEEP_BYTES`] below the top. Fresh pages are zero, and reading
/// them takes no memory.
fn went_deep(stack: &DefaultStack) -> bool {
    let top = stack.base().get() - DEEP_BYTES;
    (top - PROBE_BYTES..top).step_by(PROBE_STEP).any(|address| {
        // SAFETY: the address is aligned, and inside the stack's own mapping, above its guard page:
        // `DEEP_BYTES + PROBE_BYTES < STACK_BYTES`. The stack is ours and nothing runs on it.
        unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<usize>(address)) != 0 }
    })
}

const _: () = assert!(DEEP_BYTES + PROBE_BYTES < STACK_BYTES);

/// How many stacks this thread keeps.
#[cfg(test)]
pub(super) fn pooled() -> usize {
    POOL.with(|pool| pool.borrow().len())
}
