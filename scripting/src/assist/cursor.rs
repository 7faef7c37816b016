//! What stands at the cursor.
//!
//! The text before the cursor is lexed by Rhai's own tokenizer, so strings, comments and interpolations end where the
//! parser will see them end. From there the expression before a dot is read backwards.

use rhai::Token;

use crate::source::{OpenEnd, OpenSource};

/// One step of an expression such as `flow.a["out"].value`, from its beginning.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Link {
    /// A name: a variable, or a property after a dot.
    Name(String),
    /// A function or method that is called.
    Call(String),
    /// `["text"]`.
    Key(String),
    /// `[7]`, or any other index.
    Index,
    /// A literal, of which the type is known.
    Literal(&'static str),
    /// Anything else.
    Unknown,
}

/// What is being typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// In a comment, in a string or after a number: nothing can be offered.
    Nothing,
    /// A name that begins here.
    Name,
    /// A name after a dot, of what the links mean.
    Member(Vec<Link>),
    /// In a string that names a node: `flow["`, `flow.remove("`.
    NodeName,
    /// In the string of `help("`.
    Topic,
}

/// The text before the cursor, understood as far as needed.
pub(super) struct Cursor {
    source: OpenSource,
    /// Where the word at the cursor begins, in characters.
    pub(super) start: usize,
    /// The word, up to the cursor.
    pub(super) word: String,
    pub(super) place: Place,
}

impl Cursor {
    /// Looks at the first `at` characters. `None` if the cell is longer than Rhai takes.
    pub(super) fn new(code: &str, at: usize) -> Option<Self> {
        let before: String = code.chars().take(at).collect();
        let source = OpenSource::lex(&before)?;
        let at = before.chars().count();
        let mut cursor = Self { source, start: at, word: String::new(), place: Place::Nothing };
        cursor.look(at);
        Some(cursor)
    }

    /// Names that the text before the cursor uses, but for those after dots.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for index in 0..self.source.len() {
            let is_member = index > 0 && is_dot(self.source.token(index - 1));
            if let Token::Identifier(name) = self.source.token(index)
                && !is_member
                && self.source.range(index).end < self.start
                && !names.iter().any(|known| known == name.as_str())
            {
                names.push(name.to_string());
            }
        }
        names
    }

    /// The name of the innermost call that the cursor is in the parentheses of, as an expression.
    pub(super) fn open_call(&self) -> Option<Vec<Link>> {
        let mut depth = 0_usize;
        for index in (0..self.source.len()).rev() {
            match self.source.token(index) {
                Token::RightParen | Token::RightBracket | Token::RightBrace => depth += 1,
                Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart if depth > 0 => {
                    depth -= 1
                }
                Token::LeftParen if index > 0 && self.is_name(index - 1) => return Some(self.links(index)),
                Token::LeftParen => {}
                Token::LeftBrace | Token::SemiColon if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    fn look(&mut self, at: usize) {
        match self.source.end() {
            OpenEnd::Comment => return,
            OpenEnd::String { start } => {
                self.place = self.place_in_string();
                self.start = (start + 1).min(at);
                self.word = self.source.text(self.start..at);
                return;
            }
            OpenEnd::Whole => {}
        }
        let mut after = self.source.len();
        if let Some(last) = after.checked_sub(1)
            && self.source.range(last).end == at
        {
            if self.is_name(last) {
                after = last;
                self.start = self.source.range(last).start;
                self.word = self.source.text(self.start..at);
            } else if !ends_before_name(self.source.token(last)) {
                return;
            }
        }
        self.take_path(&mut after, at);
        self.place = match after.checked_sub(1) {
            Some(dot) if is_dot(self.source.token(dot)) => Place::Member(self.links(dot)),
            _ => Place::Name,
        };
    }

    /// A module's name and `::` belong to the word.
    fn take_path(&mut self, after: &mut usize, at: usize) {
        while *after >= 2
            && matches!(self.source.token(*after - 1), Token::DoubleColon)
            && self.is_name(*after - 2)
        {
            *after -= 2;
            self.start = self.source.range(*after).start;
            self.word = self.source.text(self.start..at);
        }
    }

    fn place_in_string(&self) -> Place {
        let Some(opening) = self.source.len().checked_sub(1) else { return Place::Nothing };
        let links = self.links(opening);
        match (self.source.token(opening), &links[..]) {
            (Token::LeftBracket, [Link::Name(flow)]) if flow == "flow" => Place::NodeName,
            (Token::LeftParen, [Link::Name(flow), Link::Name(method)])
                if flow == "flow" && matches!(method.as_str(), "remove" | "reset") =>
            {
                Place::NodeName
            }
            (Token::LeftParen, [Link::Name(help)]) if help == "help" => Place::Topic,
            _ => Place::Nothing,
        }
    }

    /// The expression that ends right before a lexeme.
    pub(super) fn links(&self, mut end: usize) -> Vec<Link> {
        let mut links = Vec::new();
        while let Some(last) = end.checked_sub(1) {
            match self.source.token(last) {
                Token::RightParen => match self.opening(last) {
                    Some(open) if open > 0 && self.is_name(open - 1) => {
                        links.push(Link::Call(self.source.text(self.source.range(open - 1))));
                        end = open - 1;
                    }
                    _ => {
                        links.push(Link::Unknown);
                        break;
                    }
                },
                // Rhai's tokenizer takes `()` as one token.
                Token::Unit if last > 0 && self.is_name(last - 1) => {
                    links.push(Link::Call(self.source.text(self.source.range(last - 1))));
                    end = last - 1;
                }
                Token::RightBracket => match self.opening(last) {
                    Some(open) if open > 0 && self.ends_operand(open - 1) => {
                        links.push(self.index(open + 1..last));
                        end = open;
                        continue;
                    }
                    Some(_) => {
                        links.push(Link::Literal("array"));
                        break;
                    }
                    None => {
                        links.push(Link::Unknown);
                        break;
                    }
                },
                Token::RightBrace => {
                    let is_map =
                        self.opening(last).is_some_and(|open| *self.source.token(open) == Token::MapStart);
                    links.push(if is_map { Link::Literal("map") } else { Link::Unknown });
                    break;
                }
                _ if self.is_name(last) => {
                    links.push(Link::Name(self.source.text(self.source.range(last))));
                    end = last;
                }
                token => {
                    links.push(literal(token));
                    break;
                }
            }
            match end.checked_sub(1) {
                Some(dot) if is_dot(self.source.token(dot)) => end = dot,
                _ => break,
            }
        }
        links.reverse();
        links
    }

    /// What stands between brackets.
    fn index(&self, inside: std::ops::Range<usize>) -> Link {
        match self.source.token(inside.start) {
            Token::StringConstant(text) if inside.len() == 1 => Link::Key(text.to_string()),
            _ => Link::Index,
        }
    }

    /// The bracket that a closing one belongs to.
    fn opening(&self, closing: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for index in (0..=closing).rev() {
            match self.source.token(index) {
                Token::RightParen | Token::RightBracket | Token::RightBrace => depth += 1,
                Token::LeftParen | Token::LeftBracket | Token::LeftBrace | Token::MapStart => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether a lexeme can be the end of what is indexed.
    fn ends_operand(&self, index: usize) -> bool {
        self.is_name(index) && !self.source.token(index).is_standard_keyword()
            || matches!(self.source.token(index), Token::RightParen | Token::RightBracket)
    }

    /// Names, and keywords that are typed like names.
    fn is_name(&self, index: usize) -> bool {
        let range = self.source.range(index);
        let is_word = |token: &Token| {
            matches!(token, Token::Identifier(_) | Token::Reserved(_) | Token::Custom(_))
                || token.is_standard_keyword()
        };
        let first = self.source.text(range.start..(range.start + 1).min(range.end));
        is_word(self.source.token(index)) && first.chars().all(|c| c.is_alphabetic() || c == '_')
    }
}

fn is_dot(token: &Token) -> bool {
    matches!(token, Token::Period | Token::Elvis)
}

/// Whether a name may begin right behind a token: not behind a number, or a string.
fn ends_before_name(token: &Token) -> bool {
    matches!(literal(token), Link::Unknown)
}

fn literal(token: &Token) -> Link {
    match token {
        Token::IntegerConstant(_) => Link::Literal("int"),
        Token::FloatConstant(_) => Link::Literal("float"),
        Token::CharConstant(_) => Link::Literal("char"),
        Token::StringConstant(_) | Token::InterpolatedString(_) => Link::Literal("string"),
        Token::True | Token::False => Link::Literal("bool"),
        _ => Link::Unknown,
    }
}
