//! What is said of a cycle that nothing can start.

use std::collections::HashSet;

use super::inputs_from;
use crate::flow::error::{CycleNode, CycleParameter, MissingDefaultError};
use crate::flow::graph::{Graph, NodeId};
use crate::flow::value::Value;

/// The report of a component that nothing can start.
pub(crate) fn missing_default<V: Value>(graph: &Graph<V>, component: &[NodeId]) -> MissingDefaultError {
    let members: HashSet<NodeId> = component.iter().copied().collect();
    let describe = |id: &NodeId| {
        let node = graph.node(*id);
        let lacking: Vec<usize> = inputs_from(graph, *id, |from| members.contains(&from))
            .filter(|(index, _)| node.inputs[*index].default.is_none())
            .map(|(index, _)| index)
            .collect();
        let signature = node.body.signature();
        let parameters = signature.inputs.iter().enumerate().map(|(index, port)| CycleParameter {
            name: port.name.clone(),
            needs_default: lacking.contains(&index),
        });
        CycleNode {
            node: node.name.clone(),
            type_name: signature.type_name.clone(),
            parameters: parameters.collect(),
        }
    };
    MissingDefaultError { nodes: component.iter().map(describe).collect() }
}
