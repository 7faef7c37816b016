//! The variables of cells, also while a cell's script has them.

use rhai::Scope;

use super::kinds::{fields_of, kind_of};
use crate::display::value_text;
use crate::world::World;

/// What is known of a variable.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Variable {
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// The names in it, if it is a map.
    pub(super) fields: Vec<String>,
    pub(super) is_constant: bool,
    /// The value as text; `None` while a cell may be changing it.
    pub(super) text: Option<String>,
}

/// The variables of a scope, each once, without their values.
pub(crate) fn variables_of(scope: &Scope<'_>) -> Vec<Variable> {
    let mut variables: Vec<Variable> = Vec::new();
    for (name, is_constant, value) in scope.iter_raw() {
        // A name may stand twice; the last in the scope is meant, and `iter_raw` begins with it.
        if variables.iter().any(|known| known.name == name) {
            continue;
        }
        let (kind, fields) = (kind_of(value), fields_of(value));
        variables.push(Variable { name: name.to_owned(), kind, fields, is_constant, text: None });
    }
    variables
}

impl World {
    /// All variables that a cell would find now.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let lent = self.lent_variables.borrow();
        match &*lent {
            Some(lent) => lent.clone(),
            None => variables_of(&self.scope.borrow()),
        }
    }

    /// One of them, with its value if no cell has it.
    pub(super) fn variable(&self, name: &str) -> Option<Variable> {
        if let Some(lent) = &*self.lent_variables.borrow() {
            return lent.iter().find(|variable| variable.name == name).cloned();
        }
        let scope = self.scope.borrow();
        let value = scope.get(name)?;
        Some(Variable {
            name: name.to_owned(),
            kind: kind_of(value),
            fields: fields_of(value),
            is_constant: scope.is_constant(name).unwrap_or(false),
            text: Some(value_text(value)),
        })
    }
}
