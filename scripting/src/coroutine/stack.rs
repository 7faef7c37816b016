//! The pool of stacks: last in, first out, a thread its own.
//!
//! A stack is address space with a guard page below it; only the pages that a script has touched take
//! memory, 12 to 16 KiB for a suspended node body. A script that went deep leaves its pages touched: they
//! count as memory of scripts until it has ended. So the stack of a script that was suspended is looked
//! at before it is pooled: if there is anything at a depth that bodies do not reach, it is unmapped
//! instead. A script that never suspended skips the look. It ran on the top of the pool, so such scripts
//! spoil one stack and not the pool.
//!
//! What is bounded in the process is how many stacks there are, for each takes mappings of it. So those of all threads are
//! counted where they are made and unmapped, and to take one from the pool and give it back touches nothing that threads
//! share.

use std::cell::{Cell, RefCell};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

#[cfg(windows)]
use corosensei::stack::StackTebFields;
use corosensei::stack::{DefaultStack, Stack, StackPointer};

use super::script::ScriptError;
use crate::limits::SUSPENDED_SCRIPTS_MAX;

/// The size of a stack. A plain script call takes 6 KiB optimised, one through a closure in `map` 14 KiB,
/// one inside ten other calls 36 KiB; unoptimised Rhai takes several times that. Less than 2 MiB, so that no
/// aligned huge page fits into a stack: with transparent huge pages the first touch would take it all.
pub const STACK_BYTES: usize = 3 << 19;

/// What is left of a stack when [`must_end`](super::must_end) begins to say so, the guard page
/// included: enough for what a script does between two checks, and for a panic's report.
pub(crate) const RESERVE_BYTES: usize = 192 << 10;

/// Most stacks that a thread keeps for later: 16 MiB if node bodies used them.
const POOLED_MAX: usize = 1_024;

/// A stack used to this depth is not worth keeping.
const DEEP_BYTES: usize = 64 << 10;

/// The stretch at that depth that is looked at: longer than the frames that leave no trace.
const PROBE_BYTES: usize = 8 << 10;

/// A word in each cache line of the stretch is looked at.
const PROBE_STEP: usize = 64;

thread_local! {
    static POOL: RefCell<Vec<PooledStack>> = const { RefCell::new(Vec::new()) };
    /// How many stacks the scripts of this thread have.
    static IN_USE: Cell<usize> = const { Cell::new(0) };
}

/// How many stacks there are, of all threads.
static STACKS: AtomicUsize = AtomicUsize::new(0);

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

/// A stack that is counted as long as it lives.
pub(super) struct PooledStack(DefaultStack);

impl PooledStack {
    fn new() -> Result<Self, ScriptError> {
        if STACKS.fetch_add(1, Ordering::Relaxed) >= scripts_max() {
            STACKS.fetch_sub(1, Ordering::Relaxed);
            return Err(ScriptError::TooMany);
        }
        DefaultStack::new(STACK_BYTES).map(Self).map_err(|error| {
            STACKS.fetch_sub(1, Ordering::Relaxed);
            ScriptError::NoStack(error)
        })
    }
}

impl Drop for PooledStack {
    fn drop(&mut self) {
        STACKS.fetch_sub(1, Ordering::Relaxed);
    }
}

// SAFETY: it is the stack inside, which nobody else has.
unsafe impl Stack for PooledStack {
    fn base(&self) -> StackPointer {
        self.0.base()
    }

    fn limit(&self) -> StackPointer {
        self.0.limit()
    }

    #[cfg(windows)]
    fn teb_fields(&self) -> StackTebFields {
        self.0.teb_fields()
    }

    #[cfg(windows)]
    fn update_teb_fields(&mut self, stack_limit: usize, guaranteed_stack_bytes: usize) {
        self.0.update_teb_fields(stack_limit, guaranteed_stack_bytes);
    }
}

/// A stack for a script that begins.
pub(super) fn take() -> Result<PooledStack, ScriptError> {
    let in_use = IN_USE.get();
    if in_use >= scripts_max() {
        return Err(ScriptError::TooMany);
    }
    let pooled = POOL.try_with(|pool| pool.borrow_mut().pop()).ok().flatten();
    let stack = pooled.map_or_else(PooledStack::new, Ok)?;
    IN_USE.set(in_use + 1);
    Ok(stack)
}

/// Takes back the stack of a script that has ended; `suspended` if it ever was.
pub(super) fn give_back(stack: PooledStack, suspended: bool) {
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
    IN_USE.set(IN_USE.get().saturating_sub(1));
}

/// Whether anything was ever written at [`DEEP_BYTES`] below the top. Fresh pages are zero, and reading
/// them takes no memory.
fn went_deep(stack: &PooledStack) -> bool {
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

/// How many bytes below `low`, where the reserve of a stack begins, were ever written. Fresh pages are zero, and a frame that
/// leaves no trace at all lies above one that does.
#[cfg(test)]
pub(super) fn used_below(low: usize) -> usize {
    /// The guard page, however large pages are, is not to be read.
    const GUARD_MAX: usize = 64 << 10;
    let words = (low - RESERVE_BYTES + GUARD_MAX..low).step_by(size_of::<usize>());
    let is_written = |address: &usize| {
        // SAFETY: the address is aligned and inside the stack that this runs on, above its guard page.
        unsafe { ptr::read_volatile(ptr::with_exposed_provenance::<usize>(*address)) != 0 }
    };
    words.into_iter().find(is_written).map_or(0, |lowest| low - lowest)
}
