//! A row of the table.

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Part of the grammar.
    Keyword,
    /// `name(...)`; on the values of `Word::on` also `x.name(...)`.
    Function,
    /// `x.name(...)`.
    Method,
    /// `x.name`.
    Property,
    /// A variable that is always there.
    Variable,
    /// What `type_of(x)` says.
    Type,
    /// What `e.error` says of a caught error.
    Error,
}

impl Kind {
    /// The kind as front ends name it (`_jupyter_types_experimental`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Keyword => "keyword",
            Self::Function => "function",
            Self::Method => "method",
            Self::Property => "property",
            Self::Variable => "instance",
            Self::Type => "type",
            Self::Error => "class",
        }
    }
}

/// A word of the cell language.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// As it is typed.
    pub name: &'static str,
    /// What kind of word it is.
    pub kind: Kind,
    /// The types of values that have it, for what follows a dot.
    pub on: &'static [&'static str],
    /// How it is called, a form a line.
    pub signature: &'static str,
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// Lines of a cell; empty if the signature says it all.
    pub example: &'static str,
}

impl Word {
    const fn new(kind: Kind, name: &'static str, signature: &'static str, doc: &'static str) -> Self {
        Self { name, kind, on: &[], signature, doc, example: "" }
    }

    /// Part of the grammar.
    pub(super) const fn keyword(name: &'static str, signature: &'static str, doc: &'static str) -> Self {
        Self::new(Kind::Keyword, name, signature, doc)
    }

    /// `name(...)`.
    pub(super) const fn function(name: &'static str, signature: &'static str, doc: &'static str) -> Self {
        Self::new(Kind::Function, name, signature, doc)
    }

    /// `x.name(...)` on the types `on`.
    pub(super) const fn method(
        on: &'static [&'static str],
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
    ) -> Self {
        Self::new(Kind::Method, name, signature, doc).on(on)
    }

    /// `x.name` on the types `on`.
    pub(super) const fn property(
        on: &'static [&'static str],
        name: &'static str,
        signature: &'static str,
        doc: &'static str,
    ) -> Self {
        Self::new(Kind::Property, name, signature, doc).on(on)
    }

    /// A variable that is always there.
    pub(super) const fn variable(name: &'static str, signature: &'static str, doc: &'static str) -> Self {
        Self::new(Kind::Variable, name, signature, doc)
    }

    /// The name of a type.
    pub(super) const fn type_name(name: &'static str, doc: &'static str) -> Self {
        Self::new(Kind::Type, name, name, doc)
    }

    /// The name of an error.
    pub(super) const fn error(name: &'static str, doc: &'static str) -> Self {
        Self::new(Kind::Error, name, name, doc)
    }

    /// The same with the types of values that have it after a dot.
    pub(super) const fn on(self, on: &'static [&'static str]) -> Self {
        Self { on, ..self }
    }

    /// The same with an example.
    pub(super) const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// Whether a value of this type has it after a dot.
    pub fn is_on(&self, type_name: &str) -> bool {
        self.on.contains(&type_name)
    }

    /// Whether it stands by itself, not only after a dot.
    pub fn is_free(&self) -> bool {
        !matches!(self.kind, Kind::Method | Kind::Property)
    }
}
