//! When a run ends early.

use std::collections::HashMap;

use super::generation::Generation;
use super::graph::NodeId;

/// Flowno's `stop_at_node_generation`: the run ends once a node's generation is at least the one named
/// (rule A10). Checked after each datum is stored; the consumers of that datum do not get it.
#[derive(Debug, Clone, Default)]
pub enum Stop {
    /// Never.
    #[default]
    Never,
    /// The first node to get there.
    All(Generation),
    /// One of these nodes.
    Nodes(HashMap<NodeId, Generation>),
}

impl From<()> for Stop {
    fn from((): ()) -> Self {
        Self::Never
    }
}

impl From<Generation> for Stop {
    fn from(generation: Generation) -> Self {
        Self::All(generation)
    }
}

impl From<(u64,)> for Stop {
    fn from(generation: (u64,)) -> Self {
        Self::All(generation.into())
    }
}

impl From<(u64, u64)> for Stop {
    fn from(generation: (u64, u64)) -> Self {
        Self::All(generation.into())
    }
}

impl<G: Into<Generation>, const N: usize> From<[(NodeId, G); N]> for Stop {
    fn from(nodes: [(NodeId, G); N]) -> Self {
        Self::Nodes(nodes.into_iter().map(|(node, generation)| (node, generation.into())).collect())
    }
}

impl Stop {
    #[inline]
    pub(crate) fn is_reached(&self, node: NodeId, generation: Generation) -> bool {
        !matches!(self, Self::Never) && self.limit(node).is_some_and(|limit| generation >= limit)
    }

    /// The generation at which a node ends the run.
    pub(crate) fn limit(&self, node: NodeId) -> Option<Generation> {
        match self {
            Self::Never => None,
            Self::All(limit) => Some(*limit),
            Self::Nodes(limits) => limits.get(&node).copied(),
        }
    }
}
