//! Nodes whose bodies are scripts.
//!
//! | file | what it does |
//! | --- | --- |
//! | `node_type.rs` | a type: header, compiled body, defaults |
//! | `template.rs` | a template: a subgraph that is used like a node |
//! | `draft.rs` | a call of a type in a cell: a node to be |
//! | `fingerprint.rs` | what tells a constant from another |
//! | `renewal.rs` | drafts made anew when a type has been redefined |
//! | `operator.rs` | nodes of operators on nodes |
//! | `script_node.rs` | one node: running its body on the engine |
//! | `evaluation.rs` | a script as the evaluation of a node |
//! | `state.rs` | what a stateful node keeps between its evaluations |
//! | `activation.rs` | one evaluation, as scripts in it find it |
//! | `types.rs` | annotated types: what values they take |
//! | `stream.rs` | a stream input, as scripts read it |

mod activation;
mod draft;
mod evaluation;
mod fingerprint;
mod node_type;
mod operator;
mod renewal;
mod script_node;
mod state;
mod stream;
mod template;
mod types;

pub(crate) use self::activation::Activation;
pub(crate) use self::draft::{Argument, Base, Draft, Kind, Site, Target, constant};
pub(crate) use self::fingerprint::fingerprint;
pub(crate) use self::node_type::NodeType;
pub(crate) use self::operator::Operator;
pub(crate) use self::renewal::Renewal;
pub(crate) use self::script_node::ScriptFailure;
pub(crate) use self::state::NodeState;
pub(crate) use self::stream::ScriptStream;
pub(crate) use self::template::{GroupId, GroupScope, Template, expand};
