//! What an expression before the cursor means, as far as that is known without running it.

use std::rc::Rc;

use rhai::Dynamic;

use super::cursor::Link;
use super::kinds::{fields_of, kind_of};
use crate::display::value_text;
use crate::words::{Word, named};
use crate::world::World;

/// What something is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Subject {
    /// The flow itself.
    Flow,
    /// A node, by name; it need not exist yet.
    Node(Rc<str>),
    /// An output of a node.
    Output(Rc<str>, String),
    /// A value.
    Value(Known),
    /// A node type.
    NodeType(String),
    /// A function that a cell defines.
    Function(String),
    /// Nobody knows.
    Unknown,
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Known {
    pub(super) kind: &'static str,
    pub(super) fields: Vec<String>,
    pub(super) text: Option<String>,
}

impl Known {
    fn of(value: &Dynamic) -> Self {
        Self { kind: kind_of(value), fields: fields_of(value), text: Some(value_text(value)) }
    }

    fn of_kind(kind: &'static str) -> Self {
        Self { kind, fields: Vec::new(), text: None }
    }
}

impl World {
    /// What an expression means.
    pub(super) fn subject(&self, links: &[Link]) -> Subject {
        let mut links = links.iter();
        let mut subject = match links.next() {
            Some(Link::Name(name)) => self.subject_of_name(name),
            Some(Link::Call(name)) => result_of(named(name).find(|word| word.is_free())),
            Some(Link::Literal(kind)) => Subject::Value(Known::of_kind(kind)),
            _ => Subject::Unknown,
        };
        for link in links {
            subject = self.step(&subject, link);
        }
        subject
    }

    /// What a name means that stands by itself.
    pub(super) fn subject_of_name(&self, name: &str) -> Subject {
        if name == "flow" {
            return Subject::Flow;
        }
        if let Some(variable) = self.variable(name) {
            if variable.kind == "flow" {
                return Subject::Flow;
            }
            let (kind, fields, text) = (variable.kind, variable.fields, variable.text);
            return Subject::Value(Known { kind, fields, text });
        }
        let definitions = self.definitions.borrow();
        if definitions.usage(name).is_some() {
            return Subject::NodeType(name.to_owned());
        }
        match definitions.functions().any(|function| function.name == name) {
            true => Subject::Function(name.to_owned()),
            false => Subject::Unknown,
        }
    }

    fn step(&self, subject: &Subject, link: &Link) -> Subject {
        match (subject, link) {
            (Subject::Flow, Link::Name(name)) if !is_word_on(name, "flow") => {
                Subject::Node(name.as_str().into())
            }
            (Subject::Flow, Link::Key(name)) => Subject::Node(name.as_str().into()),
            (Subject::Flow, Link::Name(name) | Link::Call(name)) => result_of(word_on(name, "flow")),
            (Subject::Node(node), Link::Name(name)) if name == "value" => self.value_of(node, None),
            (Subject::Output(node, output), Link::Name(name)) if name == "value" => {
                self.value_of(node, Some(output))
            }
            (Subject::Node(node), Link::Key(name)) => self.part_of(node, name),
            (Subject::Node(node), Link::Name(name)) if !is_word_on(name, "node") => self.part_of(node, name),
            (Subject::Node(_) | Subject::Output(..), Link::Name(name) | Link::Call(name)) => {
                result_of(word_on(name, "node"))
            }
            (Subject::Value(known), Link::Name(name) | Link::Call(name)) if known.fields.contains(name) => {
                Subject::Unknown
            }
            (Subject::Value(known), Link::Name(name) | Link::Call(name)) => {
                result_of(word_on(name, known.kind))
            }
            _ => Subject::Unknown,
        }
    }

    /// `flow.a.b`: a node that a template made, or an output.
    pub(super) fn part_of(&self, node: &str, part: &str) -> Subject {
        let inner = format!("{node}.{part}");
        let below = format!("{inner}.");
        let is_below = |name: &Rc<str>| **name == *inner || name.starts_with(&below);
        match self
            .flow
            .nodes()
            .into_iter()
            .filter_map(|node| self.flow.name(node))
            .any(|name| is_below(&name))
        {
            true => Subject::Node(inner.into()),
            false => Subject::Output(node.into(), part.to_owned()),
        }
    }

    /// The value that a node has just now.
    fn value_of(&self, node: &str, output: Option<&String>) -> Subject {
        let value = || {
            let id = self.flow.node(node)?;
            let outputs = self.flow.value(id)?;
            let index = match output {
                Some(name) => self.flow.signature(id)?.output_index(name)?,
                None if outputs.len() > 1 => return Some(Known::of_kind("array")),
                None => 0,
            };
            outputs.get(index).map(|datum| Known::of(&datum.0))
        };
        value().map_or(Subject::Unknown, Subject::Value)
    }
}

/// The row of a word that values of a type have.
pub(super) fn word_on(name: &str, kind: &str) -> Option<&'static Word> {
    named(name).find(|word| word.is_on(kind))
}

fn is_word_on(name: &str, kind: &str) -> bool {
    word_on(name, kind).is_some()
}

/// What a word gives, by the end of its signature.
fn result_of(word: Option<&Word>) -> Subject {
    let kind = || {
        let (_, result) = word?.signature.lines().next()?.rsplit_once("-> ")?;
        crate::words::words().flat_map(|word| word.on.iter()).find(|kind| **kind == result.trim())
    };
    kind().map_or(Subject::Unknown, |kind| Subject::Value(Known::of_kind(kind)))
}
