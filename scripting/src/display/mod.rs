//! Displays of nodes: what is shown of a node, and when.
//!
//! | file | what it does |
//! | --- | --- |
//! | `text.rs` | a node as one line of text, and as a bundle |
//! | `value.rs` | a value as text, cut where it is too long |
//! | `called.rs` | what messages call a value of no named type |
//! | `progress.rs` | bars |
//! | `shown.rs` | `display(x)`, from cells and from nodes |
//! | `watch.rs` | what has happened to which node, told by the flow |
//! | `record.rs` | what a node cost, and its last values |
//! | `table.rs` | nodes as tables |
//! | `lineage.rs` | which nodes and cells made a value |
//! | `live.rs` | displays that follow their nodes |
//! | `pump.rs` | what brings those up to date |
//! | `pace.rs` | how often those are updated |

mod called;
mod lineage;
mod live;
mod pace;
mod progress;
mod pump;
mod record;
mod shown;
mod table;
mod text;
mod value;
mod watch;

pub(crate) use self::called::called;
pub(crate) use self::live::{Displays, What, key_of};
pub(crate) use self::progress::{Bar, Progress};
pub(crate) use self::pump::Pump;
pub(crate) use self::record::{Costs, Past};
pub(crate) use self::shown::ShownByNodes;
pub(crate) use self::table::{named_nodes, stats, wiring};
pub(crate) use self::text::{
    node_bundle, node_line, node_text, outputs_value, status_word, undefined, value_of, waits_for,
};
pub(crate) use self::value::{boundary, cut, cut_to, hex, thrown_text, value_text};
pub(crate) use self::watch::Watch;
