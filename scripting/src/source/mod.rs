//! Cell source to Rhai source.
//!
//! Rhai knows no `node` and no `template`, and its parser cannot be taught a definition that is visible
//! above its own line. So headers are rewritten, before Rhai parses, into plain `fn` text:
//!
//! ```text
//! node Add(x: int, y = 0) -> (sum: int) { [x + y] }
//! fn   Add(x     , y    )               { [x + y] }
//! ```
//!
//! What Rhai must not see becomes blanks and every newline stays, so the text has the same characters at
//! the same places, and every position that Rhai reports is a position in what the user typed. There are two
//! exceptions: after `\${` in a text between back-ticks Rhai's columns are one short, to the end of that line, and after
//! the body of a loop without room (`loops.rs`) one too many.
//!
//! The words are contextual: `node` begins a definition only where a statement may begin and a name
//! follows, so `node` stays usable as a variable. What is found on the way is checked here, where the
//! place is known exactly: that nothing is called `flow` (Rhai's variable resolver would win over it
//! silently), and that `yield` stands in a node's own body.
//!
//! | file | what it does |
//! | --- | --- |
//! | `lex.rs` | characters to lexemes, by Rhai's own tokenizer |
//! | `scope.rs` | which bracket, closure, `fn` or body a lexeme stands in; `flow` and `yield` |
//! | `values.rs` | nodes where only a value makes sense |
//! | `loops.rs` | loops without a body |
//! | `tokens.rs` | tokens that the engine reads in another way than Rhai |
//! | `header.rs` | the grammar of `node` and `template` |
//! | `names.rs` | what names are made of |
//! | `functions.rs` | the text of each `fn` |
//! | `definition.rs` | what a header says, as data |
//! | `open.rs` | the beginning of a cell as tokens, for completion |
//! | `complete.rs` | whether a cell is whole, for consoles |
//! | `error.rs` | what was wrong and where |

mod complete;
mod definition;
mod error;
mod functions;
mod header;
mod lex;
mod loops;
mod names;
mod open;
mod scope;
#[cfg(test)]
mod tests;
mod tokens;
mod values;

use std::collections::BTreeMap;
use std::ops::Range;

use rhai::Token;

pub use self::complete::{Completeness, is_complete};
pub use self::definition::{
    NodeHeader, Output, Outputs, Parameter, Snippet, TemplateHeader, TemplateParameter, ValueType,
};
pub use self::error::SourceError;
pub use self::functions::FunctionText;
use self::functions::functions;
use self::header::HeaderParser;
pub(crate) use self::header::REFERENCE_MEMBERS;
use self::lex::Source;
use self::loops::{empty_bodies, fill};
pub(crate) use self::names::{is_name_char, words};
pub(crate) use self::open::{OpenEnd, OpenSource};
use self::scope::{Place, Scope};
pub(crate) use self::tokens::read_tokens;

/// What one cell says, ready for Rhai.
#[derive(Debug, Clone, PartialEq)]
pub struct CellSource {
    /// The text for Rhai: what is in it stands where it stands in the cell.
    pub rhai: String,
    /// The node types that the cell defines, in order of appearance.
    pub node_types: Vec<NodeHeader>,
    /// The templates that the cell defines, in order of appearance.
    pub templates: Vec<TemplateHeader>,
    /// The functions that the cell defines, in order of appearance.
    pub functions: Vec<FunctionText>,
}

/// Rewrites a cell. Pure: whether names clash with built-ins, or types with each other, is for the caller.
pub fn rewrite(code: &str) -> Result<CellSource, SourceError> {
    let source = Source::lex(code)?;
    let mut found = Definitions::default();
    let mut scope = Scope::new(Place::Cell);
    let mut at = 0;
    while at < source.len() {
        match definition_at(&source, at) {
            Some(keyword) => {
                scope.require_top_level(&source, at, keyword)?;
                at = found.take(&source, at, keyword)?;
            }
            None => {
                scope.step(&source, at)?;
                at += 1;
            }
        }
    }
    scope.finish(&source)?;
    found.refuse_duplicates()?;
    Ok(found.into_cell(&source))
}

/// Whether a name is none: a reserved word of Rhai, or no identifier at all.
pub(crate) fn is_reserved(name: &str) -> bool {
    !Source::lex(name).is_ok_and(|source| matches!(source.token(0), Token::Identifier(_)))
}

/// The two words that begin a definition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    Node,
    Template,
}

impl Keyword {
    fn as_str(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Template => "template",
        }
    }
}

/// The keyword at lexeme `at`, if a definition begins there: it stands where a statement may begin and a
/// name follows, which no Rhai statement has.
fn definition_at(source: &Source, at: usize) -> Option<Keyword> {
    let Token::Identifier(word) = source.token(at) else { return None };
    let keyword = match word.as_str() {
        "node" => Keyword::Node,
        "template" => Keyword::Template,
        _ => return None,
    };
    let begins = match at.checked_sub(1).map(|before| source.token(before)) {
        None => true,
        Some(before) => matches!(before, Token::SemiColon | Token::LeftBrace | Token::RightBrace),
    };
    (begins && header::could_be_name(source.token(at + 1))).then_some(keyword)
}

/// What a pass over the cell gathers.
#[derive(Default)]
struct Definitions {
    node_types: Vec<NodeHeader>,
    templates: Vec<TemplateHeader>,
    /// Ranges of characters that Rhai must not see.
    blanks: Vec<Range<usize>>,
    /// Where a keyword becomes `fn`.
    keywords: Vec<usize>,
}

impl Definitions {
    /// Takes the definition at lexeme `at`; answers the lexeme after it.
    fn take(&mut self, source: &Source, at: usize, keyword: Keyword) -> Result<usize, SourceError> {
        let mut parser = HeaderParser::new(source, at);
        match keyword {
            Keyword::Node => self.node_types.push(parser.node()?),
            Keyword::Template => self.templates.push(parser.template()?),
        }
        let (after, blanks) = parser.finish();
        self.keywords.push(source.range(at).start);
        self.blanks.push(source.range(at));
        self.blanks.extend(blanks);
        Ok(after)
    }

    /// One cell that defines a name twice would leave open which of the two is meant above both.
    fn refuse_duplicates(&self) -> Result<(), SourceError> {
        let nodes = self.node_types.iter().map(|n| (&n.name, n.position));
        let templates = self.templates.iter().map(|t| (&t.name, t.position));
        let mut named: Vec<_> = nodes.chain(templates).collect();
        named.sort_by_key(|&(_, position)| position);
        let mut seen = BTreeMap::new();
        for (name, position) in named {
            if let Some(first) = seen.insert(name, position) {
                let line = first.line().unwrap_or_default();
                return Err(SourceError::new(
                    position,
                    format!("`{name}` is already defined on line {line}"),
                ));
            }
        }
        Ok(())
    }

    fn into_cell(self, source: &Source) -> CellSource {
        let mut chars = source.chars().to_vec();
        for range in self.blanks {
            lex::blank(&mut chars[range]);
        }
        for at in self.keywords {
            chars[at] = 'f';
            chars[at + 1] = 'n';
        }
        fill(&mut chars, &empty_bodies(source));
        CellSource {
            rhai: chars.into_iter().collect(),
            node_types: self.node_types,
            templates: self.templates,
            functions: functions(source),
        }
    }
}
