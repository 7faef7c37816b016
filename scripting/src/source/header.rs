//! The grammar of `node` and `template`.
//!
//! ```text
//! node     = "node" NAME "(" [ parameter { "," parameter } [","] ] ")" [ outputs ] [ state ] "{" body "}"
//! parameter = [ "stream" ] NAME [ ":" TYPE ] [ "=" expression ]
//! outputs  = "->" ( TYPE | "(" output { "," output } [","] ")" )
//! output   = NAME [ ":" TYPE ]
//! state    = "with" "#{" ... "}"
//! template = "template" NAME "(" NAME { "," NAME } [","] ")" "{" body "}"
//! ```
//!
//! A recursive descent over the lexemes that notes on its way which characters Rhai must not see. The
//! expressions in it are not parsed, only delimited: brackets are matched, and a default ends at the first
//! `,` or `)` that is in no bracket and in no closure's list of parameters.

use std::ops::Range;

use rhai::{Token, is_valid_identifier};

use super::definition::{
    NodeHeader, Output, Outputs, Parameter, Snippet, TemplateHeader, TemplateParameter, ValueType,
};
use super::error::SourceError;
use super::lex::Source;
use super::scope::{Place, Scope, unclosed};
use crate::suggest::did_you_mean;

/// What a reference answers itself, so that no output and no inner node can be reached by such a name.
pub(crate) const REFERENCE_MEMBERS: [&str; 10] = [
    "value",
    "status",
    "generation",
    "type",
    "inputs",
    "outputs",
    "get_input_nodes",
    "get_output_nodes",
    "show",
    "history",
];

/// What types are called in other languages, and here.
const NAMES_ELSEWHERE: [(&str, &str); 10] = [
    ("integer", "int"),
    ("i64", "int"),
    ("f64", "float"),
    ("number", "float"),
    ("boolean", "bool"),
    ("str", "string"),
    ("list", "array"),
    ("dict", "map"),
    ("object", "map"),
    ("bytes", "blob"),
];

/// Whether a token is spelled like a name, be it reserved. `in` and `as` may follow a variable.
pub(super) fn could_be_name(token: &Token) -> bool {
    match token {
        Token::Identifier(_) => true,
        Token::Reserved(word) => is_valid_identifier(word),
        Token::In | Token::As => false,
        token => token.is_literal() && is_valid_identifier(token.literal_syntax()),
    }
}

/// A walk over the lexemes of one definition.
pub(super) struct HeaderParser<'a> {
    source: &'a Source,
    /// The lexeme of the keyword.
    keyword: usize,
    at: usize,
    blanks: Vec<Range<usize>>,
}

impl<'a> HeaderParser<'a> {
    /// A walk that begins at the keyword.
    pub(super) fn new(source: &'a Source, keyword: usize) -> Self {
        Self { source, keyword, at: keyword + 1, blanks: Vec::new() }
    }

    /// The lexeme after the definition, and the characters that Rhai must not see.
    pub(super) fn finish(self) -> (usize, Vec<Range<usize>>) {
        (self.at, self.blanks)
    }

    /// Reads a `node`.
    pub(super) fn node(&mut self) -> Result<NodeHeader, SourceError> {
        let (name, position) = self.type_name("node")?;
        let parameters = self.parameters(&name)?;
        let outputs = self.outputs()?;
        let state = self.state()?;
        let body = self.body("node", Place::Node)?;
        Ok(NodeHeader {
            name,
            position,
            doc: self.source.doc(self.keyword),
            parameters,
            outputs,
            state,
            streaming: body.yields,
            body_tokens: body.tokens,
            span: self.span(),
        })
    }

    /// Reads a `template`.
    pub(super) fn template(&mut self) -> Result<TemplateHeader, SourceError> {
        let (name, position) = self.type_name("template")?;
        let opening = self.at;
        let parameters = self.parameters(&name)?;
        if parameters.is_empty() {
            let message = "a template's first parameter stands for the flow it builds in, as in `f`";
            return Err(SourceError::new(self.source.position(opening), message));
        }
        let parameters = parameters.into_iter().map(plain_parameter).collect::<Result<_, _>>()?;
        let body = self.body("template", Place::Template)?;
        Ok(TemplateHeader {
            name,
            position,
            doc: self.source.doc(self.keyword),
            parameters,
            body_tokens: body.tokens,
            span: self.span(),
        })
    }

    /// The name after the keyword.
    fn type_name(&mut self, what: &str) -> Result<(String, rhai::Position), SourceError> {
        let position = self.source.position(self.at);
        let name = self.name(&format!("the name of the {what}"))?;
        if name.starts_with('_') {
            let message = format!("the name of a {what} begins with a letter, not with `_`");
            return Err(SourceError::new(position, message));
        }
        Ok((name, position))
    }

    fn parameters(&mut self, of: &str) -> Result<Vec<Parameter>, SourceError> {
        let mut parameters: Vec<Parameter> = Vec::new();
        if self.eat(&Token::Unit) {
            return Ok(parameters);
        }
        self.expect(&Token::LeftParen, &format!("after `{of}`"))?;
        while !self.eat(&Token::RightParen) {
            let parameter = self.parameter()?;
            if parameters.iter().any(|other| other.name == parameter.name) {
                let message = format!("`{of}` has two parameters `{}`", parameter.name);
                return Err(SourceError::new(parameter.position, message));
            }
            parameters.push(parameter);
            if !self.eat(&Token::Comma) && *self.peek() != Token::RightParen {
                return Err(self.unexpected("`,` or `)` after a parameter"));
            }
        }
        Ok(parameters)
    }

    fn parameter(&mut self) -> Result<Parameter, SourceError> {
        let stream = self.peek_word("stream") && could_be_name(self.source.token(self.at + 1));
        if stream {
            self.blank(self.at..self.at + 1);
            self.at += 1;
        }
        let position = self.source.position(self.at);
        let name = self.name("a parameter's name")?;
        let extras = self.at;
        let value_type = self.optional_type()?;
        let default = if self.eat(&Token::Equals) { Some(self.default(&name)?) } else { None };
        self.blank(extras..self.at);
        Ok(Parameter { name, position, value_type, default, stream })
    }

    /// The expression after `=`, up to the `,` or `)` that ends the parameter.
    fn default(&mut self, of: &str) -> Result<Snippet, SourceError> {
        let start = self.at;
        let mut scope = Scope::new(Place::Header);
        while !(scope.is_level() && matches!(self.peek(), Token::Comma | Token::RightParen)) {
            if *self.peek() == Token::EOF {
                return Err(self.unexpected(&format!("`)` after the default of `{of}`")));
            }
            if matches!(self.peek(), Token::SemiColon) && scope.is_level() {
                return Err(self.unexpected(&format!("one expression as the default of `{of}`")));
            }
            scope.step(self.source, self.at)?;
            self.at += 1;
        }
        if start == self.at {
            return Err(self.unexpected(&format!("the default of `{of}` after `=`")));
        }
        Ok(self.snippet(start))
    }

    fn optional_type(&mut self) -> Result<Option<ValueType>, SourceError> {
        if self.eat(&Token::Colon) { self.value_type().map(Some) } else { Ok(None) }
    }

    fn value_type(&mut self) -> Result<ValueType, SourceError> {
        let text = self.source.text(self.source.range(self.at));
        let Some(value_type) = ValueType::from_name(&text) else {
            let names = ValueType::ALL.map(|candidate| candidate.name());
            let mut error = self.unexpected(&format!("a type ({})", names.join(" ")));
            let elsewhere = NAMES_ELSEWHERE.iter().find(|(name, _)| *name == text);
            match elsewhere {
                _ if error.incomplete => {}
                Some((_, name)) => error.message.push_str(&format!("; did you mean `{name}`?")),
                None => error.message.push_str(&did_you_mean(&text, names)),
            }
            return Err(error);
        };
        self.at += 1;
        Ok(value_type)
    }

    fn outputs(&mut self) -> Result<Outputs, SourceError> {
        if !self.peek_word("->") {
            return Ok(Outputs::Undeclared);
        }
        let start = self.at;
        self.at += 1;
        let outputs = if self.eat(&Token::LeftParen) {
            Outputs::Named(self.named_outputs()?)
        } else if *self.peek() == Token::Unit {
            return Err(self.unexpected("at least one output: leave out the `->` for none"));
        } else {
            Outputs::Single(self.value_type()?)
        };
        self.blank(start..self.at);
        Ok(outputs)
    }

    fn named_outputs(&mut self) -> Result<Vec<Output>, SourceError> {
        let mut outputs: Vec<Output> = Vec::new();
        loop {
            let position = self.source.position(self.at);
            let name = self.name("an output's name")?;
            if REFERENCE_MEMBERS.contains(&name.as_str()) {
                let message =
                    format!("no output may be called `{name}`: every reference answers that itself");
                return Err(SourceError::new(position, message));
            }
            if outputs.iter().any(|other| other.name == name) {
                return Err(SourceError::new(position, format!("two outputs are called `{name}`")));
            }
            let value_type = self.optional_type()?;
            outputs.push(Output { name, position, value_type });
            let more = self.eat(&Token::Comma);
            if self.eat(&Token::RightParen) {
                return Ok(outputs);
            }
            if !more {
                return Err(self.unexpected("`,` or `)` after an output"));
            }
        }
    }

    fn state(&mut self) -> Result<Option<Snippet>, SourceError> {
        if !self.peek_word("with") {
            return Ok(None);
        }
        self.blank(self.at..self.at + 1);
        self.at += 1;
        if *self.peek() != Token::MapStart {
            return Err(self.unexpected("`#{` after `with`, as in `with #{ total: 0 }`"));
        }
        let start = self.at;
        self.group(&mut Scope::new(Place::Header))?;
        self.blank(start..self.at);
        Ok(Some(self.snippet(start)))
    }

    fn body(&mut self, what: &str, place: Place) -> Result<Body, SourceError> {
        if *self.peek() != Token::LeftBrace {
            let expected = match (what, self.peek_word("->") || self.peek_word("with")) {
                ("template", true) => "`{`: a template has neither `->` nor `with`".to_owned(),
                (_, true) => "`{`: `->` comes first, then `with`, each once".to_owned(),
                _ => format!("`{{` and the body of the {what}"),
            };
            return Err(self.unexpected(&expected));
        }
        let start = self.at;
        let mut scope = Scope::new(place);
        self.group(&mut scope)?;
        Ok(Body { tokens: self.source.tokens(start..self.at), yields: scope.yields() })
    }

    /// Goes from an opening bracket to the one that closes it.
    fn group(&mut self, scope: &mut Scope) -> Result<(), SourceError> {
        let opening = self.at;
        loop {
            if *self.peek() == Token::EOF {
                return Err(scope
                    .finish(self.source)
                    .err()
                    .unwrap_or_else(|| unclosed(self.source, opening)));
            }
            scope.step(self.source, self.at)?;
            self.at += 1;
            if scope.is_level() {
                return Ok(());
            }
        }
    }

    /// A name that is neither reserved nor `flow`.
    fn name(&mut self, what: &str) -> Result<String, SourceError> {
        let Token::Identifier(name) = self.peek() else {
            if could_be_name(self.peek()) {
                let word = self.source.text(self.source.range(self.at));
                let message = format!("`{word}` is a reserved word and cannot be {what}");
                return Err(SourceError::new(self.source.position(self.at), message));
            }
            return Err(self.unexpected(what));
        };
        if name.as_str() == "flow" {
            let message = format!("`flow` is the flow itself and cannot be {what}");
            return Err(SourceError::new(self.source.position(self.at), message));
        }
        let name = name.to_string();
        self.at += 1;
        Ok(name)
    }

    fn peek(&self) -> &'a Token {
        self.source.token(self.at)
    }

    fn peek_word(&self, word: &str) -> bool {
        match self.peek() {
            Token::Identifier(text) => text.as_str() == word,
            Token::Reserved(text) => text.as_str() == word,
            _ => false,
        }
    }

    fn eat(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &Token, place: &str) -> Result<(), SourceError> {
        if self.eat(token) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{}` {place}", token.literal_syntax())))
    }

    fn unexpected(&self, expected: &str) -> SourceError {
        let position = self.source.position(self.at);
        if *self.peek() == Token::EOF {
            return SourceError::incomplete(position, format!("expected {expected}, but the cell ends here"));
        }
        let found = self.source.text(self.source.range(self.at));
        SourceError::new(position, format!("expected {expected}, found `{found}`"))
    }

    /// Hides lexemes from Rhai, and whatever stands between them.
    fn blank(&mut self, lexemes: Range<usize>) {
        if !lexemes.is_empty() {
            let end = self.source.range(lexemes.end - 1).end;
            self.blanks.push(self.source.range(lexemes.start).start..end);
        }
    }

    /// The lexemes from `start` to here, with what stands between them.
    fn snippet(&self, start: usize) -> Snippet {
        let range = self.source.range(start).start..self.source.range(self.at - 1).end;
        Snippet {
            text: self.source.text(range),
            tokens: self.source.tokens(start..self.at),
            position: self.source.position(start),
        }
    }

    /// The characters of the definition up to here.
    fn span(&self) -> Range<usize> {
        self.source.range(self.keyword).start..self.source.range(self.at - 1).end
    }
}

/// What is known of a body.
struct Body {
    tokens: String,
    yields: bool,
}

/// A template is called with references: its parameters have no types, defaults or streams.
fn plain_parameter(parameter: Parameter) -> Result<TemplateParameter, SourceError> {
    let Parameter { name, position, value_type, default, stream } = parameter;
    let refused = if value_type.is_some() {
        Some(("type", "annotate the parameter of the node that it is given to"))
    } else if default.is_some() {
        Some(("default", "give it in each call, or to the parameter of the node that it is given to"))
    } else if stream {
        Some((
            "`stream`",
            "write it in the node that reads the stream, which passes through a template as it is",
        ))
    } else {
        None
    };
    if let Some((what, instead)) = refused {
        let message = format!("`{name}`: a template's parameters are plain names, without {what}: {instead}");
        return Err(SourceError::new(position, message));
    }
    Ok(TemplateParameter { name, position })
}
