//! The values of the cases: JSON, with Python's arithmetic.

use flowno_engine::flow::{Accumulator, Value};
use serde_json::Value as Json;

/// All computed integers are reduced by this.
pub(crate) const MODULUS: i64 = 1_000_003;

/// A value on an edge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Datum(pub(crate) Json);

impl Datum {
    /// As Python's `int`; `True` is 1. Anything else counts as 0: cases do no arithmetic on it.
    pub(crate) fn int(&self) -> i64 {
        match &self.0 {
            Json::Bool(value) => i64::from(*value),
            Json::Number(number) => number.as_i64().unwrap_or(0),
            _ => 0,
        }
    }

    /// The string form that the cases' `s_` gives.
    pub(crate) fn text(&self) -> String {
        match &self.0 {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// Python's truth.
    pub(crate) fn is_true(&self) -> bool {
        match &self.0 {
            Json::Null => false,
            Json::Bool(value) => *value,
            Json::Number(number) => number.as_f64() != Some(0.0),
            Json::String(text) => !text.is_empty(),
            Json::Array(items) => !items.is_empty(),
            Json::Object(fields) => !fields.is_empty(),
        }
    }
}

impl From<i64> for Datum {
    fn from(value: i64) -> Self {
        Self(value.into())
    }
}

/// An integer reduced as Python's `%` does: never negative.
pub(crate) fn reduced(value: i64) -> Datum {
    value.rem_euclid(MODULUS).into()
}

impl Value for Datum {
    type Accumulator = Fold;
}

/// Rule A13; what cannot be added becomes the list of chunks.
#[derive(Default)]
pub(crate) struct Fold(Vec<Datum>);

impl Accumulator<Datum> for Fold {
    fn push(&mut self, chunk: &Datum) {
        self.0.push(chunk.clone());
    }

    fn value(&self) -> Option<Datum> {
        if let [only] = &self.0[..] {
            return Some(only.clone());
        }
        self.0.first()?;
        let is_int = |datum: &Datum| datum.0.is_boolean() || datum.0.is_i64();
        let sum = if self.0.iter().all(is_int) {
            Json::from(self.0.iter().map(Datum::int).sum::<i64>())
        } else if self.0.iter().all(|datum| datum.0.is_f64()) {
            Json::from(self.0.iter().filter_map(|datum| datum.0.as_f64()).sum::<f64>())
        } else if self.0.iter().all(|datum| datum.0.is_string()) {
            Json::from(self.0.iter().map(Datum::text).collect::<String>())
        } else {
            Json::Array(self.0.iter().map(|datum| datum.0.clone()).collect())
        };
        Some(Datum(sum))
    }
}
