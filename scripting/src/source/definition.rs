//! What a `node` or `template` header says, as data.

use std::ops::Range;

use rhai::Position;

use super::loops::filled;

/// A type that may be written in a header. They are Rhai's own, and `any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// A whole number.
    Int,
    /// A floating-point number.
    Float,
    /// `true` or `false`.
    Bool,
    /// One character.
    Char,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object map.
    Map,
    /// Bytes.
    Blob,
    /// Whatever it is; not checked.
    Any,
}

impl ValueType {
    /// Every type, in the order in which errors list them.
    pub const ALL: [Self; 9] = [
        Self::Int,
        Self::Float,
        Self::Bool,
        Self::Char,
        Self::String,
        Self::Array,
        Self::Map,
        Self::Blob,
        Self::Any,
    ];

    /// The type's name in a header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Float => "float",
            Self::Bool => "bool",
            Self::Char => "char",
            Self::String => "string",
            Self::Array => "array",
            Self::Map => "map",
            Self::Blob => "blob",
            Self::Any => "any",
        }
    }

    /// The type of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|candidate| candidate.name() == name)
    }
}

/// A piece of the cell that is compiled on its own: a default or a `with` expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The text as typed, comments included.
    pub text: String,
    /// The text without comments, a blank between tokens: snippets are the same if this is.
    pub tokens: String,
    /// Where it begins.
    pub position: Position,
}

impl Snippet {
    /// The text for Rhai, behind as many newlines and blanks as put it at its own place: compiled so, Rhai reports
    /// positions in the cell.
    pub fn in_place(&self) -> String {
        let line = self.position.line().unwrap_or(1);
        let column = self.position.position().unwrap_or(1);
        format!("{}{}{}", "\n".repeat(line - 1), " ".repeat(column - 1), filled(&self.text))
    }
}

/// A parameter of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
    /// `name: type`.
    pub value_type: Option<ValueType>,
    /// `name = default`.
    pub default: Option<Snippet>,
    /// `stream name`.
    pub stream: bool,
}

/// A named output of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
    /// `name: type`.
    pub value_type: Option<ValueType>,
}

/// What a node's header says of its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outputs {
    /// Nothing.
    Undeclared,
    /// `-> type`: one value.
    Single(ValueType),
    /// `-> (name: type, ...)`: at least one.
    Named(Vec<Output>),
}

/// A `node` definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeHeader {
    /// The type's name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
    /// The text of the `///` lines above it.
    pub doc: Option<String>,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// Its outputs.
    pub outputs: Outputs,
    /// The map of `with #{ ... }`: a stateful node.
    pub state: Option<Snippet>,
    /// Whether the body yields: a streaming node.
    pub streaming: bool,
    /// The body without comments, a blank between tokens: bodies are the same if this is.
    pub body_tokens: String,
    /// From the keyword to the closing brace, in characters of the cell.
    pub span: Range<usize>,
}

/// A parameter of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateParameter {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
}

/// A `template` definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateHeader {
    /// The template's name.
    pub name: String,
    /// Where the name stands.
    pub position: Position,
    /// The text of the `///` lines above it.
    pub doc: Option<String>,
    /// Its parameters, in order; the first stands for the scope it builds in.
    pub parameters: Vec<TemplateParameter>,
    /// The body without comments, a blank between tokens: bodies are the same if this is.
    pub body_tokens: String,
    /// From the keyword to the closing brace, in characters of the cell.
    pub span: Range<usize>,
}
