//! The flow's instrument: which nodes something has happened to, what they cost, and what they gave.

use std::any::Any;
use std::cell::RefCell;
use std::task::Waker;

use super::record::{Costs, Past, Record};
use crate::datum::Datum;
use crate::engine::flow::{Generation, NodeFailure, NodeId, Outputs};
use crate::engine::instrument::{Detail, FlowInstrument, NodeView};

/// Notes what happens; others act on it when the flow is not at work.
#[derive(Default)]
pub(crate) struct Watch {
    inner: RefCell<Inner>,
    waker: RefCell<Option<Waker>>,
}

#[derive(Default)]
struct Inner {
    /// By the index of the node.
    records: Vec<Record>,
    /// Since the last look of the live displays.
    changed: Vec<NodeId>,
    /// Since the cell began.
    touched: Vec<NodeId>,
    /// Whose bodies run: one may poll another from within.
    running: Vec<NodeId>,
}

impl Inner {
    fn of(&mut self, node: NodeId) -> &mut Record {
        if node.index() >= self.records.len() {
            self.records.resize_with(node.index() + 1, Record::default);
        }
        &mut self.records[node.index()]
    }

    /// Whether it is the first that has changed.
    fn note(&mut self, node: NodeId) -> bool {
        let record = self.of(node);
        if record.changed && record.touched {
            return false;
        }
        let changed = !std::mem::replace(&mut record.changed, true);
        let touched = !std::mem::replace(&mut record.touched, true);
        if touched {
            self.touched.push(node);
        }
        if changed {
            self.changed.push(node);
        }
        changed && self.changed.len() == 1
    }
}

impl Watch {
    /// Something has happened to a node.
    pub(crate) fn note(&self, node: NodeId) {
        if self.inner.borrow_mut().note(node) {
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// Sets who is woken by the next event.
    pub(crate) fn set_waker(&self, waker: Option<&Waker>) {
        *self.waker.borrow_mut() = waker.cloned();
    }

    /// The nodes that something happened to since the last call.
    pub(crate) fn take_changed(&self) -> Vec<NodeId> {
        let mut inner = self.inner.borrow_mut();
        let changed = std::mem::take(&mut inner.changed);
        changed.iter().for_each(|node| inner.of(*node).changed = false);
        changed
    }

    /// The nodes that something happened to since this was called last, by the cell runner.
    pub(crate) fn take_touched(&self) -> Vec<NodeId> {
        let mut inner = self.inner.borrow_mut();
        let touched = std::mem::take(&mut inner.touched);
        touched.iter().for_each(|node| inner.of(*node).touched = false);
        touched
    }

    /// The node whose body runs just now.
    pub(crate) fn running(&self) -> Option<NodeId> {
        self.inner.borrow().running.last().copied()
    }

    /// What a node has cost.
    pub(crate) fn costs(&self, node: NodeId) -> Costs {
        self.inner.borrow().records.get(node.index()).map(Record::costs).unwrap_or_default()
    }

    /// The last values of a node, oldest first.
    pub(crate) fn past(&self, node: NodeId) -> Vec<Past> {
        let inner = self.inner.borrow();
        inner.records.get(node.index()).map(|record| record.past().collect()).unwrap_or_default()
    }

    /// Forgets the values of a node, which counts its generations anew.
    pub(crate) fn forget_past(&self, node: NodeId) {
        self.inner.borrow_mut().of(node).forget_past();
    }
}

impl FlowInstrument for Watch {
    /// It is told of every evaluation of every node: nothing is to be told for nothing.
    fn detail(&self) -> Detail {
        Detail::Evaluations
    }

    fn on_node_registered(&self, node: NodeView<'_>) {
        // Another node may have had this place before.
        let mut inner = self.inner.borrow_mut();
        let record = inner.of(node.id);
        let (changed, touched) = (record.changed, record.touched);
        *record = Record::default();
        (record.changed, record.touched) = (changed, touched);
    }

    fn on_node_resumed(&self, node: NodeView<'_>, _run_level: u32) {
        let mut inner = self.inner.borrow_mut();
        inner.running.push(node.id);
        inner.of(node.id).resumes(node.evaluation);
    }

    fn on_node_pause(&self, node: NodeView<'_>, _run_level: u32) {
        let mut inner = self.inner.borrow_mut();
        inner.running.pop();
        inner.of(node.id).pauses();
    }

    fn on_node_emitted_data(&self, node: NodeView<'_>, data: Option<&dyn Any>, generation: Generation) {
        let mut inner = self.inner.borrow_mut();
        if let Some(outputs) = data.and_then(|data| data.downcast_ref::<Outputs<Datum>>()) {
            inner.of(node.id).gave(generation, outputs);
        }
        let is_first = inner.note(node.id);
        drop(inner);
        if is_first {
            self.wake();
        }
    }

    fn on_node_invalidated(&self, node: NodeView<'_>) {
        self.note(node.id);
    }

    fn on_node_error(&self, node: NodeView<'_>, _error: &NodeFailure) {
        self.note(node.id);
    }
}
