//! How far down the stack a script goes between two of its operations.
//!
//! Rhai copies and lets go of nested values by recursion, one level of the value some frames, and asks nobody. But each
//! level is an allocation, to be made or freed, and the program's allocator is ours: [`note_depth`] looks there where the
//! stack has come to. A value grows by few levels an operation, and what is built is copied again and again on the
//! way, so the script is told long before a copy could reach the end of the stack. It costs a comparison an allocation;
//! to walk the values would cost their size.

use std::cell::Cell;

/// How far down a single operation may go. Less than what [`RESERVE_BYTES`](super::stack::RESERVE_BYTES) leaves to the
/// one that begins lowest, by what values that are put together between two looks may add.
const OPERATION_BYTES: usize = 64 << 10;

thread_local! {
    /// Below this address the operation is too deep; 0 where no operation is under way.
    static FLOOR: Cell<usize> = const { Cell::new(0) };
    /// Whether it was.
    static WAS_BELOW: Cell<bool> = const { Cell::new(false) };
}

/// An operation of the script that runs here begins. Gives whether the one before has gone too deep.
pub fn begin_operation() -> bool {
    FLOOR.set(here().saturating_sub(OPERATION_BYTES));
    WAS_BELOW.take()
}

/// What runs until the next operation is no copy of a value: it may go as deep as it needs.
pub(super) fn leave_operation() {
    FLOOR.set(0);
}

/// What runs next may be another script, on another stack, or none.
pub(super) fn end_operation() {
    FLOOR.set(0);
    WAS_BELOW.set(false);
}

/// Called by the allocator.
#[inline]
pub(crate) fn note_depth() {
    if here() < FLOOR.get() {
        WAS_BELOW.set(true);
    }
}

/// Where the stack has come to.
#[inline]
fn here() -> usize {
    let here = 0_u8;
    (&raw const here).addr()
}
