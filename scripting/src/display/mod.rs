//! Displays of nodes: what is shown of a node, and when.
//!
//! | file | what it does |
//! | --- | --- |
//! | `text.rs` | a node as one line of text |
//! | `watch.rs` | what has happened to which node, told by the flow |
//! | `live.rs` | displays that follow their nodes |

mod live;
mod text;
mod watch;

pub(crate) use self::live::{Displays, Pump};
pub(crate) use self::text::{display_id, node_text, status_word, value_text, waits_for};
pub(crate) use self::watch::Watch;
