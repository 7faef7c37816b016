//! Nodes as a table: their wiring and values, or what they have cost.

use std::rc::Rc;

use super::text::{status_word, value_of};
use super::watch::Watch;
use super::{Costs, node_line};
use crate::datum::Datum;
use crate::engine::flow::{Flow, NodeId};
use crate::rich::{Rich, Rows, table};

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
    for node in flow.nodes().into_iter().filter(|node| is_named(flow, *node)) {
        let type_name = flow.signature(node).map(|signature| signature.type_name.to_string());
        let inputs: Vec<String> = flow.input_nodes(node).iter().map(ToString::to_string).collect();
        rows.push([
            flow.name(node).unwrap_or_default().to_string(),
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
    for node in flow.nodes() {
        let Some(name) = flow.name(node) else { continue };
        let whole = whole_name(&name);
        match sums.iter_mut().rev().find(|(known, _)| **known == *whole) {
            Some((_, sum)) => sum.add(watch.costs(node)),
            None => sums.push((whole.into(), watch.costs(node))),
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

/// The node that a cell has named, of one that stands in its arguments or in its template.
pub(crate) fn whole_name(name: &str) -> &str {
    name.split(['#', '.']).next().unwrap_or(name)
}

fn is_named(flow: &Flow<Datum>, node: NodeId) -> bool {
    flow.name(node).is_some_and(|name| !crate::wiring::is_part(&name))
}

/// With so many parts of one kept.
fn rounded(number: f64, parts: f64) -> f64 {
    (number * parts).round() / parts
}
