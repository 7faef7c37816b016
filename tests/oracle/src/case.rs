//! The files' format: one case a line.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// A graph, and when its run stops.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// The case's name, repeated in its result.
    pub name: String,
    /// The rule that the case shows, if it shows one.
    #[serde(default)]
    pub rule: Option<String>,
    /// In the order of definition.
    pub nodes: Vec<NodeSpec>,
    /// `null`, `[k]`, `[k, j]`, or a map from node to one of these.
    #[serde(default)]
    pub stop: Json,
}

/// A node of a case.
#[derive(Debug, Clone, Deserialize)]
pub struct NodeSpec {
    /// Its name.
    pub name: String,
    /// What it computes.
    pub kind: String,
    /// The kind's parameters.
    #[serde(default)]
    pub params: Map<String, Json>,
    /// Its inputs in order.
    #[serde(default)]
    pub inputs: Vec<InputSpec>,
}

/// An input of a node: constant, connected, or neither.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct InputSpec {
    /// The producer.
    pub node: Option<String>,
    /// Its output port.
    #[serde(default)]
    pub port: usize,
    /// A constant; `null` is one.
    #[serde(default, rename = "const", deserialize_with = "present")]
    pub constant: Option<Json>,
    /// The default; `null` is one.
    #[serde(default, deserialize_with = "present")]
    pub default: Option<Json>,
}

/// A field that is there, even if it is `null`.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// What happened, in the form that the checker reads.
#[derive(Debug, Serialize)]
pub struct CaseResult {
    /// The case's name.
    pub name: String,
    /// How the run ended.
    pub outcome: Outcome,
    /// By node.
    pub nodes: BTreeMap<String, NodeResult>,
}

/// How a run ended.
#[derive(Debug, PartialEq, Serialize)]
pub struct Outcome {
    /// `completed`, `limit`, `error`, `missing_default`, or `refused` for a graph that cannot be built.
    pub kind: &'static str,
    /// The node that ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    /// The error's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What one node did.
#[derive(Debug, Default, Serialize)]
pub struct NodeResult {
    /// Its calls in order.
    pub calls: Vec<CallRecord>,
    /// Its final values, one a port.
    pub value: Option<Vec<Json>>,
}

/// One call.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CallRecord {
    /// The arguments, `"<stream>"` for a stream.
    #[serde(rename = "in")]
    pub args: Vec<Json>,
    /// The ports whose default broke a cycle.
    pub defaulted: Vec<usize>,
    /// What happened in it.
    pub events: Vec<Json>,
}
