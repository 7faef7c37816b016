//! What the chunks of a stream come to: its final value, unless the body gives one itself (rule A13).

use std::marker::PhantomData;

/// Why chunks have no fold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stream of {type_name} has no final value: {reason}")]
pub struct CannotFold {
    /// The chunks' type.
    pub type_name: &'static str,
    /// What is wrong, and what to do.
    pub reason: &'static str,
}

impl CannotFold {
    /// Of a type.
    pub fn new<T>(reason: &'static str) -> Self {
        Self { type_name: std::any::type_name::<T>(), reason }
    }
}

pub(super) const NO_FOLD: &str = "several chunks of this type cannot be added; implement `Fold` for it, or end the body with a final value";
pub(super) const OVERFLOW: &str = "the sum of its chunks is out of range";

/// A type whose chunks add up: numbers by `+`, strings and vectors by appending.
///
/// A single chunk is its own fold, of whatever type.
pub trait Fold {
    /// Adds the next chunk of the stream.
    ///
    /// # Errors
    ///
    /// [`CannotFold`] if the sum cannot be told, such as one out of range.
    fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold>;
}

macro_rules! fold_by_checked_add {
    ($($number:ty)*) => {$(
        impl Fold for $number {
            fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold> {
                *self = self.checked_add(*chunk).ok_or(CannotFold::new::<Self>(OVERFLOW))?;
                Ok(())
            }
        }
    )*};
}

fold_by_checked_add!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize std::time::Duration);

macro_rules! fold_by_add {
    ($($number:ty)*) => {$(
        impl Fold for $number {
            fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold> {
                *self += chunk;
                Ok(())
            }
        }
    )*};
}

fold_by_add!(f32 f64);

impl Fold for () {
    fn fold(&mut self, _: &Self) -> Result<(), CannotFold> {
        Ok(())
    }
}

impl Fold for String {
    fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold> {
        self.push_str(chunk);
        Ok(())
    }
}

impl<T: Clone> Fold for Vec<T> {
    fn fold(&mut self, chunk: &Self) -> Result<(), CannotFold> {
        self.extend_from_slice(chunk);
        Ok(())
    }
}

/// How chunks of one type are added.
pub type FoldFn<T> = fn(&mut T, &T) -> Result<(), CannotFold>;

/// Finds whether a type has [`Fold`], where the type is known: `(&FoldOf::<T>::NEW).find()` takes the first
/// method that applies, and that of `FoldOf` itself, which needs `Fold`, comes before that of a reference.
#[doc(hidden)]
pub struct FoldOf<T>(PhantomData<T>);

impl<T> FoldOf<T> {
    pub const NEW: Self = Self(PhantomData);
}

#[doc(hidden)]
pub trait FoldByTrait<T> {
    fn find(&self) -> Option<FoldFn<T>>;
}

impl<T: Fold> FoldByTrait<T> for FoldOf<T> {
    fn find(&self) -> Option<FoldFn<T>> {
        Some(T::fold)
    }
}

#[doc(hidden)]
pub trait NoFold<T> {
    fn find(&self) -> Option<FoldFn<T>>;
}

impl<T> NoFold<T> for &FoldOf<T> {
    fn find(&self) -> Option<FoldFn<T>> {
        None
    }
}
