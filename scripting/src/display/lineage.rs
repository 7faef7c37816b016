//! Which nodes and cells made a value.

use std::collections::HashSet;
use std::rc::Rc;

use super::text::{undefined, value_of};
use crate::rich::{Rich, Rows, table};
use crate::wiring::whole_name;
use crate::world::World;

impl World {
    /// `flow.lineage("x")`: the node and all that it depends on, in the order of definition, each with its cell.
    pub(crate) fn lineage(&self, name: &str) -> Rich {
        let mut seen: HashSet<Rc<str>> = HashSet::from([name.into()]);
        let mut work: Vec<Rc<str>> = vec![name.into()];
        let mut missing = Vec::new();
        let mut nodes = Vec::new();
        while let Some(name) = work.pop() {
            let Some(node) = self.flow.node(&name) else {
                missing.push(name);
                continue;
            };
            nodes.push(node);
            work.extend(self.flow.input_nodes(node).into_iter().filter(|input| seen.insert(input.clone())));
        }
        let mut rows = Rows::new(["node", "type", "cell", "inputs", "generation", "value"]);
        for node in self.flow.in_order(nodes) {
            let name = self.flow.name(node).unwrap_or_default();
            let type_name = self.flow.signature(node).map(|signature| signature.type_name.to_string());
            let owners = self.owners.borrow();
            let cell = owners.get(&name).or_else(|| owners.get(whole_name(&name)));
            let inputs: Vec<String> = self.flow.input_nodes(node).iter().map(ToString::to_string).collect();
            rows.push([
                name.to_string(),
                type_name.unwrap_or_default(),
                cell.map(|owner| format!("In [{}]", owner.number)).unwrap_or_default(),
                inputs.join(", "),
                self.flow.generation(node).map(|generation| generation.to_string()).unwrap_or_default(),
                value_of(&self.flow, node),
            ]);
        }
        for name in missing {
            let [type_name, cell, inputs, generation] = [const { String::new() }; 4];
            rows.push([name.to_string(), type_name, cell, inputs, generation, undefined(&name)]);
        }
        table(&rows)
    }
}
