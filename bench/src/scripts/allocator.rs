//! The allocator that scripts have in the kernel. It counts only in a process that measures scripts: the peers of the engine
//! shall have the system's.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

use flowno_scripting::CountingAllocator;

/// The system's allocator until it is asked to count.
pub(crate) struct CountingWhenAsked;

static COUNTS: AtomicBool = AtomicBool::new(false);

/// Counts from now on.
pub(crate) fn count_from_now_on() {
    COUNTS.store(true, Ordering::Relaxed);
}

fn counts() -> bool {
    COUNTS.load(Ordering::Relaxed)
}

// SAFETY: every call goes as it came to one of two allocators, and both take memory from the system's, so that either may
// free what the other has allocated.
unsafe impl GlobalAlloc for CountingWhenAsked {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { if counts() { CountingAllocator.alloc(layout) } else { System.alloc(layout) } }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe { if counts() { CountingAllocator.alloc_zeroed(layout) } else { System.alloc_zeroed(layout) } }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { if counts() { CountingAllocator.dealloc(pointer, layout) } else { System.dealloc(pointer, layout) } }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as the caller promises.
        unsafe {
            if counts() {
                CountingAllocator.realloc(pointer, layout, new_size)
            } else {
                System.realloc(pointer, layout, new_size)
            }
        }
    }
}
