//! Nodes whose bodies are scripts.
//!
//! | file | what it does |
//! | --- | --- |
//! | `node_type.rs` | a type: header, compiled body, defaults |
//! | `draft.rs` | a call of a type in a cell: a node to be |
//! | `script_node.rs` | one node: running its body on the engine |
//! | `activation.rs` | one evaluation, as scripts in it find it |
//! | `stream.rs` | a stream input, as scripts read it |

mod activation;
mod draft;
mod node_type;
mod script_node;
mod stream;

pub(crate) use self::activation::Activation;
pub(crate) use self::draft::{Argument, ScriptDraft};
pub(crate) use self::node_type::NodeType;
pub(crate) use self::script_node::{NodeState, ScriptFailure};
pub(crate) use self::stream::ScriptStream;
