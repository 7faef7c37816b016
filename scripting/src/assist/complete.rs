//! What could be typed here.

use super::cursor::{Cursor, Link, Place};
use super::subject::Subject;
use crate::words::{Word, words};
use crate::world::World;

/// How many matches are given: more than a front end shows.
const MATCHES_MAX: usize = 1_000;

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// Where the word that a match replaces begins, in Unicode code points.
    pub start: usize,
    /// Where it ends: the cursor.
    pub end: usize,
    /// The matches, those that are nearest to the notebook first.
    pub matches: Vec<Match>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What replaces the word.
    pub text: String,
    /// The kind, as front ends name it: `function`, `keyword`, `instance`, `class`, `property`, ...
    pub kind: &'static str,
    /// How it is called, or its type; may be empty.
    pub signature: String,
}

impl Match {
    fn new(text: impl Into<String>, kind: &'static str, signature: impl Into<String>) -> Self {
        Self { text: text.into(), kind, signature: signature.into() }
    }

    fn of(word: &Word) -> Self {
        Self::new(word.name, word.kind.name(), word.signature.lines().next().unwrap_or_default())
    }
}

impl World {
    /// What could stand at a cursor, in code points from the beginning; beyond the end it is at the end.
    pub(crate) fn complete(&self, code: &str, cursor: usize) -> Completion {
        let end = cursor.min(code.chars().count());
        let Some(at) = Cursor::new(code, end) else {
            return Completion { start: end, end, matches: Vec::new() };
        };
        let candidates = match &at.place {
            Place::Nothing => return Completion { start: end, end, matches: Vec::new() },
            Place::Name => self.names(&at),
            Place::Member(links) => self.members(links),
            Place::NodeName => self.nodes(),
            Place::Topic => words().filter(|word| word.is_free()).map(Match::of).collect(),
        };
        Completion { start: at.start, end, matches: matching(candidates, &at.word) }
    }

    /// What can stand by itself.
    fn names(&self, at: &Cursor) -> Vec<Match> {
        let variables = self.variables();
        let mut names: Vec<Match> = at
            .names()
            .into_iter()
            .filter(|name| variables.iter().all(|variable| variable.name != *name))
            .filter(|name| {
                self.subject_of_name(name) == Subject::Unknown && words().all(|word| word.name != name)
            })
            .map(|name| Match::new(name, "instance", ""))
            .collect();
        names.extend(
            variables.into_iter().map(|variable| Match::new(variable.name, "instance", variable.kind)),
        );
        let definitions = self.definitions.borrow();
        names.extend(definitions.node_types().map(|of| Match::new(&*of.header.name, "class", of.usage())));
        names.extend(definitions.templates().map(|of| Match::new(&*of.header.name, "class", of.usage())));
        names.extend(definitions.functions().map(|function| {
            let signature = format!("{}({})", function.name, function.params.join(", "));
            Match::new(function.name, "function", signature)
        }));
        names.extend(words().filter(|word| word.is_free() && !is_named_only(word)).map(Match::of));
        names
    }

    /// What can follow a dot.
    fn members(&self, links: &[Link]) -> Vec<Match> {
        let on = |kind: &'static str| words().filter(move |word| word.is_on(kind)).map(Match::of);
        match self.subject(links) {
            Subject::Flow => self.nodes().into_iter().chain(on("flow")).collect(),
            Subject::Node(name) => {
                self.inner_nodes(&name).into_iter().chain(self.outputs(&name)).chain(on("node")).collect()
            }
            Subject::Output(..) => on("node").collect(),
            Subject::Value(known) => {
                let fields = known.fields.iter().map(|field| Match::new(field, "property", ""));
                fields.chain(on(known.kind)).chain(on("any")).collect()
            }
            Subject::NodeType(_) | Subject::Function(_) => Vec::new(),
            Subject::Unknown => {
                let is_elsewhere = |word: &&Word| word.is_on("flow") || word.is_on("node");
                words().filter(|word| !word.on.is_empty() && !is_elsewhere(word)).map(Match::of).collect()
            }
        }
    }

    /// The nodes that cells have named.
    fn nodes(&self) -> Vec<Match> {
        self.nodes_below("")
    }

    /// The nodes that a template made below a node.
    fn inner_nodes(&self, node: &str) -> Vec<Match> {
        self.nodes_below(&format!("{node}."))
    }

    fn nodes_below(&self, prefix: &str) -> Vec<Match> {
        let named = self.flow.nodes().into_iter().filter_map(|node| {
            let name = self.flow.name(node).filter(|name| !name.contains('#'))?;
            let name = name.strip_prefix(prefix)?;
            // Of a node deeper below, the part that comes next.
            match name.split_once('.') {
                Some((part, _)) => Some(Match::new(part, "instance", "")),
                None => Some(Match::new(name, "instance", self.flow.signature(node)?.type_name.to_string())),
            }
        });
        named.collect()
    }

    fn outputs(&self, node: &str) -> Vec<Match> {
        let signature = self.flow.node(node).and_then(|node| self.flow.signature(node));
        let outputs = signature.map(|signature| signature.outputs.clone()).unwrap_or_default();
        outputs
            .into_iter()
            .filter_map(|output| Some(Match::new(&*output.name?, "property", "output")))
            .collect()
    }
}

/// Types and errors are names for headers and strings, not variables.
fn is_named_only(word: &Word) -> bool {
    matches!(word.kind, crate::words::Kind::Error)
}

/// The candidates that begin with a word, each text once; those in its own case first.
fn matching(candidates: Vec<Match>, word: &str) -> Vec<Match> {
    let lower = word.to_lowercase();
    let mut matches: Vec<Match> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let begins = |exact: bool, candidate: &Match| match exact {
        true => candidate.text.starts_with(word),
        false => !candidate.text.starts_with(word) && candidate.text.to_lowercase().starts_with(&lower),
    };
    for exact in [true, false] {
        let some = candidates.iter().filter(|candidate| begins(exact, candidate));
        matches.extend(some.filter(|candidate| seen.insert(candidate.text.clone())).cloned());
    }
    matches.truncate(MATCHES_MAX);
    matches
}
