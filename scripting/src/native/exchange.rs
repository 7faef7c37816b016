//! Values of Rhai as values of Rust, and back, by the type of a port.
//!
//! A type that Rhai has no like of goes through cells as it is, unseen: native nodes can give it to each other.

use flowno_engine::flow::PortType;
use flowno_engine::native;
use rhai::{Array, Blob, Dynamic, Map};

use crate::display::called;

/// How the values of one port are exchanged.
#[derive(Clone, Copy)]
pub(super) struct Exchange {
    /// The name of the type in messages; `None`: any.
    expects: Option<&'static str>,
    from_script: fn(Dynamic) -> Option<native::Datum>,
    to_script: fn(&native::Datum) -> Option<Dynamic>,
    /// What stands in for a stream of such values.
    chunks_to_script: fn(&native::Datum) -> Option<Array>,
}

/// A type that both sides have.
trait Shared: Clone + 'static {
    fn from_script(value: Dynamic) -> Option<Self>;
    fn to_script(self) -> Dynamic;
}

impl Exchange {
    /// That of a port of this type; of a port without one, whatever Rhai's value is.
    pub(super) fn of(port_type: Option<&PortType>) -> Self {
        let Some(port_type) = port_type else { return Self::opaque() };
        macro_rules! known {
            ($($rust:ty, $name:literal;)*) => {
                $(if port_type.is::<$rust>() {
                    return Self::shared::<$rust>($name);
                })*
            };
        }
        known! {
            i64, "int"; i32, "int"; i16, "int"; i8, "int"; isize, "int";
            u64, "int"; u32, "int"; u16, "int"; u8, "int"; usize, "int";
            f64, "float"; f32, "float"; bool, "bool"; char, "char"; String, "string"; (), "()";
            Vec<i64>, "array of int"; Vec<f64>, "array of float"; Vec<bool>, "array of bool";
            Vec<String>, "array of string"; Vec<Vec<f64>>, "array of arrays of float";
            Vec<u8>, "blob"; Dynamic, "any"; Array, "array"; Map, "map";
        }
        Self::opaque()
    }

    fn shared<T: Shared>(name: &'static str) -> Self {
        Self {
            expects: Some(name),
            from_script: |value| T::from_script(value).map(native::Datum::new),
            to_script: |datum| datum.get::<T>().map(T::to_script),
            chunks_to_script: |datum| {
                let chunks = datum.get::<native::Chunks<T>>()?;
                Some(chunks.iter().cloned().map(T::to_script).collect())
            },
        }
    }

    fn opaque() -> Self {
        Self {
            expects: None,
            from_script: |value| {
                Some(value.clone().try_cast::<native::Datum>().unwrap_or_else(|| native::Datum::new(value)))
            },
            to_script: |_| None,
            chunks_to_script: |_| None,
        }
    }

    /// The value as a body takes it; the error names what it expects and what it got.
    pub(super) fn to_native(self, value: Dynamic) -> Result<native::Datum, String> {
        let got = value.type_name();
        let expected = self.expects.unwrap_or("another value");
        (self.from_script)(value).ok_or_else(|| format!("expected {expected}, got {}", called(got)))
    }

    /// The default of an input, as scripts see it: that of a stream is an array of its chunks.
    pub(super) fn default_to_script(self, datum: native::Datum) -> Dynamic {
        (self.chunks_to_script)(&datum).map_or_else(|| self.to_script(datum), Dynamic::from)
    }

    /// What a body gave, as scripts take it.
    pub(super) fn to_script(self, datum: native::Datum) -> Dynamic {
        (self.to_script)(&datum).unwrap_or_else(|| Dynamic::from(datum))
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Shared for $integer {
            fn from_script(value: Dynamic) -> Option<Self> {
                value.as_int().ok()?.try_into().ok()
            }

            /// One that is larger than Rhai's becomes a float, as numbers do that need not be exact.
            #[allow(clippy::cast_precision_loss, reason = "said above")]
            fn to_script(self) -> Dynamic {
                i64::try_from(self).map_or_else(|_| Dynamic::from(self as f64), Dynamic::from)
            }
        }
    )*};
}

integers!(i64, i32, i16, i8, isize, u64, u32, u16, u8, usize);

impl Shared for f64 {
    /// An int will do.
    #[allow(clippy::cast_precision_loss, reason = "as Rhai does in arithmetic")]
    fn from_script(value: Dynamic) -> Option<Self> {
        value.as_float().or_else(|_| value.as_int().map(|int| int as f64)).ok()
    }

    fn to_script(self) -> Dynamic {
        self.into()
    }
}

impl Shared for f32 {
    #[allow(clippy::cast_possible_truncation, reason = "the body asked for less precision")]
    fn from_script(value: Dynamic) -> Option<Self> {
        f64::from_script(value).map(|float| float as f32)
    }

    fn to_script(self) -> Dynamic {
        f64::from(self).into()
    }
}

impl Shared for String {
    fn from_script(value: Dynamic) -> Option<Self> {
        value.into_string().ok()
    }

    fn to_script(self) -> Dynamic {
        self.into()
    }
}

impl Shared for Dynamic {
    fn from_script(value: Dynamic) -> Option<Self> {
        Some(value)
    }

    fn to_script(self) -> Dynamic {
        self
    }
}

macro_rules! as_they_are {
    ($($same:ty),*) => {$(
        impl Shared for $same {
            fn from_script(value: Dynamic) -> Option<Self> {
                value.try_cast()
            }

            fn to_script(self) -> Dynamic {
                self.into()
            }
        }
    )*};
}

as_they_are!(bool, char, (), Map);

impl Shared for Blob {
    fn from_script(value: Dynamic) -> Option<Self> {
        value.into_blob().ok()
    }

    fn to_script(self) -> Dynamic {
        Dynamic::from_blob(self)
    }
}

macro_rules! arrays {
    ($($item:ty),*) => {$(
        impl Shared for Vec<$item> {
            fn from_script(value: Dynamic) -> Option<Self> {
                value.into_array().ok()?.into_iter().map(<$item>::from_script).collect()
            }

            fn to_script(self) -> Dynamic {
                self.into_iter().map(<$item>::to_script).collect::<Array>().into()
            }
        }
    )*};
}

arrays!(i64, f64, bool, String, Vec<f64>, Dynamic);

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: 'static>(value: impl Into<Dynamic>) -> Result<String, String> {
        let exchange = Exchange::of(Some(&PortType::of::<T>()));
        exchange.to_native(value.into()).map(|datum| format!("{:?}", exchange.to_script(datum)))
    }

    #[test]
    fn what_both_have_goes_there_and_back() {
        assert_eq!(there_and_back::<i64>(7_i64).unwrap(), "7");
        assert_eq!(there_and_back::<u8>(255_i64).unwrap(), "255");
        assert_eq!(there_and_back::<f64>(7_i64).unwrap(), "7.0");
        assert_eq!(there_and_back::<String>("a").unwrap(), "\"a\"");
        assert_eq!(there_and_back::<bool>(true).unwrap(), "true");
        let array: Array = vec![1_i64.into(), 2.5.into()];
        assert_eq!(there_and_back::<Vec<f64>>(array.clone()).unwrap(), "[1.0, 2.5]");
        assert_eq!(there_and_back::<Array>(array).unwrap(), "[1, 2.5]");
        assert_eq!(there_and_back::<Vec<u8>>(Dynamic::from_blob(vec![1, 2])).unwrap(), "[0102]");
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(there_and_back::<u8>(256_i64).unwrap_err(), "expected int, got i64");
        assert_eq!(there_and_back::<i64>("a").unwrap_err(), "expected int, got string");
        let mixed: Array = vec![1_i64.into(), "a".into()];
        assert_eq!(there_and_back::<Vec<i64>>(mixed).unwrap_err(), "expected array of int, got array");
    }

    #[test]
    fn other_types_go_through_unseen() {
        #[derive(Clone, PartialEq, Debug)]
        struct Own(u8);
        let exchange = Exchange::of(Some(&PortType::of::<Own>()));
        let value = exchange.to_script(native::Datum::new(Own(3)));
        assert_eq!(exchange.to_native(value).unwrap().get::<Own>(), Some(Own(3)));
    }

    #[test]
    fn integers_beyond_rhais_become_floats() {
        let exchange = Exchange::of(Some(&PortType::of::<u64>()));
        assert!(exchange.to_script(native::Datum::new(u64::MAX)).is_float());
    }
}
