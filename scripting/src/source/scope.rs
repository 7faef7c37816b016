//! Where a lexeme stands: in which bracket, closure, `fn` or body.
//!
//! One [`Scope`] walks over the lexemes of a cell, another over each body, default and `with` expression.
//! It keeps a stack of open brackets, and for each closure the number of brackets around it: the closure
//! goes on until a `,`, a `;` or a closing bracket at that depth, which is where Rhai's expression ends
//! too. That is all that is needed to know whether a `yield` stands in a node's own body, and which words
//! give something a name, so that `flow` can be refused.

use rhai::Token;

use super::Keyword;
use super::error::SourceError;
use super::lex::Source;
use super::loops::NOTHING;
use super::values::require_value;

/// What a scope walks over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The statements of a cell.
    Cell,
    /// A default or a `with` expression.
    Header,
    /// The body of a node.
    Node,
    /// The body of a template.
    Template,
}

/// The position of a walk over lexemes.
#[derive(Debug)]
pub(super) struct Scope {
    place: Place,
    /// The lexemes of the brackets that are open.
    open: Vec<usize>,
    /// For each closure around here, how many brackets are open around it.
    closures: Vec<usize>,
    /// Between the bars of a closure's parameters.
    in_bars: bool,
    /// In a `fn`: how many brackets are open around it.
    function: Option<usize>,
    /// Between `fn` and its body.
    in_signature: bool,
    yields: bool,
}

impl Scope {
    /// At the beginning of `place`.
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            open: Vec::new(),
            closures: Vec::new(),
            in_bars: false,
            function: None,
            in_signature: false,
            yields: false,
        }
    }

    /// Goes over one lexeme.
    pub(super) fn step(&mut self, source: &Source, at: usize) -> Result<(), SourceError> {
        require_value(source, at)?;
        match source.token(at) {
            Token::Fn => {
                self.function = Some(self.open.len());
                self.in_signature = true;
            }
            Token::Pipe if self.in_bars => self.end_bars(),
            Token::Pipe if source.operand(at) => self.in_bars = true,
            Token::Or if source.operand(at) => self.end_bars(),
            Token::Comma | Token::SemiColon if !self.in_bars => self.end_closures(self.open.len()),
            Token::Identifier(word) if word.as_str() == "flow" => self.refuse_flow(source, at)?,
            Token::Identifier(_) => self.refuse_definition(source, at)?,
            Token::Reserved(word) if word.as_str() == "yield" => self.note_yield(source, at)?,
            Token::Reserved(word) if word.starts_with(NOTHING) => {
                return Err(SourceError::new(source.position(at), format!("`{NOTHING}` means nothing here")));
            }
            token if is_opening(token) => {
                self.in_signature &= *token != Token::LeftBrace;
                self.open.push(at);
            }
            token if is_closing(token) => self.close(source, at)?,
            _ => (),
        }
        Ok(())
    }

    /// Whether no bracket and no list of parameters is open.
    pub(super) fn is_level(&self) -> bool {
        self.open.is_empty() && !self.in_bars
    }

    /// Whether a `yield` stood in the place itself.
    pub(super) fn yields(&self) -> bool {
        self.yields
    }

    /// At the end of the cell: every bracket must be closed.
    pub(super) fn finish(&self, source: &Source) -> Result<(), SourceError> {
        match self.open.last() {
            None => Ok(()),
            Some(&bracket) => Err(unclosed(source, bracket)),
        }
    }

    /// A definition may stand only where a `fn` may.
    pub(super) fn require_top_level(
        &self,
        source: &Source,
        at: usize,
        keyword: Keyword,
    ) -> Result<(), SourceError> {
        if self.open.is_empty() && self.place == Place::Cell {
            return Ok(());
        }
        let what = keyword.as_str();
        let inside = match self.place {
            Place::Node => "a node's body: bodies cannot wire",
            Place::Template => "a template",
            Place::Cell | Place::Header => "a block",
        };
        let message = format!("a {what} is defined at the top level of a cell, not inside {inside}");
        Err(SourceError::new(source.position(at), message))
    }

    /// After a closure's parameters comes its body.
    fn end_bars(&mut self) {
        self.in_bars = false;
        self.closures.push(self.open.len());
    }

    /// Ends the closures that stand in `depth` brackets or more.
    fn end_closures(&mut self, depth: usize) {
        while self.closures.last().is_some_and(|&around| around >= depth) {
            self.closures.pop();
        }
    }

    fn close(&mut self, source: &Source, at: usize) -> Result<(), SourceError> {
        let Some(bracket) = self.open.pop() else {
            let text = source.text(source.range(at));
            return Err(SourceError::new(source.position(at), format!("this `{text}` closes nothing")));
        };
        let expected = counterpart(source.token(bracket));
        if *source.token(at) != expected {
            let opening = source.text(source.range(bracket));
            let expected = expected.literal_syntax();
            let line = source.position(bracket).line().unwrap_or_default();
            let message = format!("expected `{expected}` for the `{opening}` on line {line}");
            return Err(SourceError::new(source.position(at), message));
        }
        self.end_closures(self.open.len() + 1);
        if self.function == Some(self.open.len()) && expected == Token::RightBrace {
            self.function = None;
        }
        Ok(())
    }

    /// `flow` may be used everywhere, but nothing may be given that name: Rhai would resolve it to the
    /// flow all the same.
    fn refuse_flow(&self, source: &Source, at: usize) -> Result<(), SourceError> {
        let before = |n: usize| at.checked_sub(n).map_or(&Token::EOF, |i| source.token(i));
        let what = match before(1) {
            _ if self.in_signature || self.in_bars => "function or parameter",
            Token::Let => "variable",
            Token::Const => "constant",
            Token::For => "loop variable",
            Token::As => "module or export",
            Token::LeftParen if *before(2) == Token::For => "loop variable",
            Token::LeftParen if *before(2) == Token::Catch => "error variable",
            Token::Comma if *before(4) == Token::For => "loop variable",
            _ => return Ok(()),
        };
        Err(SourceError::new(source.position(at), format!("no {what} may be called `flow`")))
    }

    fn refuse_definition(&self, source: &Source, at: usize) -> Result<(), SourceError> {
        match super::definition_at(source, at) {
            Some(keyword) => self.require_top_level(source, at, keyword),
            None => Ok(()),
        }
    }

    fn note_yield(&mut self, source: &Source, at: usize) -> Result<(), SourceError> {
        let before = at.checked_sub(1).map_or(&Token::EOF, |i| source.token(i));
        if matches!(before, Token::Period | Token::Elvis) || *source.token(at + 1) == Token::Colon {
            return Ok(()); // A property: Rhai says that the word is reserved.
        }
        let instead = match self.place {
            _ if self.function.is_some() => "a `fn`",
            _ if !self.closures.is_empty() => "a closure",
            Place::Node => {
                self.yields = true;
                return Ok(());
            }
            Place::Cell => "a cell's own statements",
            Place::Header => "a header",
            Place::Template => "a template",
        };
        let message = format!("`yield` stands in a node's own body, not in {instead}");
        Err(SourceError::new(source.position(at), message))
    }
}

/// The error for a bracket that is still open where the cell ends.
pub(super) fn unclosed(source: &Source, bracket: usize) -> SourceError {
    let text = source.text(source.range(bracket));
    SourceError::incomplete(source.position(bracket), format!("this `{text}` is not closed"))
}

pub(super) fn is_opening(token: &Token) -> bool {
    matches!(
        token,
        Token::LeftBrace | Token::MapStart | Token::LeftParen | Token::LeftBracket | Token::QuestionBracket
    )
}

pub(super) fn is_closing(token: &Token) -> bool {
    matches!(token, Token::RightBrace | Token::RightParen | Token::RightBracket)
}

/// What closes an opening bracket.
fn counterpart(opening: &Token) -> Token {
    match opening {
        Token::LeftParen => Token::RightParen,
        Token::LeftBracket | Token::QuestionBracket => Token::RightBracket,
        _ => Token::RightBrace,
    }
}
