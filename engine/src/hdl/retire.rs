//! Nodes that go when the node they were made for is replaced or removed: the anonymous ones in its arguments, and
//! those of its group. One that others read stays.

use std::collections::{BTreeMap, HashSet};
use std::ops::Bound;
use std::rc::Rc;

use super::draft::{Draft, Register};
use super::name::{ANONYMOUS, INNER};
use crate::flow::{Change, Flow, InputSource};
use crate::native::Datum;

/// The nodes that go with `gone`, which are replaced by `changes` or removed.
pub(super) fn retired(
    gone: &[Rc<str>],
    changes: &[Change<Datum>],
    flow: &Flow<Datum>,
    register: &Register,
) -> Vec<Rc<str>> {
    let drafts = register.0.borrow();
    let mut defined = HashSet::new();
    let mut referred = HashSet::new();
    for change in changes {
        let Change::Define { name, inputs, .. } = change else { continue };
        defined.insert(name);
        referred.extend(inputs.iter().filter_map(|input| match &input.source {
            InputSource::Node { name, .. } => Some(name),
            _ => None,
        }));
    }
    let gone: HashSet<&Rc<str>> = gone.iter().collect();
    let mut going: Vec<Rc<str>> = gone.iter().flat_map(|name| made_for(name, &drafts)).collect();
    going.sort_unstable();
    going.dedup();
    going.retain(|name| !defined.contains(name) && !gone.contains(name));
    let all: HashSet<Rc<str>> = going.iter().cloned().collect();
    let is_read = |name: &&Rc<str>| {
        let readers = flow.node(name).map(|id| flow.output_nodes(id)).unwrap_or_default();
        let others =
            |reader: &Rc<str>| !all.contains(reader) && !gone.contains(reader) && !defined.contains(reader);
        referred.contains(*name) || readers.iter().any(others)
    };
    // What stays reads its inputs, which then stay too.
    let mut staying = HashSet::new();
    let mut work: Vec<Rc<str>> = going.iter().filter(is_read).cloned().collect();
    while let Some(name) = work.pop() {
        if staying.insert(name.clone()) {
            let inputs = flow.node(&name).map(|id| flow.input_nodes(id)).unwrap_or_default();
            work.extend(inputs.into_iter().filter(|input| all.contains(input)));
        }
    }
    going.retain(|name| !staying.contains(name));
    going
}

/// The nodes whose names begin with that of the node or group they were made for.
fn made_for(owner: &str, drafts: &BTreeMap<Rc<str>, Rc<Draft>>) -> Vec<Rc<str>> {
    let mut names = Vec::new();
    for separator in [ANONYMOUS, INNER] {
        let prefix = format!("{owner}{separator}");
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let those = drafts.range::<str, _>(from).take_while(|(name, _)| name.starts_with(&prefix));
        let made_for =
            those.filter(|(_, draft)| draft.place.get().is_some_and(|place| place.is_made_for_another));
        names.extend(made_for.map(|(name, _)| name.clone()));
    }
    names
}
