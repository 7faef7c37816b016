//! What a flow's values must be able to do.

/// A value that travels along edges: cheap to clone, and foldable when it comes in chunks.
pub trait Value: Clone + 'static {
    /// Collects the chunks of one stream into its run-level-0 value.
    type Accumulator: Accumulator<Self>;

    /// About how many bytes it keeps: what bounds the chunks of a stream that wait for a late reader.
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

/// The left fold of a stream's chunks (rule A13 of the semantics: ints, floats and strings are added; one
/// chunk is itself).
pub trait Accumulator<V>: Default {
    /// Takes the next chunk.
    fn push(&mut self, chunk: &V);

    /// The value of the chunks so far; `None` if there was none.
    fn value(&self) -> Option<V>;
}

/// Folds by `+`.
pub struct Sum<V>(Option<V>);

impl<V> Default for Sum<V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<V: Clone + std::ops::Add<Output = V>> Accumulator<V> for Sum<V> {
    fn push(&mut self, chunk: &V) {
        self.0 = Some(match self.0.take() {
            Some(sum) => sum + chunk.clone(),
            None => chunk.clone(),
        });
    }

    fn value(&self) -> Option<V> {
        self.0.clone()
    }
}

impl Value for i64 {
    type Accumulator = Sum<i64>;
}

impl Value for f64 {
    type Accumulator = Sum<f64>;
}
