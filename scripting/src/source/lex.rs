//! Characters to lexemes, by Rhai's own tokenizer.
//!
//! Strings, raw strings, nested comments and interpolation end exactly where Rhai will see them end,
//! because Rhai's `get_next_token` reads them. Three things it leaves to its caller are done here:
//!
//! * **Extent.** A token's own position is only a start, and not even that inside an interpolated text.
//!   We feed the characters ourselves and count them: a lexeme is what one call has eaten, after the
//!   white space before it was skipped.
//! * **Interpolation.** At the `}` that closes a `${` the tokenizer must be told to go on with the text.
//!   Rhai's parser does that; here a stack of open braces knows which one it is.
//! * **Comments** count as tokens for the question whether a following `-` or `|` is unary. That state is
//!   put back after each, so that code with comments lexes like code without.
//!
//! Lines that begin with `# NBVAL_` are blanked on the way: nbval's markers must begin with `#`, which is
//! no comment in Rhai.

use std::ops::Range;

use rhai::{InputStream, LexError, Position, Token, TokenizeState, get_next_token};

use super::error::SourceError;

/// Most lines of a cell, and most columns of a line: Rhai's positions are 16 bits wide.
const POSITION_MAX: usize = u16::MAX as usize;

/// What nbval's markers begin with, after `#` and blanks.
const MARKER: &str = "NBVAL_";

/// Closes an interpolated text, and tells the tokenizer to go on with one.
const TEXT_END: &str = "`";

/// One token and where it stands.
#[derive(Debug)]
struct Lexeme {
    token: Token,
    /// In characters from the start of the cell.
    range: Range<usize>,
    /// Whether an operand may begin here, so that `|` opens a closure's parameters.
    operand: bool,
}

/// One comment and the lexeme that follows it.
#[derive(Debug)]
struct Comment {
    range: Range<usize>,
    before: usize,
}

/// What the beginning of a cell ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpenEnd {
    /// Nothing: another token may begin.
    Whole,
    /// A comment.
    Comment,
    /// A string, which begins at this character; inside an interpolated one, its last piece does.
    String { start: usize },
}

/// A cell as lexemes.
#[derive(Debug)]
pub(super) struct Source {
    chars: Vec<char>,
    /// Where each line starts.
    lines: Vec<usize>,
    lexemes: Vec<Lexeme>,
    comments: Vec<Comment>,
}

impl Source {
    /// Lexes a whole cell.
    pub(super) fn lex(code: &str) -> Result<Self, SourceError> {
        let chars: Vec<char> = code.chars().collect();
        let lines = line_starts(&chars)?;
        Lexer::new(Self { chars, lines, lexemes: Vec::new(), comments: Vec::new() }).run()
    }

    /// Lexes the beginning of a cell, which may end anywhere. `None` if positions cannot express it.
    pub(super) fn lex_open(code: &str) -> Option<(Self, OpenEnd)> {
        let chars: Vec<char> = code.chars().collect();
        let lines = line_starts(&chars).ok()?;
        Some(Lexer::new(Self { chars, lines, lexemes: Vec::new(), comments: Vec::new() }).run_open())
    }

    /// The cell's characters, markers blanked.
    pub(super) fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The number of lexemes.
    pub(super) fn len(&self) -> usize {
        self.lexemes.len()
    }

    /// The token of a lexeme; `EOF` past the end.
    pub(super) fn token(&self, at: usize) -> &Token {
        self.lexemes.get(at).map_or(&Token::EOF, |lexeme| &lexeme.token)
    }

    /// The characters of a lexeme; none past the end.
    pub(super) fn range(&self, at: usize) -> Range<usize> {
        self.lexemes.get(at).map_or(self.chars.len()..self.chars.len(), |lexeme| lexeme.range.clone())
    }

    /// Whether an operand may begin at a lexeme.
    pub(super) fn operand(&self, at: usize) -> bool {
        self.lexemes.get(at).is_some_and(|lexeme| lexeme.operand)
    }

    /// Where a lexeme begins.
    pub(super) fn position(&self, at: usize) -> Position {
        self.position_of(self.range(at).start)
    }

    /// The text of a range of characters.
    pub(super) fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// The text of a range of lexemes, without comments and with one blank between lexemes: equal for two
    /// pieces of source exactly if they are the same to Rhai.
    pub(super) fn tokens(&self, lexemes: Range<usize>) -> String {
        let texts: Vec<String> = lexemes.map(|at| self.text(self.range(at))).collect();
        texts.join(" ")
    }

    /// The doc comment that ends right before a lexeme: the text of its `///` lines.
    pub(super) fn doc(&self, before: usize) -> Option<String> {
        let comments = self.comments.iter().filter(|comment| comment.before == before);
        let lines: Vec<String> =
            comments.filter_map(|comment| doc_line(&self.text(comment.range.clone()))).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Whether the cell ends with a doc comment that waits for what it documents.
    pub(super) fn ends_with_doc(&self) -> bool {
        let last = self.comments.last().filter(|comment| comment.before == self.len());
        last.is_some_and(|comment| doc_line(&self.text(comment.range.clone())).is_some())
    }

    /// The line and column of a character.
    pub(super) fn position_of(&self, at: usize) -> Position {
        let line = self.lines.partition_point(|&start| start <= at);
        Position::new(narrow(line), narrow(at - self.lines[line - 1] + 1))
    }
}

/// Replaces everything but newlines by blanks.
pub(super) fn blank(chars: &mut [char]) {
    for c in chars {
        if *c != '\n' {
            *c = ' ';
        }
    }
}

/// The text of a `///` comment without its slashes, or `None` for any other comment.
fn doc_line(comment: &str) -> Option<String> {
    let text = comment.strip_prefix("///").filter(|rest| !rest.starts_with('/'))?;
    let text = text.trim_end();
    Some(text.strip_prefix(' ').unwrap_or(text).to_owned())
}

/// Where each line starts; refuses what positions cannot express.
fn line_starts(chars: &[char]) -> Result<Vec<usize>, SourceError> {
    let mut starts = vec![0];
    starts.extend(chars.iter().enumerate().filter(|(_, c)| **c == '\n').map(|(at, _)| at + 1));
    if starts.len() > POSITION_MAX {
        let position = Position::new(u16::MAX, 1);
        return Err(SourceError::new(position, format!("a cell may have at most {POSITION_MAX} lines")));
    }
    let ends = starts.iter().skip(1).map(|next| next - 1).chain([chars.len()]);
    for (line, (start, end)) in starts.iter().zip(ends).enumerate() {
        // The position after the last character counts too: errors at the end of the cell stand there.
        if end - start >= POSITION_MAX {
            let position = Position::new(narrow(line + 1), u16::MAX);
            let message = format!("a line may have at most {} characters", POSITION_MAX - 1);
            return Err(SourceError::new(position, message));
        }
    }
    Ok(starts)
}

/// `line_starts` has made sure that no number is cut.
fn narrow(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// The characters of a cell as Rhai's tokenizer reads them.
struct Characters<'a> {
    chars: &'a [char],
    at: usize,
}

impl InputStream for Characters<'_> {
    /// The tokenizer only ever gives back what it has just read.
    fn unget(&mut self, ch: char) {
        self.at -= 1;
        debug_assert_eq!(self.chars[self.at], ch);
    }

    fn get_next(&mut self) -> Option<char> {
        let next = self.peek_next();
        self.at += usize::from(next.is_some());
        next
    }

    fn peek_next(&mut self) -> Option<char> {
        self.chars.get(self.at).copied()
    }
}

/// The state of lexing one cell.
struct Lexer {
    source: Source,
    at: usize,
    state: TokenizeState,
    /// For each open brace, whether a `${` opened it.
    braces: Vec<bool>,
}

impl Lexer {
    fn new(source: Source) -> Self {
        let state = TokenizeState { include_comments: true, ..TokenizeState::default() };
        Self { source, at: 0, state, braces: Vec::new() }
    }

    fn run(mut self) -> Result<Source, SourceError> {
        loop {
            if self.state.is_within_text_terminated_by.is_none() {
                self.skip_blanks();
            }
            let start = self.at;
            let binary = self.state.next_token_cannot_be_unary;
            let token = self.next_token();
            let range = start..self.at;
            self.require_whole(&token, start)?;
            match token {
                Token::EOF => return Ok(self.source),
                Token::Comment(_) => {
                    self.state.next_token_cannot_be_unary = binary;
                    self.source.comments.push(Comment { range, before: self.source.len() });
                }
                token => {
                    let operand = !binary || self.follows_operand_keyword();
                    self.track_interpolation(&token);
                    self.source.lexemes.push(Lexeme { token, range, operand });
                }
            }
        }
    }

    /// Takes what there is up to where the text ends, and passes over what is no token.
    fn run_open(mut self) -> (Source, OpenEnd) {
        loop {
            if self.state.is_within_text_terminated_by.is_none() {
                self.skip_blanks();
            }
            let start = self.at;
            let binary = self.state.next_token_cannot_be_unary;
            let token = self.next_token();
            let range = start..self.at;
            let is_open = self.require_whole(&token, start).is_err_and(|error| error.incomplete)
                || matches!(&token, Token::LexError(error) if **error == LexError::UnterminatedString);
            match token {
                _ if is_open && self.state.comment_level > 0 => return (self.source, OpenEnd::Comment),
                _ if is_open => return (self.source, OpenEnd::String { start }),
                Token::EOF => return (self.source, OpenEnd::Whole),
                Token::Comment(text) => {
                    self.state.next_token_cannot_be_unary = binary;
                    if range.end == self.source.chars.len() && text.starts_with("//") {
                        return (self.source, OpenEnd::Comment);
                    }
                }
                Token::LexError(_) => self.at = self.at.max(start + 1),
                token => {
                    let operand = !binary || self.follows_operand_keyword();
                    self.track_interpolation(&token);
                    self.source.lexemes.push(Lexeme { token, range, operand });
                }
            }
        }
    }

    /// Skips white space and nbval's markers, which become blanks.
    fn skip_blanks(&mut self) {
        while let Some(c) = self.source.chars.get(self.at) {
            if c.is_ascii_whitespace() {
                self.at += 1;
            } else if let Some(end) = self.marker_end() {
                blank(&mut self.source.chars[self.at..end]);
                self.at = end;
            } else {
                return;
            }
        }
    }

    /// Where the line ends, if here is the first character of a `# NBVAL_` line.
    fn marker_end(&self) -> Option<usize> {
        let rest = &self.source.chars[self.at..];
        let before = self.source.chars[..self.at].iter().rev().take_while(|c| **c != '\n');
        if rest.first() != Some(&'#') || !before.into_iter().all(char::is_ascii_whitespace) {
            return None;
        }
        let mut word = rest[1..].iter().skip_while(|c| **c == ' ');
        if !MARKER.chars().all(|c| word.next() == Some(&c)) {
            return None;
        }
        Some(rest.iter().position(|c| *c == '\n').map_or(self.source.chars.len(), |n| self.at + n))
    }

    fn next_token(&mut self) -> Token {
        // The tokenizer only needs the column, to strip the indentation of continued strings.
        let mut position = match self.at.checked_sub(1) {
            Some(before) if self.source.chars[before] != '\n' => self.source.position_of(before),
            _ => Position::START,
        };
        let mut stream = Characters { chars: &self.source.chars, at: self.at };
        let (token, _) = get_next_token(&mut stream, &mut self.state, &mut position);
        self.at = stream.at;
        token
    }

    /// Refuses what the tokenizer refuses, and what ends with the cell although it should not.
    fn require_whole(&self, token: &Token, start: usize) -> Result<(), SourceError> {
        let position = self.source.position_of(start);
        match token {
            Token::LexError(error) if **error == LexError::UnterminatedString && self.stops_continued() => {
                Err(SourceError::incomplete(position, "this string is not closed"))
            }
            Token::LexError(error) => Err(SourceError::new(position, error.to_string())),
            Token::StringConstant(_) if self.state.is_within_text_terminated_by.is_some() => {
                Err(SourceError::incomplete(position, "this string is not closed"))
            }
            _ if self.state.comment_level > 0 => {
                Err(SourceError::incomplete(position, "this comment is not closed"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the cell ends after a `\` that continues a string on the next line.
    fn stops_continued(&self) -> bool {
        let read = self.source.chars[..self.at].iter().rev();
        let slashes = read.skip_while(|c| c.is_whitespace()).take_while(|c| **c == '\\').count();
        self.at == self.source.chars.len() && slashes % 2 == 1
    }

    /// An operand may follow these too; the tokenizer does not say so because no `-` can.
    fn follows_operand_keyword(&self) -> bool {
        match self.source.lexemes.last().map(|lexeme| &lexeme.token) {
            Some(Token::DoubleArrow | Token::Else | Token::Do | Token::Loop) => true,
            Some(Token::Reserved(word)) => word.as_str() == "yield",
            _ => false,
        }
    }

    /// Knows which `}` ends a `${`, and lets the tokenizer go on with the text there.
    fn track_interpolation(&mut self, token: &Token) {
        match token {
            Token::LeftBrace => {
                let before = self.source.lexemes.last().map(|lexeme| &lexeme.token);
                self.braces.push(matches!(before, Some(Token::InterpolatedString(_))));
            }
            Token::MapStart => self.braces.push(false),
            Token::RightBrace if self.braces.pop() == Some(true) => {
                self.state.is_within_text_terminated_by = Some(TEXT_END.into());
            }
            _ => (),
        }
    }
}
