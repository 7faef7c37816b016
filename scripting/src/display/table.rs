//! Nodes as a table: their wiring and values, or what they have cost.

use std::collections::HashMap;
use std::rc::Rc;

use super::text::{status_word, value_of};
use super::watch::Watch;
use super::{Costs, node_line};
use crate::datum::Datum;
use crate::engine::flow::{Flow, NodeId};
use crate::rich::{Rich, Rows, table};
use crate::wiring::{is_part, whole_name};

/// How a cell shows its nodes in one table. `last`: at its end.
pub(crate) fn node_table(flow: &Flow<Datum>, names: &[Rc<str>], last: bool) -> Rich {
    let mut rows = Rows::new(["node", "value"]);
    for name in names {
        let value = match flow.node(name) {
            Some(node) => node_line(flow, node, last && flow.can_go_on(node)),
            None => "(removed)".to_owned(),
        };
        rows.push([name.to_string(), value]);
    }
    table(&rows)
}

/// `flow.nodes()`.
pub(crate) fn wiring(flow: &Flow<Datum>) -> Rich {
    let mut rows = Rows::new(["node", "type", "inputs", "status", "generation", "value"]);
    for (node, name) in named_nodes(flow) {
        let type_name = flow.signature(node).map(|signature| signature.type_name.to_string());
        let inputs: Vec<String> = flow.input_nodes(node).iter().map(ToString::to_string).collect();
        rows.push([
            name.to_string(),
            type_name.unwrap_or_default(),
            inputs.join(", "),
            status_word(flow, node).to_owned(),
            flow.generation(node).map(|generation| generation.to_string()).unwrap_or_default(),
            value_of(flow, node),
        ]);
    }
    table(&rows)
}

/// `flow.stats()`: a row a node, in which the anonymous nodes of its arguments, or a template's own, are added up.
pub(crate) fn stats(flow: &Flow<Datum>, watch: &Watch) -> Rich {
    let mut sums: Vec<(Rc<str>, Costs)> = Vec::new();
    let mut places: HashMap<Rc<str>, usize> = HashMap::new();
    for node in flow.nodes() {
        let Some(name) = flow.name(node) else { continue };
        let whole = whole_name(&name);
        match places.get(whole) {
            Some(place) => sums[*place].1.add(watch.costs(node)),
            None => {
                let whole: Rc<str> = whole.into();
                places.insert(whole.clone(), sums.len());
                sums.push((whole, watch.costs(node)));
            }
        }
    }
    let mut rows = Rows::new(["node", "runs", "busy s", "waiting s", "items", "items/s"]);
    for (name, costs) in sums {
        rows.push([
            crate::rich::Cell::from(&*name),
            costs.runs.into(),
            rounded(costs.busy_s, 1e6).into(),
            rounded(costs.waiting_s, 1e6).into(),
            costs.items.into(),
            rounded(costs.items_a_second(), 10.0).into(),
        ]);
    }
    table(&rows)
}

/// The nodes that cells name, in order of definition.
pub(crate) fn named_nodes(flow: &Flow<Datum>) -> Vec<(NodeId, Rc<str>)> {
    let named = |node: NodeId| Some((node, flow.name(node).filter(|name| !is_part(name))?));
    flow.nodes().into_iter().filter_map(named).collect()
}

/// With so many parts of one kept.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
