//! Drafts: nodes to be, before and after they get their place in a flow, and the scopes that name them.
//!
//! Drafts refer to others directly or by a name in a scope, which may be defined later. References by name are weak,
//! so a cycle of nodes is no cycle of owners.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::{Rc, Weak};

use crate::flow::{Flow, Node, NodeId, PortRef};
use crate::native::Datum;

/// A node that is meant: one that is there, or the bearer of a name.
#[derive(Clone)]
pub(super) enum Target {
    Draft(Rc<Draft>),
    Name(Weak<Scope>, Rc<str>),
}

/// A node that is meant, with the group that made it: whoever takes the one takes in the other.
#[derive(Clone)]
pub(super) struct Reference {
    pub(super) target: Target,
    pub(super) group: Option<Rc<Scope>>,
}

#[derive(Clone)]
pub(super) enum Source {
    Constant(Datum),
    Output(Reference, PortRef),
    /// Nothing: the default is the value.
    Omitted,
}

/// An input of a draft.
pub(super) struct Argument {
    pub(super) source: Source,
    pub(super) default: Option<Datum>,
}

/// A node to be.
pub(super) struct Draft {
    pub(super) body: Rc<dyn Node<Datum>>,
    /// Empty once it has its place.
    pub(super) arguments: RefCell<Vec<Argument>>,
    /// The drafts that refer to this one, but for those that do so by name.
    pub(super) readers: RefCell<Vec<Weak<Draft>>>,
    pub(super) place: OnceCell<DraftPlace>,
}

/// A draft's place in a flow.
pub(super) struct DraftPlace {
    pub(super) name: Rc<str>,
    /// It is in the arguments of another, or in a group.
    pub(super) is_made_for_another: bool,
    pub(super) flow: Flow<Datum>,
    pub(super) register: Weak<Register>,
}

/// The drafts that have their place in a flow, by name.
#[derive(Default)]
pub(super) struct Register(pub(super) RefCell<BTreeMap<Rc<str>, Rc<Draft>>>);

/// Names and what bears them: those of a flow, or of one group in it.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) named: RefCell<HashMap<Rc<str>, Reference>>,
    /// All that was put here, in order, with the names that were given.
    pub(super) items: RefCell<Vec<(Option<Rc<str>>, Reference)>>,
    /// Names whose nodes shall go.
    pub(super) removed: RefCell<Vec<Rc<str>>>,
}

impl Draft {
    pub(super) fn new(body: Rc<dyn Node<Datum>>, arguments: Vec<Argument>) -> Rc<Self> {
        let draft = Rc::new(Self {
            body,
            arguments: RefCell::new(arguments),
            readers: RefCell::default(),
            place: OnceCell::new(),
        });
        for argument in draft.arguments.borrow().iter() {
            if let Source::Output(Reference { target: Target::Draft(producer), .. }, _) = &argument.source {
                producer.readers.borrow_mut().push(Rc::downgrade(&draft));
            }
        }
        draft
    }

    /// The producers of its inputs, in the order of its inputs.
    pub(super) fn inputs(&self) -> Vec<Rc<Draft>> {
        if let Some(place) = self.place.get() {
            return place.neighbours(|id| place.flow.input_nodes(id));
        }
        let producer = |argument: &Argument| match &argument.source {
            Source::Output(reference, _) => reference.resolve().ok(),
            _ => None,
        };
        self.arguments.borrow().iter().filter_map(producer).collect()
    }

    /// The readers of its outputs.
    pub(super) fn outputs(&self) -> Vec<Rc<Draft>> {
        match self.place.get() {
            Some(place) => place.neighbours(|id| place.flow.output_nodes(id)),
            None => self.readers.borrow().iter().filter_map(Weak::upgrade).collect(),
        }
    }

    /// Takes out what it refers to.
    fn take_references(&mut self) -> impl Iterator<Item = Reference> {
        let arguments = std::mem::take(self.arguments.get_mut());
        arguments.into_iter().filter_map(|argument| match argument.source {
            Source::Output(reference, _) => Some(reference),
            Source::Constant(_) | Source::Omitted => None,
        })
    }
}

impl Scope {
    /// Takes out what was put here.
    fn take_references(&mut self) -> impl Iterator<Item = Reference> {
        let items = std::mem::take(self.items.get_mut()).into_iter().map(|(_, reference)| reference);
        items.chain(std::mem::take(self.named.get_mut()).into_values())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        take_apart(self.take_references().collect());
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        take_apart(self.take_references().collect());
    }
}

/// Drops references and all that only they hold, link by link: a chain of drafts, each perhaps in a group of its own, may
/// be long.
fn take_apart(mut references: Vec<Reference>) {
    while let Some(Reference { target, group }) = references.pop() {
        if let Target::Draft(draft) = target
            && let Some(mut draft) = Rc::into_inner(draft)
        {
            references.extend(draft.take_references());
        }
        if let Some(mut scope) = group.and_then(Rc::into_inner) {
            references.extend(scope.take_references());
        }
    }
}

impl DraftPlace {
    /// The node of this name now; `None` if it was removed.
    pub(super) fn id(&self) -> Option<NodeId> {
        self.flow.node(&self.name)
    }

    fn neighbours(&self, names: impl FnOnce(NodeId) -> Vec<Rc<str>>) -> Vec<Rc<Draft>> {
        let (Some(register), Some(id)) = (self.register.upgrade(), self.id()) else { return Vec::new() };
        let names = names(id);
        let drafts = register.0.borrow();
        names.iter().filter_map(|name| drafts.get(name).cloned()).collect()
    }
}

impl Reference {
    pub(super) fn to_draft(draft: Rc<Draft>) -> Self {
        Self { target: Target::Draft(draft), group: None }
    }

    pub(super) fn to_name(scope: &Rc<Scope>, name: Rc<str>) -> Self {
        Self { target: Target::Name(Rc::downgrade(scope), name), group: None }
    }

    /// The draft that is meant; if there is none, the name that nothing defines.
    pub(super) fn resolve(&self) -> Result<Rc<Draft>, Rc<str>> {
        let mut target = self.target.clone();
        let mut seen = HashSet::new();
        loop {
            let (scope, name) = match target {
                Target::Draft(draft) => return Ok(draft),
                Target::Name(scope, name) => (scope, name),
            };
            let next =
                scope.upgrade().and_then(|scope| Some(scope.named.borrow().get(&name)?.target.clone()));
            match next {
                // A name that stands for itself by way of others is defined by nothing.
                Some(next) if seen.insert((scope.as_ptr(), name.clone())) => target = next,
                _ => return Err(name),
            }
        }
    }
}
