//! Finalizing: from drafts and names to the nodes of a flow.
//!
//! All that was put into a scope is visited in order, producers before readers, and each draft gets a name: the one it
//! was given; that of its group if it is what the group gives; else that of the node whose argument it is, or of
//! its type, with a number. Then names that were referred to are looked up, and the flow is changed by one batch.
//! No step recurses: a chain may be of any length.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::draft::{Argument, Draft, DraftPlace, Reference, Register, Scope, Source, Target};
use super::name::{ANONYMOUS, INNER, NameError};
use super::retire::retired;
use crate::flow::{Change, EditError, Flow, InputDef, InputSource, OnMissingDefault};
use crate::native::Datum;

/// A graph that cannot be finalized. The flow is as it was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WiringError {
    /// A name that cannot be a node's.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A reference to a name that nothing defines (Flowno's `AttributeError`).
    #[error("{node}: parameter `{parameter}` of {type_name} refers to `{name}`, which nothing defines")]
    Undefined {
        /// The node that refers to it.
        node: Rc<str>,
        /// The node's type.
        type_name: Rc<str>,
        /// The parameter.
        parameter: Rc<str>,
        /// The missing name.
        name: Rc<str>,
    },
    /// A reference to a node that belongs to another flow.
    #[error("{node}: parameter `{parameter}` refers to {producer}, a node of another flow")]
    OtherFlow {
        /// The node that refers to it.
        node: Rc<str>,
        /// The parameter.
        parameter: Rc<str>,
        /// The node referred to, by its name in the other flow.
        producer: Rc<str>,
    },
    /// A node was removed that another still reads.
    #[error("{reader} still reads `{name}`, which was removed")]
    StillRead {
        /// The removed node.
        name: Rc<str>,
        /// Who reads it.
        reader: Rc<str>,
    },
    /// The flow refuses the wiring.
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// How many anonymous nodes were named after each node or type, so that their names stay different.
pub(super) type Counts = RefCell<HashMap<Rc<str>, usize>>;

/// Makes all that is in `scope` part of the flow.
///
/// # Errors
///
/// [`WiringError`]; what is in the scope stays there.
pub(super) fn finalize(
    scope: &Rc<Scope>,
    flow: &Flow<Datum>,
    register: &Rc<Register>,
    counts: &Counts,
) -> Result<(), WiringError> {
    let mut plan = Plan::new(counts);
    plan.enter(scope, "", Role::Own);
    plan.visit_all();
    let mut changes = plan.changes(register)?;
    let going = plan.going(scope, &changes, flow, register)?;
    changes.splice(..0, going.iter().map(|name| Change::Remove { name: name.clone() }));
    flow.edit(changes, OnMissingDefault::Defer)?;
    going.iter().for_each(|name| drop(register.0.borrow_mut().remove(name)));
    scope.removed.take();
    plan.settle(flow, register);
    Ok(())
}

/// What a draft is to be called if it has no name of its own.
enum Wanted {
    Name(Rc<str>),
    /// This name with a number.
    Numbered(Rc<str>),
}

/// Whom a draft is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It was put into the flow for itself.
    Own,
    /// It serves another.
    ForAnother,
}

enum Step {
    Visit(Reference, Wanted, Role),
    /// The draft's producers are visited.
    Define(Rc<Draft>),
}

struct Plan<'a> {
    counts: &'a Counts,
    names: HashMap<*const Draft, Rc<str>>,
    /// Those in the arguments of others, and in groups.
    made_for_others: HashSet<*const Draft>,
    /// Names that drafts were given, until they are visited.
    given: HashMap<*const Draft, (Rc<str>, Role)>,
    order: Vec<Rc<Draft>>,
    scopes: HashMap<*const Scope, Rc<Scope>>,
    /// A stack.
    work: Vec<Step>,
}

impl<'a> Plan<'a> {
    fn new(counts: &'a Counts) -> Self {
        Self {
            counts,
            names: HashMap::new(),
            made_for_others: HashSet::new(),
            given: HashMap::new(),
            order: Vec::new(),
            scopes: HashMap::new(),
            work: Vec::new(),
        }
    }

    /// Puts a scope's items on the stack. `prefix`: what the names in it begin with.
    fn enter(&mut self, scope: &Rc<Scope>, prefix: &str, role: Role) {
        self.scopes.insert(Rc::as_ptr(scope), scope.clone());
        let items = scope.items.borrow();
        let mut bearers = HashMap::new();
        for (index, (name, _)) in items.iter().enumerate() {
            bearers.extend(name.iter().map(|name| (name.clone(), index)));
        }
        let path = |index: usize, name: &Option<Rc<str>>| -> Option<Rc<str>> {
            let name = name.as_ref().filter(|name| bearers[*name] == index)?;
            Some(format!("{prefix}{name}").into())
        };
        // A node's own name comes before the name of a group that only passes it on.
        for (index, (name, node)) in items.iter().enumerate() {
            if let (Some(path), Target::Draft(draft), None) = (path(index, name), &node.target, &node.group) {
                self.given.entry(Rc::as_ptr(draft)).or_insert((path, role));
            }
        }
        for (index, (name, node)) in items.iter().enumerate().rev() {
            let wanted = match path(index, name) {
                Some(path) => Wanted::Name(path),
                None => Wanted::Numbered(format!("{prefix}{}", type_name(node)).into()),
            };
            self.work.push(Step::Visit(node.clone(), wanted, role));
        }
    }

    fn visit_all(&mut self) {
        while let Some(step) = self.work.pop() {
            match step {
                Step::Visit(node, wanted, role) => self.visit(node, wanted, role),
                Step::Define(draft) => self.order.push(draft),
            }
        }
    }

    fn visit(&mut self, node: Reference, wanted: Wanted, role: Role) {
        if let Some(group) = node.group {
            let name = self.name(wanted);
            let result = Reference { target: node.target, group: None };
            if !self.scopes.contains_key(&Rc::as_ptr(&group)) {
                if let Ok(draft) = result.resolve()
                    && draft.place.get().is_none()
                {
                    self.given.entry(Rc::as_ptr(&draft)).or_insert((name.clone(), role));
                }
                self.work.push(Step::Visit(result, Wanted::Name(name.clone()), role));
                return self.enter(&group, &format!("{name}{INNER}"), Role::ForAnother);
            }
            return self.visit(result, Wanted::Name(name), role);
        }
        let Target::Draft(draft) = node.target else { return };
        if draft.place.get().is_some() || self.names.contains_key(&Rc::as_ptr(&draft)) {
            return;
        }
        let (name, role) = match self.given.remove(&Rc::as_ptr(&draft)) {
            Some(given) => given,
            None => (self.name(wanted), role),
        };
        self.names.insert(Rc::as_ptr(&draft), name.clone());
        if role == Role::ForAnother {
            self.made_for_others.insert(Rc::as_ptr(&draft));
        }
        self.work.push(Step::Define(draft.clone()));
        // Those in arguments of an anonymous node are numbered with it.
        let owner: Rc<str> = name.split(ANONYMOUS).next().unwrap_or(&name).into();
        for argument in draft.arguments.borrow().iter().rev() {
            if let Source::Output(producer, _) = &argument.source {
                let wanted = Wanted::Numbered(owner.clone());
                self.work.push(Step::Visit(producer.clone(), wanted, Role::ForAnother));
            }
        }
    }

    fn name(&self, wanted: Wanted) -> Rc<str> {
        match wanted {
            Wanted::Name(name) => name,
            Wanted::Numbered(owner) => {
                let mut counts = self.counts.borrow_mut();
                let count = counts.entry(owner.clone()).or_default();
                *count += 1;
                format!("{owner}{ANONYMOUS}{}", *count - 1).into()
            }
        }
    }

    fn changes(&self, register: &Rc<Register>) -> Result<Vec<Change<Datum>>, WiringError> {
        let change = |draft: &Rc<Draft>| {
            let name = self.names[&Rc::as_ptr(draft)].clone();
            let arguments = draft.arguments.borrow();
            let inputs = arguments.iter().enumerate();
            let inputs = inputs
                .map(|(index, argument)| self.input(register, draft, index, argument))
                .collect::<Result<_, _>>()?;
            Ok(Change::Define { name, body: draft.body.clone(), inputs })
        };
        self.order.iter().map(change).collect()
    }

    fn input(
        &self,
        register: &Rc<Register>,
        reader: &Rc<Draft>,
        index: usize,
        argument: &Argument,
    ) -> Result<InputDef<Datum>, WiringError> {
        let source = match &argument.source {
            Source::Constant(value) => InputSource::Constant(value.clone()),
            Source::Omitted => InputSource::Unconnected,
            Source::Output(producer, port) => {
                let node = || self.names[&Rc::as_ptr(reader)].clone();
                let signature = reader.body.signature();
                let parameter =
                    || signature.inputs.get(index).map(|port| port.name.clone()).unwrap_or_default();
                let undefined = |name| WiringError::Undefined {
                    node: node(),
                    type_name: signature.type_name.clone(),
                    parameter: parameter(),
                    name,
                };
                let producer = producer.resolve().map_err(undefined)?;
                let name = match (self.names.get(&Rc::as_ptr(&producer)), producer.place.get()) {
                    (Some(name), _) => name.clone(),
                    (None, Some(place)) if place.register.as_ptr() == Rc::as_ptr(register) => {
                        place.name.clone()
                    }
                    (None, place) => {
                        let producer = place.map(|place| place.name.clone()).unwrap_or_default();
                        return Err(WiringError::OtherFlow {
                            node: node(),
                            parameter: parameter(),
                            producer,
                        });
                    }
                };
                InputSource::Node { name, port: port.clone() }
            }
        };
        Ok(InputDef { source, default: argument.default.clone() })
    }

    /// The nodes that were removed, and those that go with them and with the replaced ones.
    fn going(
        &self,
        scope: &Scope,
        changes: &[Change<Datum>],
        flow: &Flow<Datum>,
        register: &Register,
    ) -> Result<Vec<Rc<str>>, WiringError> {
        let is_old = |name: &Rc<str>| register.0.borrow().contains_key(name);
        let replaced: HashSet<&Rc<str>> = self.names.values().filter(|name| is_old(name)).collect();
        let removed = scope.removed.borrow();
        let removed: Vec<Rc<str>> =
            removed.iter().filter(|name| is_old(name) && !replaced.contains(name)).cloned().collect();
        let gone: Vec<Rc<str>> = removed.iter().cloned().chain(replaced.into_iter().cloned()).collect();
        let mut going = retired(&gone, changes, flow, register);
        for name in &removed {
            let readers = flow.node(name).map(|id| flow.output_nodes(id)).unwrap_or_default();
            let stays = |reader: &&Rc<str>| !gone.contains(reader) && !going.contains(reader);
            if let Some(reader) = readers.iter().find(stays) {
                return Err(WiringError::StillRead { name: name.clone(), reader: reader.clone() });
            }
        }
        going.extend(removed);
        Ok(going)
    }

    /// The flow has taken the changes: each draft has its place.
    fn settle(self, flow: &Flow<Datum>, register: &Rc<Register>) {
        for draft in self.order {
            let name = self.names[&Rc::as_ptr(&draft)].clone();
            let place = DraftPlace {
                name: name.clone(),
                is_made_for_another: self.made_for_others.contains(&Rc::as_ptr(&draft)),
                flow: flow.clone(),
                register: Rc::downgrade(register),
            };
            draft.place.get_or_init(|| place);
            draft.arguments.take();
            register.0.borrow_mut().insert(name, draft);
        }
        for scope in self.scopes.into_values() {
            scope.items.take();
        }
    }
}

fn type_name(node: &Reference) -> Rc<str> {
    let known = node.resolve().map(|draft| draft.body.signature().type_name.clone());
    known.unwrap_or_else(|name| name)
}
