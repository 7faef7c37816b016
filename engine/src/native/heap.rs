//! How much a value keeps beside itself: what bounds the chunks of a stream that wait for a late reader.

use std::marker::PhantomData;

/// A type that says how many bytes it keeps on the heap. Chunks of a type that does not weigh what the type takes.
pub trait HeapSize {
    /// About how many bytes it keeps beside itself.
    fn heap_size(&self) -> usize;
}

impl HeapSize for String {
    fn heap_size(&self) -> usize {
        self.capacity()
    }
}

/// Without what its items keep in their turn.
impl<T> HeapSize for Vec<T> {
    fn heap_size(&self) -> usize {
        self.capacity() * size_of::<T>()
    }
}

/// How values of one type are weighed.
pub type HeapFn<T> = fn(&T) -> usize;

/// Finds whether a type has [`HeapSize`], where the type is known; as [`FoldOf`](super::fold::FoldOf) does.
#[doc(hidden)]
pub struct HeapOf<T>(PhantomData<T>);

impl<T> HeapOf<T> {
    pub const NEW: Self = Self(PhantomData);
}

#[doc(hidden)]
pub trait HeapByTrait<T> {
    fn find(&self) -> Option<HeapFn<T>>;
}

impl<T: HeapSize> HeapByTrait<T> for HeapOf<T> {
    fn find(&self) -> Option<HeapFn<T>> {
        Some(T::heap_size)
    }
}

#[doc(hidden)]
pub trait NoHeap<T> {
    fn find(&self) -> Option<HeapFn<T>>;
}

impl<T> NoHeap<T> for &HeapOf<T> {
    fn find(&self) -> Option<HeapFn<T>> {
        None
    }
}
