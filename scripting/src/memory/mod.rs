//! How much memory scripts have taken.
//!
//! Rhai's own limits of sizes walk the whole value at every call of a method, and see one value at a time. So the
//! program's allocator counts instead: all bytes that are allocated in the process. What is not scripts' is little, or
//! whoever holds it says so ([`Apart`]). Scripts' stacks are not allocated there: what they take is added ([`OnStack`]).
//! Each thread counts for itself and adds to the sum now and then, so that an allocation costs no more than some
//! additions.
//!
//! Nothing is refused in the allocator, because Rust ends a program whose allocation fails. Scripts look at the sum
//! at every operation, and natives before they make something large. Between two looks a single operation may take
//! several times the largest value ([`Account::needed`]).
//!
//! It also notes how deep in the stack it is called: [nested values](crate::coroutine) are copied and let go of by
//! recursion.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};

mod blocks;

use crate::coroutine::note_depth;

/// The system's allocator, counting. A program makes it its own:
///
/// ```
/// #[global_allocator]
/// static ALLOCATOR: flowno_scripting::CountingAllocator = flowno_scripting::CountingAllocator;
/// # fn main() {}
/// ```
pub struct CountingAllocator;

/// How far a thread's own count may be from zero before it goes to the sum: what the sum may be wrong by, a thread.
const THREAD_BYTES_MAX: isize = 64 << 10;

/// The bytes of all threads, but for what each still counts itself.
static BYTES: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    static THREAD_BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    note_depth();
    // While a thread ends there may be no count of its own any more.
    let counted = THREAD_BYTES.try_with(|own| {
        let sum = own.get() + bytes;
        if sum.abs() < THREAD_BYTES_MAX {
            own.set(sum);
        } else {
            own.set(0);
            BYTES.fetch_add(sum, Ordering::Relaxed);
        }
    });
    if counted.is_err() {
        BYTES.fetch_add(bytes, Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it came; counting neither allocates nor panics.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        blocks::count(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        blocks::count(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        blocks::forget(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        count(new_size as isize - layout.size() as isize);
        blocks::count(new_size);
        blocks::forget(layout.size());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// The bytes that are allocated now; 0 where [`CountingAllocator`] is not the program's allocator.
pub fn allocated() -> usize {
    BYTES.load(Ordering::Relaxed).max(0).unsigned_abs()
}

/// The bytes of all [`Apart`].
static APART_BYTES: AtomicUsize = AtomicUsize::new(0);

/// Memory that is held for others than scripts, which do not answer for it while this lives.
#[derive(Debug, Default)]
pub struct Apart(usize);

impl Apart {
    /// It is so many bytes from here on.
    pub fn set(&mut self, bytes: usize) {
        APART_BYTES.fetch_add(bytes, Ordering::Relaxed);
        APART_BYTES.fetch_sub(std::mem::replace(&mut self.0, bytes), Ordering::Relaxed);
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.set(0);
    }
}

/// The bytes of all [`OnStack`].
static BYTES_ON_STACKS: AtomicUsize = AtomicUsize::new(0);

/// What a script holds on its stack, which no allocator sees.
#[derive(Debug, Default)]
pub(crate) struct OnStack(Cell<usize>);

impl OnStack {
    /// It is so many bytes from here on.
    pub(crate) fn set(&self, bytes: usize) {
        BYTES_ON_STACKS.fetch_add(bytes, Ordering::Relaxed);
        BYTES_ON_STACKS.fetch_sub(self.0.replace(bytes), Ordering::Relaxed);
    }
}

impl Drop for OnStack {
    fn drop(&mut self) {
        if self.0.get() > 0 {
            self.set(0);
        }
    }
}

/// What scripts answer for.
fn taken() -> usize {
    let theirs = allocated().saturating_sub(APART_BYTES.load(Ordering::Relaxed));
    theirs.saturating_add(BYTES_ON_STACKS.load(Ordering::Relaxed))
}

/// The most that an operation is likely to take for the largest value of scripts: `text += text` copies it, and makes
/// the copy twice as long.
fn taken_at_once() -> usize {
    blocks::largest().saturating_sub(APART_BYTES.load(Ordering::Relaxed)).saturating_mul(3)
}

/// What a session's scripts may take. A copy is the same account.
#[derive(Clone)]
pub(crate) struct Account(Rc<Bounds>);

struct Bounds {
    /// What was set.
    limit: usize,
    /// What holds for the cell that runs.
    bound: Cell<usize>,
}

/// The part of the limit that cells may take beyond it when it is used up before they begin: enough to work with, and all
/// of them together have it once.
const SPARE_PART: usize = 20;

/// What a cell may take when that is used up as well: enough to let go of something.
const LAST_BYTES: usize = 256 << 10;

/// The part of the limit that a single operation may take beyond it.
const AT_ONCE_PART: usize = 4;

impl Account {
    pub(crate) fn new(limit: usize) -> Self {
        Self(Rc::new(Bounds { limit, bound: Cell::new(limit) }))
    }

    /// What scripts have, and what the next operation may take of it at once beyond what is granted to any.
    fn needed(&self) -> usize {
        let beyond = taken_at_once().saturating_sub(self.0.limit / AT_ONCE_PART);
        taken().saturating_add(beyond)
    }

    /// A cell begins.
    pub(crate) fn begin(&self) {
        let (limit, needed, before) = (self.0.limit, self.needed(), self.0.bound.get());
        let spare = limit / SPARE_PART;
        let most = limit.saturating_add(spare);
        let bound = match needed {
            _ if needed <= limit - spare => limit,
            _ if needed < most => most,
            // The last bytes are not granted anew while they last, or cell after cell would take some more.
            _ if (most..before).contains(&needed) => before,
            _ => needed.saturating_add(LAST_BYTES),
        };
        self.0.bound.set(bound);
    }

    /// Whether scripts have more than they may.
    pub(crate) fn is_over(&self) -> bool {
        self.needed() > self.0.bound.get()
    }

    /// Whether scripts would have more than they may with so many bytes more.
    pub(crate) fn lacks(&self, bytes: usize) -> bool {
        self.needed().saturating_add(bytes) > self.0.bound.get()
    }

    /// Whether less than half of the limit is left to the next cell.
    pub(crate) fn is_scarce(&self) -> bool {
        self.needed() > self.0.limit / 2
    }

    /// What is said to whoever wants more.
    pub(crate) fn message(&self) -> String {
        let (taken, limit) = (megabytes(taken()), megabytes(self.0.limit));
        let at_once = taken_at_once();
        let largest = match at_once > self.0.limit / AT_ONCE_PART {
            true => format!(", and to change the largest value may take {} more", megabytes(at_once)),
            false => String::new(),
        };
        format!(
            "scripts use {taken} of the {limit} of memory that they may{largest}: let go of what is not needed \
             (x = ()), work in parts, or start the kernel with a larger --memory"
        )
    }
}

/// `1,024.0 MiB` would be longer than is read at a glance: whole numbers from 10.
pub(crate) fn megabytes(bytes: usize) -> String {
    let megabytes = bytes as f64 / (1_u32 << 20) as f64;
    if megabytes < 10.0 { format!("{megabytes:.1} MiB") } else { format!("{megabytes:.0} MiB") }
}
