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

/// What a streaming node's chunks come to: ints and bools are added, as are floats, and strings are joined; one
/// chunk is itself; other chunks make an array.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    /// All chunks, for the case that they cannot be added.
    chunks: Array,
    sum: Option<Sum>,
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

    /// The sum with another chunk; `None` if they are of different kinds, or an int overflows.
    fn plus(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Int(sum), Self::Int(value)) => sum.checked_add(value).map(Self::Int),
            (Self::Float(sum), Self::Float(value)) => Some(Self::Float(sum + value)),
            (Self::Text(sum), Self::Text(text)) => Some(Self::Text(sum + text.as_str())),
            _ => None,
        }
    }
}

impl Accumulator<Datum> for Fold {
    fn push(&mut self, chunk: &Datum) {
        let first = self.chunks.is_empty();
        let next = Sum::of(&chunk.0);
        self.sum = match (self.sum.take(), next) {
            (None, next) if first => next,
            (Some(sum), Some(next)) => sum.plus(next),
            _ => None,
        };
        self.chunks.push(chunk.0.clone());
    }

    fn value(&self) -> Option<Datum> {
        let value = match (&self.chunks[..], &self.sum) {
            ([], _) => return None,
            ([only], _) => only.clone(),
            (_, Some(Sum::Int(sum))) => (*sum).into(),
            (_, Some(Sum::Float(sum))) => (*sum).into(),
            (_, Some(Sum::Text(sum))) => sum.clone().into(),
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
}
