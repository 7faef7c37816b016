//! The flow's instrument: which nodes something has happened to.

use std::any::Any;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::task::Waker;

use crate::engine::flow::{Generation, NodeFailure, NodeId};
use crate::engine::instrument::{FlowInstrument, NodeView};

/// Notes what happens; others act on it when the flow is not at work.
#[derive(Default)]
pub(crate) struct Watch {
    /// Since the last look of the live displays.
    changed: RefCell<BTreeSet<NodeId>>,
    /// Since the cell began.
    touched: RefCell<BTreeSet<NodeId>>,
    waker: RefCell<Option<Waker>>,
}

impl Watch {
    /// Something has happened to a node.
    pub(crate) fn note(&self, node: NodeId) {
        let mut changed = self.changed.borrow_mut();
        let first = changed.is_empty();
        changed.insert(node);
        self.touched.borrow_mut().insert(node);
        if first && let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Sets who is woken by the next event.
    pub(crate) fn set_waker(&self, waker: Option<&Waker>) {
        *self.waker.borrow_mut() = waker.cloned();
    }

    /// The nodes that something happened to since the last call.
    pub(crate) fn take_changed(&self) -> BTreeSet<NodeId> {
        std::mem::take(&mut self.changed.borrow_mut())
    }

    /// The nodes that something happened to since this was called last, by the cell runner.
    pub(crate) fn take_touched(&self) -> BTreeSet<NodeId> {
        std::mem::take(&mut self.touched.borrow_mut())
    }
}

impl FlowInstrument for Watch {
    fn on_node_emitted_data(&self, node: NodeView<'_>, _data: Option<&dyn Any>, _generation: Generation) {
        self.note(node.id);
    }

    fn on_node_invalidated(&self, node: NodeView<'_>) {
        self.note(node.id);
    }

    fn on_node_error(&self, node: NodeView<'_>, _error: &NodeFailure) {
        self.note(node.id);
    }
}
