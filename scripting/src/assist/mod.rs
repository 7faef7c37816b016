//! Help for who types: completion, inspection and `help`.
//!
//! All three read the [table of words](crate::words) and what the session knows: variables, node types, functions,
//! nodes and their values. Nothing here runs a script, so all of it can be answered while a cell runs, between two of
//! its slices. Offsets are in Unicode code points, as in Jupyter's protocol.
//!
//! | file | what it does |
//! | --- | --- |
//! | `cursor.rs` | the text before the cursor: which word, after which expression |
//! | `subject.rs` | what an expression means |
//! | `kinds.rs` | the types of values |
//! | `variables.rs` | the variables, also while a cell has them |
//! | `complete.rs` | what could be typed |
//! | `inspect.rs` | what something is |
//! | `page.rs` | Markdown and plain text at once |

mod complete;
mod cursor;
mod inspect;
mod kinds;
mod page;
mod subject;
mod variables;

pub use self::complete::{Completion, Match};
pub(crate) use self::variables::{Variable, variables_of};
