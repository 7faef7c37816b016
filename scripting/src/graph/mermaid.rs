//! The graph as a Mermaid diagram.

use std::fmt::Write as _;

use super::model::{Model, Node};

/// The source of a diagram. Values are not in it: it shows how nodes are wired.
pub(crate) fn mermaid(model: &Model) -> String {
    let mut text = String::from("flowchart LR\n");
    let line = |text: &mut String, index: usize, node: &Node| {
        let label = match node.type_name.as_str() {
            "" => node.title(true).to_owned(),
            type_name if type_name == node.title(true) => type_name.to_owned(),
            type_name => format!("{}: {type_name}", node.title(true)),
        };
        let _ = writeln!(text, "    n{index}[\"{}\"]", escape(&label));
    };
    for (index, node) in model.nodes.iter().enumerate().filter(|(_, node)| node.group.is_none()) {
        line(&mut text, index, node);
    }
    for (group, name) in model.groups.iter().enumerate() {
        let _ = writeln!(text, "    subgraph g{group}[\"{}\"]", escape(name));
        let own = model.nodes.iter().enumerate().filter(|(_, node)| node.group == Some(group));
        own.for_each(|(index, node)| line(&mut text, index, node));
        text.push_str("    end\n");
    }
    for edge in &model.edges {
        let arrow = match (edge.stream, edge.back) {
            (true, _) => "-.->",
            (false, true) => "==>",
            (false, false) => "-->",
        };
        let _ = writeln!(text, "    n{} {arrow} n{}", edge.from, edge.to);
    }
    text
}

/// Text as Mermaid takes it in quotes.
fn escape(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_alphanumeric() || " _.:,()".contains(c) => c.to_string(),
            c => format!("#{};", u32::from(c)),
        })
        .collect()
}
