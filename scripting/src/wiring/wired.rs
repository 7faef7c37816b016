//! What is wired under which name, and what a path such as `result.first` means.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::rc::Rc;

use super::plan::{INNER, whole_name};
use crate::engine::flow::PortRef;
use crate::engine::hdl::NodeRef;
use crate::nodes::{Argument, Site};

/// A node, and the names and indices after it.
#[derive(Debug, Clone)]
pub(crate) struct Path {
    pub(crate) start: Rc<str>,
    pub(crate) further: Vec<PortRef>,
}

/// What one name was given, and what that came to.
pub(crate) struct Wired {
    /// Where it was assigned.
    pub(crate) site: Option<Site>,
    /// Kept to make the nodes anew; `None` for a constant.
    pub(crate) argument: Option<Argument>,
    /// All nodes that it made but the one of its own name.
    pub(crate) parts: Vec<Rc<str>>,
    /// Paths that mean a node of another name.
    pub(crate) aliases: HashMap<Rc<str>, Rc<str>>,
    /// The named nodes through which it refers to something inside or to an output.
    pub(crate) through: Vec<Rc<str>>,
}

/// What is wired, by name.
pub(crate) type WiredNodes = BTreeMap<Rc<str>, Wired>;

impl Wired {
    /// Whether there is something inside.
    pub(crate) fn is_group(&self) -> bool {
        !self.aliases.is_empty() || self.parts.iter().any(|part| part.contains(INNER))
    }

    /// The node that a path leads to.
    fn node(&self, path: &str) -> Option<Rc<str>> {
        if let Some(node) = self.aliases.get(path) {
            return Some(node.clone());
        }
        self.parts.iter().find(|part| ***part == *path).cloned()
    }
}

/// A node that a path means, and perhaps one output of it.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) node: Rc<str>,
    /// `None`: the node as a whole.
    pub(crate) port: Option<PortRef>,
}

impl Found {
    /// What an input reads: a node as a whole is its output 0.
    pub(crate) fn to_node_ref(&self) -> NodeRef {
        NodeRef { name: self.node.clone(), port: self.port.clone().unwrap_or(PortRef::Index(0)) }
    }
}

/// The node or output that a path means. `wired` answers what a name was given. A path that leads nowhere yet waits for
/// what it begins with.
///
/// # Errors
///
/// The path as text, if it goes on behind an output.
pub(crate) fn find<'a>(path: &Path, wired: impl Fn(&str) -> Option<&'a Wired>) -> Result<Found, String> {
    let owner = whole_name(&path.start);
    let wired = wired(owner);
    let inner = |path: &str| wired.and_then(|wired| wired.node(path));
    let mut node = inner(&path.start).unwrap_or_else(|| path.start.clone());
    let mut text = path.start.to_string();
    let mut used = 0;
    for port in &path.further {
        let PortRef::Name(name) = port else { break };
        text.push(INNER);
        text.push_str(name);
        let Some(next) = inner(&text) else { break };
        node = next;
        used += 1;
    }
    match &path.further[used..] {
        [] => Ok(Found { node, port: None }),
        [port] => Ok(Found { node, port: Some(port.clone()) }),
        [.., port] if wired.is_none() => {
            let names: Vec<String> = path.further[..path.further.len() - 1].iter().map(label).collect();
            Ok(Found { node: format!("{node}.{}", names.join(".")).into(), port: Some(port.clone()) })
        }
        [port, ..] => Err(format!("{node}.{}", label(port))),
    }
}

impl fmt::Display for Path {
    /// `a.first[0]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.start, further_text(&self.further))
    }
}

/// `.first[0]`.
pub(crate) fn further_text(further: &[PortRef]) -> String {
    let text = |port: &PortRef| match port {
        PortRef::Index(index) => format!("[{index}]"),
        PortRef::Name(name) => format!(".{name}"),
    };
    further.iter().map(text).collect()
}

fn label(port: &PortRef) -> String {
    match port {
        PortRef::Index(index) => index.to_string(),
        PortRef::Name(name) => name.to_string(),
    }
}
