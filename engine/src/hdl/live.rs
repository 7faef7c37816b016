//! A context for graphs that are rewired while they live, over any type of value.
//!
//! A [`LiveHdl`] collects assignments, `f.total = Total(f.numbers)`, and commits them to a [`Flow`] together.
//! References may come before what they refer to, and before what they refer to is committed. A commit changes what
//! differs.

use std::collections::HashMap;
use std::rc::Rc;

use crate::flow::{Change, EditError, Flow, InputDef, InputSource, Node, OnMissingDefault, PortRef, Value};
use crate::native;

use super::name::{ANONYMOUS, NameError, check_name};

/// A reference to an output of a node, which need not exist yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NodeRef {
    /// The node's name.
    pub name: Rc<str>,
    /// The output.
    pub port: PortRef,
}

impl NodeRef {
    /// The first output of the node of this name.
    pub fn new(name: &str) -> Self {
        Self { name: name.into(), port: PortRef::Index(0) }
    }
}

/// What an argument of a draft is.
#[derive(Clone)]
pub enum DraftArg<V: Value> {
    /// A constant.
    Constant(V),
    /// A reference.
    Ref(NodeRef),
    /// A nested call: an anonymous node. Drafts are walked and dropped by recursion: who takes them from users bounds how
    /// deeply they nest.
    Draft(Draft<V>),
}

/// A node that has arguments but no name yet: `Add(1, f.b)` (Flowno's `DraftNode`).
#[derive(Clone)]
pub struct Draft<V: Value> {
    /// What it runs.
    pub body: Rc<dyn Node<V>>,
    /// The arguments, in order; those left out take their defaults.
    pub args: Vec<DraftArg<V>>,
    /// The default of each parameter that has one, by input index.
    pub defaults: Vec<Option<V>>,
    /// Says what the body and the constants are: a draft with the same fingerprint as the node it is assigned to
    /// changes nothing. `None`: always a change.
    pub fingerprint: Option<String>,
}

/// Whether nodes that a commit assigns unchanged run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// They are held.
    Held,
    /// They are made dirty.
    Dirty,
}

/// What was assigned to a name.
struct Record {
    fingerprint: Option<String>,
    /// The names of the anonymous nodes in its arguments.
    anonymous: Vec<Rc<str>>,
}

enum Staged<V: Value> {
    Assign(Rc<str>, Draft<V>),
    Remove(Rc<str>),
}

/// A context of named nodes over a flow.
pub struct LiveHdl<V: Value> {
    flow: Flow<V>,
    staged: Vec<Staged<V>>,
    records: HashMap<Rc<str>, Record>,
}

impl<V: Value> Default for LiveHdl<V> {
    fn default() -> Self {
        Self::new(Flow::new())
    }
}

impl<V: Value> LiveHdl<V> {
    /// A context over a flow whose nodes it alone names.
    pub fn new(flow: Flow<V>) -> Self {
        Self { flow, staged: Vec::new(), records: HashMap::new() }
    }

    /// The flow beneath.
    pub fn flow(&self) -> &Flow<V> {
        &self.flow
    }

    /// Stages `name = draft`. The last assignment to a name counts.
    ///
    /// # Errors
    ///
    /// [`NameError`] if the name cannot be a node's.
    pub fn assign(&mut self, name: &str, draft: Draft<V>) -> Result<(), NameError> {
        check_name(name)?;
        self.staged.push(Staged::Assign(name.into(), draft));
        Ok(())
    }

    /// Stages a node under a name that no one types: a part of what a name was given, such as an argument of it. The
    /// caller sees to it that names differ.
    pub fn assign_part(&mut self, name: &str, draft: Draft<V>) {
        self.staged.push(Staged::Assign(name.into(), draft));
    }

    /// Stages a constant node.
    ///
    /// # Errors
    ///
    /// As [`assign`](Self::assign).
    pub fn assign_constant(
        &mut self,
        name: &str,
        value: V,
        fingerprint: Option<String>,
    ) -> Result<(), NameError> {
        let body = native::constant(value);
        self.assign(name, Draft { body, args: Vec::new(), defaults: Vec::new(), fingerprint })
    }

    /// Stages `name = reference`, which copies through an identity node; a node assigned to itself stays.
    ///
    /// # Errors
    ///
    /// As [`assign`](Self::assign).
    pub fn assign_ref(&mut self, name: &str, to: NodeRef) -> Result<(), NameError> {
        if *to.name == *name && to.port == PortRef::Index(0) {
            return check_name(name);
        }
        let fingerprint = Some("Identity".to_owned());
        let args = vec![DraftArg::Ref(to)];
        self.assign(name, Draft { body: native::identity(), args, defaults: vec![None], fingerprint })
    }

    /// Stages the removal of a node; whoever refers to it waits again.
    pub fn remove(&mut self, name: &str) {
        self.staged.push(Staged::Remove(name.into()));
    }

    /// Whether anything is staged.
    pub fn has_staged(&self) -> bool {
        !self.staged.is_empty()
    }

    /// Forgets what is staged.
    pub fn discard(&mut self) {
        self.staged.clear();
    }

    /// Applies what is staged, all or none, and gives the names that were assigned, in order, each once.
    ///
    /// # Errors
    ///
    /// [`EditError`]; what was staged is then forgotten.
    pub fn commit(
        &mut self,
        unchanged: Unchanged,
        policy: OnMissingDefault,
    ) -> Result<Vec<Rc<str>>, EditError> {
        let mut changes = Vec::new();
        let mut records: Vec<(Rc<str>, Option<Record>)> = Vec::new();
        let mut assigned: Vec<Rc<str>> = Vec::new();
        for staged in last_of_each(std::mem::take(&mut self.staged)) {
            match staged {
                Staged::Assign(name, draft) => {
                    let record = self.plan(&name, draft, unchanged, &mut changes);
                    assigned.push(name.clone());
                    records.extend(record.map(|record| (name, Some(record))));
                }
                Staged::Remove(name) => {
                    let record = self.records.get(&name);
                    let anonymous = record.iter().flat_map(|record| record.anonymous.iter().cloned());
                    changes.extend(anonymous.map(|name| Change::Remove { name }));
                    changes.push(Change::Remove { name: name.clone() });
                    records.push((name, None));
                }
            }
        }
        self.flow.edit(changes, policy)?;
        for (name, record) in records {
            match record {
                Some(record) => self.records.insert(name, record),
                None => self.records.remove(&name),
            };
        }
        Ok(assigned)
    }

    /// The changes that an assignment makes; `None` if the node is the same as before.
    fn plan(
        &self,
        name: &Rc<str>,
        draft: Draft<V>,
        unchanged: Unchanged,
        changes: &mut Vec<Change<V>>,
    ) -> Option<Record> {
        let fingerprint = fingerprint(&draft);
        let old = self.records.get(name);
        if let (Some(old), Some(new)) = (old, &fingerprint)
            && old.fingerprint.as_ref() == Some(new)
        {
            if unchanged == Unchanged::Dirty {
                let nodes = old.anonymous.iter().chain([name]).cloned();
                changes.extend(nodes.map(|name| Change::Touch { name }));
            }
            return None;
        }
        let mut anonymous = Vec::new();
        define(name.clone(), draft, changes, &mut anonymous);
        let gone = old.iter().flat_map(|old| &old.anonymous).filter(|old| !anonymous.contains(old));
        changes.extend(gone.map(|name| Change::Remove { name: name.clone() }));
        Some(Record { fingerprint, anonymous })
    }
}

/// Drops what a later assignment or removal of the same name overrides.
fn last_of_each<V: Value>(staged: Vec<Staged<V>>) -> Vec<Staged<V>> {
    let name_of = |staged: &Staged<V>| match staged {
        Staged::Assign(name, _) | Staged::Remove(name) => name.clone(),
    };
    let last: HashMap<Rc<str>, usize> = staged.iter().enumerate().map(|(i, s)| (name_of(s), i)).collect();
    staged.into_iter().enumerate().filter(|(i, s)| last[&name_of(s)] == *i).map(|(_, s)| s).collect()
}

/// The whole of a draft's fingerprint, arguments included; `None` if any part has none.
fn fingerprint<V: Value>(draft: &Draft<V>) -> Option<String> {
    let mut text = draft.fingerprint.clone()?;
    for arg in &draft.args {
        match arg {
            // Constants are part of the draft's own fingerprint: only its maker can print them.
            DraftArg::Constant(_) => text.push_str(",="),
            DraftArg::Ref(to) => text.push_str(&format!(",@{to:?}")),
            DraftArg::Draft(draft) => text.push_str(&format!(",({})", fingerprint(draft)?)),
        }
    }
    Some(text)
}

/// Defines a draft and, before it, the anonymous nodes of its arguments.
fn define<V: Value>(
    name: Rc<str>,
    draft: Draft<V>,
    changes: &mut Vec<Change<V>>,
    anonymous: &mut Vec<Rc<str>>,
) {
    let mut defaults = draft.defaults.into_iter();
    let mut inputs = Vec::new();
    for (index, arg) in draft.args.into_iter().enumerate() {
        let source = match arg {
            DraftArg::Constant(value) => InputSource::Constant(value),
            DraftArg::Ref(to) => InputSource::Node { name: to.name, port: to.port },
            DraftArg::Draft(draft) => {
                let inner: Rc<str> = format!("{name}{ANONYMOUS}{index}").into();
                anonymous.push(inner.clone());
                define(inner.clone(), draft, changes, anonymous);
                InputSource::Node { name: inner, port: PortRef::Index(0) }
            }
        };
        inputs.push(InputDef { source, default: defaults.next().flatten() });
    }
    inputs.extend(defaults.map(|default| InputDef { source: InputSource::Unconnected, default }));
    changes.push(Change::Define { name, body: draft.body, inputs });
}
