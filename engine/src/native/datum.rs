//! The value of natively typed flows: one of any Rust type.

use std::any::{Any, TypeId, type_name};
use std::fmt;
use std::rc::Rc;

use super::fold::{CannotFold, Fold, FoldFn, NO_FOLD};
use super::heap::HeapFn;
use crate::flow::{Accumulator, Value};

/// A value of any type that is `Clone + 'static`, cheap to clone: scalars are kept as they are, all else is shared.
///
/// ```
/// use flowno_engine::native::Datum;
/// let datum = Datum::new(vec![1, 2]);
/// assert_eq!(datum.get::<Vec<i32>>(), Some(vec![1, 2]));
/// assert_eq!(datum.get::<i64>(), None);
/// ```
#[derive(Clone)]
pub struct Datum(Repr);

/// A datum that is not what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatumError {
    /// It is of another type.
    #[error("expected a value of type {expected}, got one of {got}")]
    WrongType {
        /// The type it was taken for.
        expected: &'static str,
        /// The type it is of.
        got: &'static str,
    },
    /// It would be the final value of a stream whose chunks cannot be added.
    #[error(transparent)]
    CannotFold(#[from] CannotFold),
}

impl Datum {
    /// Wraps a value.
    pub fn new<T: Clone + 'static>(value: T) -> Self {
        Self::chunk(value, None, None)
    }

    /// Wraps a chunk of a stream, with the ways in which its type is folded and weighed; scalars know both by themselves.
    pub(super) fn chunk<T: Clone + 'static>(
        value: T,
        fold: Option<FoldFn<T>>,
        heap: Option<HeapFn<T>>,
    ) -> Self {
        Self(Repr::scalar(&value).unwrap_or_else(|| Repr::Shared(Rc::new(Shared { value, fold, heap }))))
    }

    /// A copy of the value, if it is of this type.
    pub fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.clone().into_value().ok()
    }

    /// The value.
    ///
    /// # Errors
    ///
    /// [`DatumError`] if it is of another type, or no value at all.
    pub fn into_value<T: Clone + 'static>(self) -> Result<T, DatumError> {
        let got = self.type_name();
        let value = match self.0 {
            Repr::Shared(shared) => {
                shared.into_any().downcast::<Shared<T>>().ok().map(|own| Rc::unwrap_or_clone(own).value)
            }
            Repr::Unfoldable(error) => return Err((*error).clone().into()),
            scalar => scalar.get(),
        };
        value.ok_or(DatumError::WrongType { expected: type_name::<T>(), got })
    }

    /// The full name of the value's type.
    pub fn type_name(&self) -> &'static str {
        match &self.0 {
            Repr::Shared(shared) => shared.type_name(),
            Repr::Unfoldable(error) => error.type_name,
            scalar => scalar.type_name(),
        }
    }

    fn fold(&mut self, chunk: &Self) {
        let sum = match (&mut self.0, &chunk.0) {
            (Repr::Unfoldable(_), _) => return,
            (Repr::Shared(own), Repr::Shared(chunk)) => Shared::fold_in(own, &**chunk),
            (own, chunk) => own.add(chunk),
        };
        if let Err(error) = sum {
            self.0 = Repr::Unfoldable(Rc::new(error));
        }
    }
}

impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Datum({})", self.type_name())
    }
}

impl Value for Datum {
    type Accumulator = Folded;

    fn weight(&self) -> usize {
        let heap = match &self.0 {
            Repr::Shared(shared) => shared.weight(),
            _ => 0,
        };
        size_of::<Self>() + heap
    }
}

/// The fold of the chunks so far. Several that cannot be added make a datum that is no value, which says so to
/// whoever needs one.
#[derive(Default)]
pub struct Folded(Option<Datum>);

impl Accumulator<Datum> for Folded {
    fn push(&mut self, chunk: &Datum) {
        match &mut self.0 {
            None => self.0 = Some(chunk.clone()),
            Some(sum) => sum.fold(chunk),
        }
    }

    fn value(&self) -> Option<Datum> {
        self.0.clone()
    }
}

/// A value on the heap.
#[derive(Clone)]
struct Shared<T> {
    value: T,
    fold: Option<FoldFn<T>>,
    heap: Option<HeapFn<T>>,
}

trait Object {
    fn into_any(self: Rc<Self>) -> Rc<dyn Any>;
    fn as_any(&self) -> &dyn Any;
    fn type_name(&self) -> &'static str;
    fn weight(&self) -> usize;
    fn folded(self: Rc<Self>, chunk: &dyn Object) -> Result<Rc<dyn Object>, CannotFold>;
}

impl<T: Clone + 'static> Object for Shared<T> {
    fn into_any(self: Rc<Self>) -> Rc<dyn Any> {
        self
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }

    fn weight(&self) -> usize {
        size_of::<Self>() + self.heap.map_or(0, |heap| heap(&self.value))
    }

    fn folded(mut self: Rc<Self>, chunk: &dyn Object) -> Result<Rc<dyn Object>, CannotFold> {
        let own = Rc::make_mut(&mut self);
        match (own.fold, chunk.as_any().downcast_ref::<Self>()) {
            (Some(fold), Some(chunk)) => fold(&mut own.value, &chunk.value)?,
            _ => return Err(CannotFold::new::<T>(NO_FOLD)),
        }
        Ok(self)
    }
}

impl Shared<()> {
    /// Adds a chunk in place if nobody else holds the sum.
    fn fold_in(sum: &mut Rc<dyn Object>, chunk: &dyn Object) -> Result<(), CannotFold> {
        let none: Rc<dyn Object> = Rc::new(Shared { value: (), fold: None, heap: None });
        *sum = std::mem::replace(sum, none).folded(chunk)?;
        Ok(())
    }
}

macro_rules! scalars {
    ($($variant:ident $scalar:ty),* ; without fold: $($plain:ident $plain_scalar:ty),*) => {
        #[derive(Clone)]
        enum Repr {
            $($variant($scalar),)*
            $($plain($plain_scalar),)*
            Shared(Rc<dyn Object>),
            Unfoldable(Rc<CannotFold>),
        }

        impl Repr {
            fn scalar<T: 'static>(value: &T) -> Option<Self> {
                let value: &dyn Any = value;
                $(if TypeId::of::<T>() == TypeId::of::<$scalar>() {
                    return value.downcast_ref().copied().map(Self::$variant);
                })*
                $(if TypeId::of::<T>() == TypeId::of::<$plain_scalar>() {
                    return value.downcast_ref().copied().map(Self::$plain);
                })*
                None
            }

            fn get<T: Clone + 'static>(&self) -> Option<T> {
                let value: &dyn Any = match self {
                    $(Self::$variant(value) => value,)*
                    $(Self::$plain(value) => value,)*
                    Self::Shared(_) | Self::Unfoldable(_) => return None,
                };
                value.downcast_ref().cloned()
            }

            fn type_name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => type_name::<$scalar>(),)*
                    $(Self::$plain(_) => type_name::<$plain_scalar>(),)*
                    Self::Shared(shared) => shared.type_name(),
                    Self::Unfoldable(error) => error.type_name,
                }
            }

            fn add(&mut self, chunk: &Self) -> Result<(), CannotFold> {
                match (&mut *self, chunk) {
                    $((Self::$variant(sum), Self::$variant(chunk)) => sum.fold(chunk),)*
                    _ => Err(CannotFold { type_name: self.type_name(), reason: NO_FOLD }),
                }
            }
        }
    };
}

scalars!(
    Int i64, Float f64, Unit (), I8 i8, I16 i16, I32 i32, Isize isize, U8 u8, U16 u16, U32 u32, U64 u64,
    Usize usize, F32 f32;
    without fold: Bool bool, Char char
);
