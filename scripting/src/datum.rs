//! Rhai's values as the values of a flow.

use flowno_engine::flow::{Accumulator, Value};
use rhai::{Array, Dynamic};

use crate::rich::Rich;

/// A Rhai value on an edge.
#[derive(Debug, Clone)]
pub(crate) struct Datum(pub(crate) Dynamic);

impl Value for Datum {
    type Accumulator = Fold;

    fn weight(&self) -> usize {
        weight(&self.0)
    }
}

/// Whether a value has nothing inside that could be gone through.
pub(crate) fn is_scalar(value: &Dynamic) -> bool {
    value.is_int() || value.is_float() || value.is_bool() || value.is_char() || value.is_unit()
}

/// About how many bytes a value keeps, with what is in it.
pub(crate) fn weight(value: &Dynamic) -> usize {
    let inside = if let Ok(text) = value.as_immutable_string_ref() {
        text.len()
    } else if let Ok(array) = value.as_array_ref() {
        array.iter().map(weight).sum()
    } else if let Ok(map) = value.as_map_ref() {
        map.iter().map(|(key, value)| key.len() + weight(value)).sum()
    } else if let Some(rich) = value.read_lock::<Rich>() {
        rich.weight()
    } else {
        value.as_blob_ref().map_or(0, |blob| blob.len())
    };
    size_of::<Dynamic>() + inside
}

/// Chunks that are kept beside their sum, for the case that a later one cannot be added. A stream that goes on for days
/// would fill the memory with them.
const KEPT_BESIDE_SUM: usize = 10_000;

/// What a streaming node's chunks come to: ints and bools are added, as are floats, and strings are joined; one
/// chunk is itself; other chunks make an array. If one cannot be added after very many that were, these stay added, and are the
/// first item of the array.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    /// All chunks, or those since the last were forgotten.
    chunks: Array,
    sum: Option<Sum>,
    /// Whether some chunks are only in the sum.
    forgotten: bool,
}

/// The sum of chunks of one kind.
#[derive(Debug)]
enum Sum {
    Int(i64),
    Float(f64),
    Text(String),
}

impl Sum {
    fn of(chunk: &Dynamic) -> Option<Self> {
        if let Ok(value) = chunk.as_bool() {
            return Some(Self::Int(i64::from(value)));
        }
        chunk
            .as_int()
            .map(Self::Int)
            .or_else(|_| chunk.as_float().map(Self::Float))
            .ok()
            .or_else(|| chunk.as_immutable_string_ref().ok().map(|text| Self::Text(text.to_string())))
    }

    /// Adds another chunk; `false` if they are of different kinds, or an int overflows.
    fn add(&mut self, other: Option<Self>) -> bool {
        match (self, other) {
            (Self::Int(sum), Some(Self::Int(value))) => {
                let added = sum.checked_add(value);
                *sum = added.unwrap_or(*sum);
                return added.is_some();
            }
            (Self::Float(sum), Some(Self::Float(value))) => *sum += value,
            (Self::Text(sum), Some(Self::Text(text))) => sum.push_str(&text),
            _ => return false,
        }
        true
    }

    fn value(&self) -> Dynamic {
        match self {
            Self::Int(sum) => (*sum).into(),
            Self::Float(sum) => (*sum).into(),
            Self::Text(sum) => sum.clone().into(),
        }
    }
}

impl Fold {
    /// Notes that not all chunks can be added.
    fn give_up_sum(&mut self) {
        if let (Some(sum), true) = (self.sum.take(), self.forgotten) {
            self.chunks = vec![sum.value()];
        }
    }
}

impl Accumulator<Datum> for Fold {
    fn push(&mut self, chunk: &Datum) {
        let next = Sum::of(&chunk.0);
        if self.chunks.is_empty() && !self.forgotten {
            self.sum = next;
        } else if !self.sum.as_mut().is_some_and(|sum| sum.add(next)) {
            self.give_up_sum();
        }
        self.chunks.push(chunk.0.clone());
        if self.sum.is_some() && self.chunks.len() > KEPT_BESIDE_SUM {
            self.chunks.clear();
            self.forgotten = true;
        }
    }

    fn value(&self) -> Option<Datum> {
        let value = match (&self.chunks[..], &self.sum) {
            ([only], _) if !self.forgotten => only.clone(),
            (_, Some(sum)) => sum.value(),
            ([], None) => return None,
            (chunks, None) => chunks.to_vec().into(),
        };
        Some(Datum(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(chunks: Array) -> String {
        let mut fold = Fold::default();
        chunks.into_iter().for_each(|chunk| fold.push(&Datum(chunk)));
        fold.value().map_or("none".to_owned(), |value| format!("{:?}", value.0))
    }

    #[test]
    fn chunks_fold_as_the_language_says() {
        assert_eq!(fold(vec![]), "none");
        assert_eq!(fold(vec![Dynamic::UNIT]), "()");
        assert_eq!(fold(vec![true.into()]), "true");
        assert_eq!(fold(vec![true.into(), true.into(), 3_i64.into()]), "5");
        assert_eq!(fold(vec![0.5.into(), 0.25.into()]), "0.75");
        assert_eq!(fold(vec!["a".into(), "b".into()]), "\"ab\"");
        assert_eq!(fold(vec![1_i64.into(), 0.5.into()]), "[1, 0.5]");
        assert_eq!(fold(vec![1_i64.into(), "a".into(), 2_i64.into()]), "[1, \"a\", 2]");
        assert_eq!(fold(vec![i64::MAX.into(), 1_i64.into()]), "[9223372036854775807, 1]");
    }

    #[test]
    fn a_long_sum_keeps_no_chunks_and_loses_nothing() {
        let mut fold = Fold::default();
        let many = 3 * KEPT_BESIDE_SUM as i64;
        for _ in 0..many {
            fold.push(&Datum(1_i64.into()));
            assert!(fold.chunks.len() <= KEPT_BESIDE_SUM);
        }
        let told = |fold: &Fold| format!("{:?}", fold.value().unwrap().0);
        assert_eq!(told(&fold), many.to_string());
        fold.push(&Datum("a".into()));
        fold.push(&Datum(2_i64.into()));
        assert_eq!(told(&fold), format!("[{many}, \"a\", 2]"));
    }
}
