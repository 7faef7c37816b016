//! The largest block that is allocated.
//!
//! Sizes are told apart to a quarter of a power of two, and blocks of each counted: what is freed may be any of them.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Smaller blocks, in bytes, are not looked at.
const LARGE: usize = 1 << LARGE_BITS;

const LARGE_BITS: u32 = 20;

/// Bits behind the first one of a size by which sizes are told apart.
const FINE_BITS: u32 = 2;

const CLASSES: usize = ((usize::BITS - LARGE_BITS) << FINE_BITS) as usize;

/// How many blocks of each class there are.
static BLOCKS: [AtomicUsize; CLASSES] = [const { AtomicUsize::new(0) }; CLASSES];

/// What [`largest`] gives.
static LARGEST: AtomicUsize = AtomicUsize::new(0);

/// The class of a large size.
fn class(size: usize) -> usize {
    let octave = size.ilog2();
    let fine = (size >> (octave - FINE_BITS)) & ((1 << FINE_BITS) - 1);
    (((octave - LARGE_BITS) << FINE_BITS) as usize) | fine
}

/// The least size of a class.
fn size(class: usize) -> usize {
    let (octave, fine) = (class >> FINE_BITS, class & ((1 << FINE_BITS) - 1));
    ((1 << FINE_BITS) | fine) << (octave as u32 + LARGE_BITS - FINE_BITS)
}

/// A block has been allocated.
pub(super) fn count(size: usize) {
    if size >= LARGE {
        note(class(size));
    }
}

/// A block has been freed.
pub(super) fn forget(size: usize) {
    if size >= LARGE && BLOCKS[class(size)].fetch_sub(1, Ordering::SeqCst) == 1 {
        find_largest();
    }
}

#[cold]
fn note(class: usize) {
    BLOCKS[class].fetch_add(1, Ordering::SeqCst);
    LARGEST.fetch_max(size(class), Ordering::SeqCst);
}

#[cold]
fn find_largest() {
    let find = || (0..CLASSES).rev().find(|class| BLOCKS[*class].load(Ordering::SeqCst) > 0).map_or(0, size);
    // Another thread may have allocated one between the look and the note of it.
    let mut largest = find();
    loop {
        LARGEST.store(largest, Ordering::SeqCst);
        match find() {
            same if same == largest => return,
            other => largest = other,
        }
    }
}

/// The bytes of the largest block that is allocated now, at most a fifth too few; 0 if all are below 1 MiB.
pub(super) fn largest() -> usize {
    LARGEST.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_begin_with_their_least_size() {
        for of in 0..CLASSES - 1 {
            assert_eq!(class(size(of)), of);
            assert_eq!(class(size(of + 1) - 1), of);
        }
        assert_eq!(class(usize::MAX), CLASSES - 1);
    }
}
