//! Nodes as those who wire see them: handles with the types of their outputs.

use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

use super::draft::{Argument, Draft, DraftPlace, Reference, Scope, Target};
use super::ports::{Ports, Unknown};
use crate::flow::{Generation, Node, NodeId, Outputs, PortRef};
use crate::native::Datum;

/// A node that can be connected, or the name of one that comes later (Flowno's `DraftNode` and `NodePlaceholder`).
///
/// What a node type makes: `Add(1, 2)`. A clone is the same node. `S` is the tuple of what its outputs give. It
/// becomes part of a flow when it is given a name, or is an argument of a node that is; from then on its data can be
/// asked for.
pub struct DraftNode<S = Unknown> {
    reference: Reference,
    shape: PhantomData<fn() -> S>,
}

/// An output of a node, by index, with its type: `node.port::<1>()`.
pub struct NodeOutput<S, const PORT: usize>(pub(super) DraftNode<S>);

/// An output of a node, by index or name. Its type is checked when it is wired.
#[derive(Clone)]
pub struct AnyOutput {
    pub(super) node: DraftNode,
    pub(super) port: PortRef,
}

/// What a draft runs, and the default of each parameter that has one.
pub type DraftBody = (Rc<dyn Node<Datum>>, Vec<Option<Datum>>);

impl<S> DraftNode<S> {
    /// A node of a body and one argument a parameter. Node types made by [`#[node]`](macro@crate::node) call this.
    pub fn new(body: Rc<dyn Node<Datum>>, arguments: Vec<super::Argument>) -> Self {
        let arguments: Vec<Argument> = arguments.into_iter().map(|argument| argument.0).collect();
        Self::of(Reference::to_draft(Draft::new(body, arguments)))
    }

    pub(super) fn of(reference: Reference) -> Self {
        Self { reference, shape: PhantomData }
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.reference
    }

    pub(super) fn into_reference(self) -> Reference {
        self.reference
    }

    pub(super) fn in_group(mut self, group: Rc<Scope>) -> Self {
        self.reference.group = Some(group);
        self
    }

    /// The same node, taken to give `R`; what it really gives is checked when it is wired.
    pub fn typed<R>(&self) -> DraftNode<R> {
        DraftNode::of(self.reference.clone())
    }

    /// An output by index, from 0; a node by itself means output 0.
    pub fn output(&self, index: usize) -> AnyOutput {
        AnyOutput { node: self.typed(), port: PortRef::Index(index) }
    }

    /// An output by name.
    pub fn output_named(&self, name: &str) -> AnyOutput {
        AnyOutput { node: self.typed(), port: PortRef::Name(name.into()) }
    }

    /// An output by index, of which the compiler knows the type.
    pub fn port<const PORT: usize>(&self) -> NodeOutput<S, PORT> {
        NodeOutput(self.clone())
    }

    /// What it runs, and the default of each parameter that has one; `None` before a name it stands for is given, and
    /// once it is part of a flow. Whoever wires graphs of other values, such as a scripting language, begins here.
    pub fn body(&self) -> Option<DraftBody> {
        let draft = self.reference.resolve().ok()?;
        let arguments = draft.arguments.borrow();
        let is_whole = arguments.len() == draft.body.signature().inputs.len();
        let defaults = arguments.iter().map(|argument| argument.default.clone()).collect();
        is_whole.then(|| (draft.body.clone(), defaults))
    }

    /// The nodes that its inputs come from, in the order of its inputs (Flowno's `get_input_nodes`); constants are
    /// none. Before it is finalized, references to names that nothing defines yet are left out.
    pub fn get_input_nodes(&self) -> Vec<DraftNode> {
        handles(self.reference.resolve().map(|draft| draft.inputs()).unwrap_or_default())
    }

    /// The nodes that read its outputs (Flowno's `get_output_nodes`). Before it is finalized, those that refer to it
    /// by a name given later are left out.
    pub fn get_output_nodes(&self) -> Vec<DraftNode> {
        handles(self.reference.resolve().map(|draft| draft.outputs()).unwrap_or_default())
    }

    /// Its name in the flow, with that of its group: `filter.mean`. `None` before it is finalized.
    pub fn name(&self) -> Option<Rc<str>> {
        self.placed(|place| place.name.clone())
    }

    /// Its id in the flow. `None` before it is finalized, and once it is removed.
    pub fn id(&self) -> Option<NodeId> {
        self.placed(DraftPlace::id).flatten()
    }

    /// The generation of its newest datum; `None` if it never ran.
    pub fn generation(&self) -> Option<Generation> {
        self.placed(|place| place.flow.generation(place.id()?)).flatten()
    }

    /// The final value of one output in its last completed run; `None` if there is none, or of another type.
    pub fn get<T: Clone + 'static>(&self, port: usize) -> Option<T> {
        self.values()?.get(port)?.get()
    }

    fn values(&self) -> Option<Outputs<Datum>> {
        self.placed(|place| place.flow.value(place.id()?)).flatten()
    }

    pub(super) fn placed<R>(&self, at: impl FnOnce(&DraftPlace) -> R) -> Option<R> {
        Some(at(self.reference.resolve().ok()?.place.get()?))
    }
}

impl<S: Ports> DraftNode<S> {
    /// The final values of its last completed run, one an output (Flowno's `get_data`); `None` if there are none.
    pub fn get_data(&self) -> Option<S> {
        S::unpack(self.values()?)
    }
}

fn handles(drafts: Vec<Rc<Draft>>) -> Vec<DraftNode> {
    drafts.into_iter().map(|draft| DraftNode::of(Reference::to_draft(draft))).collect()
}

impl<S> Clone for DraftNode<S> {
    fn clone(&self) -> Self {
        Self::of(self.reference.clone())
    }
}

/// The same node, bearers of names included.
impl<S, R> PartialEq<DraftNode<R>> for DraftNode<S> {
    fn eq(&self, other: &DraftNode<R>) -> bool {
        match (self.reference.resolve(), other.reference.resolve()) {
            (Ok(own), Ok(other)) => Rc::ptr_eq(&own, &other),
            _ => false,
        }
    }
}

/// `total: Add`, `Add` before it has a name, `?total` if nothing bears the name yet.
impl<S> fmt::Debug for DraftNode<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reference.resolve(), &self.reference.target) {
            (Ok(draft), _) => {
                let type_name = &draft.body.signature().type_name;
                match draft.place.get() {
                    Some(place) => write!(f, "{}: {type_name}", place.name),
                    None => f.write_str(type_name),
                }
            }
            (Err(_), Target::Name(_, name)) => write!(f, "?{name}"),
            (Err(_), Target::Draft(_)) => unreachable!("a draft is found"),
        }
    }
}
