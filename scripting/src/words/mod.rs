//! The one table of what exists: every word that a cell can say, with its signatures, what it does, and an example.
//!
//! `help`, completion and inspection read it, and nothing else says what there is. **To add a word**, add one row to the
//! file of its group: `Word::function("name", "name(x: int) -> float", "What it does.").example("name(3)")`. A test
//! fails when the engine has a function, a property or an error that has no row, and when a row's function is not there.
//!
//! | file | words |
//! | --- | --- |
//! | `word.rs` | [`Word`], a row |
//! | `syntax.rs` | what the parser knows: `node`, `yield`, `let`, `for` |
//! | `flow.rs` | `flow` and references |
//! | `showing.rs` | `print`, `display`, `table`, `plot` |
//! | `tasks.rs` | `spawn`, queues, locks |
//! | `network.rs` | sockets, `http::` |
//! | `time.rs` | waiting: `sleep`, streams |
//! | `errors.rs` | the names of errors |
//! | `types.rs` | the names of types |
//! | `rhai/` | what Rhai brings: numbers, strings, arrays, maps, blobs |

mod errors;
mod flow;
mod network;
mod rhai;
mod showing;
mod syntax;
mod tasks;
#[cfg(test)]
mod tests;
mod time;
mod types;
mod word;

pub use self::word::{Kind, Word};

/// All groups, in the order in which `help()` lists them.
const GROUPS: [(&str, &[Word]); 15] = [
    ("Cells and nodes", syntax::WORDS),
    ("The flow", flow::FLOW),
    ("References to nodes", flow::REFERENCES),
    ("Waiting", time::WORDS),
    ("Tasks and queues", tasks::WORDS),
    ("Sockets and HTTP", network::WORDS),
    ("Showing things", showing::WORDS),
    ("Numbers", rhai::numbers::WORDS),
    ("Strings", rhai::strings::WORDS),
    ("Arrays", rhai::arrays::WORDS),
    ("Maps", rhai::maps::WORDS),
    ("Blobs", rhai::blobs::WORDS),
    ("Any value", rhai::values::WORDS),
    ("Types", types::WORDS),
    ("Errors", errors::WORDS),
];

/// The groups of words, by title.
pub fn groups() -> impl Iterator<Item = (&'static str, &'static [Word])> {
    GROUPS.into_iter()
}

/// Every word.
pub fn words() -> impl Iterator<Item = &'static Word> {
    GROUPS.iter().flat_map(|(_, words)| words.iter())
}

/// Whether a name is that of functions of values alone, which never wait: what Rhai brings.
pub(crate) fn is_of_values(name: &str) -> bool {
    /// Of queues too, where they do not wait either.
    const AT_ONCE: [&str; 2] = ["len", "is_empty"];
    let on_values = |(title, _): &&(&str, &[Word])| VALUES.contains(title);
    let has = |(_, words): &(&str, &[Word])| words.iter().any(|word| word.name == name);
    let known = GROUPS.iter().filter(on_values).any(has);
    known && (AT_ONCE.contains(&name) || !GROUPS.iter().filter(|group| !on_values(group)).any(has))
}

/// The groups of what Rhai brings.
const VALUES: [&str; 6] = ["Numbers", "Strings", "Arrays", "Maps", "Blobs", "Any value"];

/// The rows of a name: one word may mean something on several kinds of values.
pub fn named(name: &str) -> impl Iterator<Item = &'static Word> {
    words().filter(move |word| word.name == name)
}
