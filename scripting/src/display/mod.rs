//! Displays of nodes: what is shown of a node, and when.
//!
//! | file | what it does |
//! | --- | --- |
//! | `text.rs` | a node as one line of text, and as a bundle |
//! | `value.rs` | a value as text, cut where it is too long |
//! | `progress.rs` | bars |
//! | `shown.rs` | `display(x)`, from cells and from nodes |
//! | `watch.rs` | what has happened to which node, told by the flow |
//! | `live.rs` | displays that follow their nodes |

mod live;
mod progress;
mod shown;
mod text;
mod value;
mod watch;

pub(crate) use self::live::{Displays, Pump};
pub(crate) use self::progress::{Bar, Progress};
pub(crate) use self::shown::ShownByNodes;
pub(crate) use self::text::{display_id, node_bundle, node_text, status_word, waits_for};
pub(crate) use self::value::{cut, cut_to, value_text};
pub(crate) use self::watch::Watch;
