//! What tells a constant from another: an assignment of the same is no change of the flow.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::{Range, RangeInclusive};

use rhai::Dynamic;

/// The most that is looked at of a constant, in bytes and items: some milliseconds. A larger one is the same as no other.
const LOOKED_AT: usize = 1 << 20;

/// A number that differs between constants of different types or values, as far as 64 bits can; `None` for what may be
/// another though it looks the same, as handles and displays do, and for what is too large to be looked at.
pub(crate) fn fingerprint(value: &Dynamic) -> Option<u64> {
    let mut print = Print { hasher: DefaultHasher::new(), left: LOOKED_AT };
    print.add(value)?;
    Some(print.hasher.finish())
}

struct Print {
    hasher: DefaultHasher,
    left: usize,
}

impl Print {
    fn add(&mut self, value: &Dynamic) -> Option<()> {
        self.spend(1)?;
        value.type_name().hash(&mut self.hasher);
        if let Ok(value) = value.as_int() {
            value.hash(&mut self.hasher);
        } else if let Ok(value) = value.as_float() {
            value.to_bits().hash(&mut self.hasher);
        } else if let Ok(value) = value.as_bool() {
            value.hash(&mut self.hasher);
        } else if let Ok(value) = value.as_char() {
            value.hash(&mut self.hasher);
        } else if let Ok(text) = value.as_immutable_string_ref() {
            self.spend(text.len())?;
            text.hash(&mut self.hasher);
        } else if let Ok(blob) = value.as_blob_ref() {
            self.spend(blob.len())?;
            blob.hash(&mut self.hasher);
        } else if let Ok(items) = value.as_array_ref() {
            items.len().hash(&mut self.hasher);
            return items.iter().try_for_each(|item| self.add(item));
        } else if let Ok(fields) = value.as_map_ref() {
            fields.len().hash(&mut self.hasher);
            return fields.iter().try_for_each(|(key, field)| {
                key.hash(&mut self.hasher);
                self.add(field)
            });
        } else if let Some(range) = value.read_lock::<Range<i64>>() {
            range.hash(&mut self.hasher);
        } else if let Some(range) = value.read_lock::<RangeInclusive<i64>>() {
            range.hash(&mut self.hasher);
        } else {
            return value.is_unit().then_some(());
        }
        Some(())
    }

    fn spend(&mut self, cost: usize) -> Option<()> {
        self.left = self.left.checked_sub(cost)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use std::iter;

    use rhai::{Blob, Engine};

    use super::*;

    fn of(code: &str) -> Option<u64> {
        fingerprint(&Engine::new().eval(code).unwrap())
    }

    #[test]
    fn equal_data_is_the_same_and_different_data_is_not() {
        let values = [
            "()",
            "0",
            "1",
            "0.0",
            "-0.0",
            "1.0",
            "false",
            "'1'",
            "\"\"",
            "\"1\"",
            "[]",
            "[1]",
            "[[1]]",
            "[1, 2]",
            "[12]",
            "#{}",
            "#{a: 1}",
            "#{b: 1}",
            "#{a: 1, b: 2}",
            "#{a: #{b: 2}}",
            "0..3",
            "0..=3",
            "blob(1, 0)",
            "blob(1, 1)",
            "[\"a\", \"bc\"]",
            "[\"ab\", \"c\"]",
        ];
        for (index, value) in values.iter().enumerate() {
            assert!(of(value).is_some() && of(value) == of(value), "{value}");
            values[..index].iter().for_each(|other| assert_ne!(of(value), of(other), "{value} and {other}"));
        }
    }

    #[test]
    fn what_is_more_than_data_is_the_same_as_nothing() {
        for value in ["timestamp()", "|| 1", "[1, timestamp()]", "#{a: [|x| x]}"] {
            assert_eq!(of(value), None, "{value}");
        }
    }

    #[test]
    fn what_is_too_large_is_the_same_as_nothing() {
        let blob = |bytes| fingerprint(&Dynamic::from_blob(Blob::from_iter(iter::repeat_n(0, bytes))));
        assert!(blob(LOOKED_AT / 2).is_some());
        assert_eq!(blob(LOOKED_AT), None);
    }
}
