//! Types of ports: what an output gives and an input takes, as far as it is known when they are wired.

use std::any::{TypeId, type_name};
use std::fmt;
use std::rc::Rc;

/// The type of the values at a port.
///
/// Two types fit if they are the same: a Rust type by its identity, any other by its name. A port without a type
/// takes and gives anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortType {
    name: Rc<str>,
    /// Set if it is a Rust type.
    id: Option<TypeId>,
}

impl PortType {
    /// A type of Rust, called by its name without modules: `Vec<Sample>`.
    pub fn of<T: 'static>() -> Self {
        Self { name: without_modules(type_name::<T>()).into(), id: Some(TypeId::of::<T>()) }
    }

    /// A type that has only a name, such as one of a scripting language.
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), id: None }
    }

    /// The type's name, as messages give it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is this type of Rust.
    pub fn is<T: 'static>(&self) -> bool {
        self.id == Some(TypeId::of::<T>())
    }

    /// Whether an input of this type takes what an output of type `given` gives.
    pub fn accepts(&self, given: &Self) -> bool {
        match (self.id, given.id) {
            (Some(taken), Some(given)) => taken == given,
            (None, None) => self.name == given.name,
            _ => false,
        }
    }
}

impl fmt::Display for PortType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// `alloc::vec::Vec<a::b::C>` becomes `Vec<C>`.
fn without_modules(path: &str) -> String {
    let mut text = String::new();
    let mut start = 0; // where the path being read begins in `text`
    let mut rest = path.chars().peekable();
    while let Some(c) = rest.next() {
        if c == ':' && rest.peek() == Some(&':') {
            rest.next();
            text.truncate(start);
            continue;
        }
        text.push(c);
        if !(c.is_alphanumeric() || c == '_') {
            start = text.len();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_leave_modules_out() {
        assert_eq!(PortType::of::<i64>().name(), "i64");
        assert_eq!(PortType::of::<Vec<Option<String>>>().name(), "Vec<Option<String>>");
        assert_eq!(PortType::of::<(Rc<str>, [PortType; 2])>().name(), "(Rc<str>, [PortType; 2])");
        assert_eq!(PortType::of::<Rc<dyn Fn(i64) -> TypeId>>().name(), "Rc<dyn Fn(i64) -> TypeId>");
    }
}
