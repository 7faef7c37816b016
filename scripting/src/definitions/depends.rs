//! What depends on which function: a redefined `fn` makes dirty the nodes whose bodies name it, directly or through other
//! functions.
//!
//! A body names a function if the function's name is one of its tokens. That finds too much where a variable is called
//! like a function, and then a node runs once too often; it misses nothing but names that are put together from text.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::{FunctionText, words};

/// The texts of all functions, by name; one name may have several, for other numbers of parameters.
#[derive(Clone, Default)]
pub(super) struct FunctionTexts(BTreeMap<String, BTreeSet<String>>);

impl FunctionTexts {
    /// Takes over a cell's functions. Gives the names of those that are not as they were.
    pub(super) fn replace(&mut self, functions: &[FunctionText]) -> BTreeSet<String> {
        let mut new: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for function in functions {
            new.entry(function.name.clone()).or_default().insert(function.tokens.clone());
        }
        let mut changed = BTreeSet::new();
        for (name, texts) in new {
            if self.0.get(&name) != Some(&texts) {
                changed.insert(name.clone());
                self.0.insert(name, texts);
            }
        }
        changed
    }

    /// Adds the functions that name one of these, directly or through others.
    pub(super) fn spread(&self, changed: &mut BTreeSet<String>) {
        loop {
            let more: Vec<String> = self
                .0
                .iter()
                .filter(|(name, texts)| {
                    !changed.contains(*name) && texts.iter().any(|text| names_any(text, changed))
                })
                .map(|(name, _)| name.clone())
                .collect();
            if more.is_empty() {
                return;
            }
            changed.extend(more);
        }
    }

    /// The names of all functions.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// Whether one of these names is a word of a text.
pub(super) fn names_any(text: &str, names: &BTreeSet<String>) -> bool {
    words(text).any(|word| names.contains(word))
}
