//! Giving names to nodes: `f.total = Add(1, f.total)`.

use std::rc::Rc;

use super::draft::{Reference, Scope};
use super::draft_node::DraftNode;
use super::name::{NameError, check_name};

/// Names for nodes: those of a whole flow, or those inside one group (Flowno's `FlowHDLView`).
///
/// [`flow_hdl!`](crate::flow_hdl) and [`#[node::template]`](crate::node::template) turn `f.a = b` into calls of this. A
/// clone is the same view.
#[derive(Clone, Default)]
pub struct FlowHDLView(pub(super) Rc<Scope>);

impl FlowHDLView {
    /// Gives a node a name, `f.name = node`. Of several nodes given one name, the last bears it, and the others stay,
    /// anonymous, with those that already refer to them.
    ///
    /// # Errors
    ///
    /// [`NameError`] if the name cannot be a node's.
    pub fn assign<S>(&self, name: &str, node: DraftNode<S>) -> Result<(), NameError> {
        check_name(name)?;
        self.put(name.into(), node.into_reference());
        Ok(())
    }

    /// Takes in a node without a name.
    pub fn add<S>(&self, node: DraftNode<S>) {
        self.0.items.borrow_mut().push((None, node.into_reference()));
    }

    /// The node of a name, `f.name`; if there is none yet, whichever gets it later.
    pub fn node(&self, name: &str) -> DraftNode {
        let known = self.0.named.borrow().get(name).cloned();
        DraftNode::of(known.unwrap_or_else(|| Reference::to_name(&self.0, name.into())))
    }

    /// What `f.name` means in the text of a macro, whichever node bears the name in the end.
    #[doc(hidden)]
    pub fn slot<S>(&self, name: &str) -> Slot<S> {
        Slot { name: name.into(), node: DraftNode::of(Reference::to_name(&self.0, name.into())) }
    }

    /// `f.name`, read.
    #[doc(hidden)]
    pub fn read<S>(&self, slot: &Slot<S>) -> DraftNode<S> {
        self.node(&slot.name).typed()
    }

    /// `f.name = node`, of a name that was checked.
    #[doc(hidden)]
    pub fn set<S>(&self, slot: &Slot<S>, node: DraftNode<S>) {
        debug_assert_eq!(check_name(&slot.name), Ok(()));
        self.put(slot.name.clone(), node.into_reference());
    }

    pub(super) fn remove(&self, name: &str) {
        self.0.named.borrow_mut().remove(name);
        self.0.items.borrow_mut().retain(|(given, _)| given.as_deref() != Some(name));
        self.0.removed.borrow_mut().push(name.into());
    }

    /// Whether nothing was named or removed that is not part of the flow yet.
    pub(super) fn is_empty(&self) -> bool {
        self.0.items.borrow().is_empty() && self.0.removed.borrow().is_empty()
    }

    fn put(&self, name: Rc<str>, node: Reference) {
        self.0.named.borrow_mut().insert(name.clone(), node.clone());
        self.0.items.borrow_mut().push((Some(name), node));
    }
}

/// A name with the type of the node that bears it.
#[doc(hidden)]
pub struct Slot<S> {
    name: Rc<str>,
    #[allow(dead_code, reason = "it says what `S` is")]
    node: DraftNode<S>,
}

/// Makes the nodes of a group. Names given in it are its own.
#[doc(hidden)]
pub fn group<S>(build: impl FnOnce(FlowHDLView) -> DraftNode<S>) -> DraftNode<S> {
    let view = FlowHDLView::default();
    let result = build(view.clone());
    if result.reference().group.is_some() {
        view.add(result.clone());
    }
    result.in_group(view.0)
}
