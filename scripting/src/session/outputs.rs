//! What a cell shows at its end, in this order: its nodes, what it did to other cells' nodes, its result.

use std::rc::Rc;

use rhai::{Dynamic, Position};

use super::cell::{Cell, DisplayMode};
use super::steps::Finished;
use crate::console::{bundle, display, plain};
use crate::display::{display_id, node_bundle, node_text};
use crate::event::{EventKind, MimeBundle};
use crate::language::{FlowHandle, Reference};
use crate::report::{CellText, Report};
use crate::wiring::is_part;
use crate::world::World;

/// How many of other cells' nodes are named.
const OTHERS_NAMED_MAX: usize = 12;

impl World {
    /// Sends the outputs of a cell that has ended, and settles what it leaves.
    pub(crate) async fn finish(
        &self,
        cell: &Cell,
        text: &CellText,
        finished: Finished,
    ) -> Result<(), Report> {
        let Finished { value, error, position } = finished;
        if error.is_some() {
            self.abandon();
        }
        self.take_ownership(cell);
        self.console.ready().await;
        self.finish_bars();
        self.show_remaining(cell);
        self.send_shown_by_nodes();
        let shown_last = value.read_lock::<Reference>().and_then(|reference| reference.whole());
        let others = self.refresh_others(cell, shown_last.as_ref());
        self.say_others(&others);
        match error {
            Some(error) => Err(error),
            None => self.show_result(cell, text, &value, position),
        }
    }

    /// Sends the displays of newly committed nodes, in a live cell while it runs.
    pub(crate) fn show_new(&self) {
        let new = self
            .with_cell(|cell| {
                let new = cell.assigned[cell.displayed..].to_vec();
                cell.displayed = cell.assigned.len();
                new
            })
            .unwrap_or_default();
        new.iter().for_each(|name| self.show(name, false, true));
    }

    /// Forgets what a failed cell has staged and defined since its last commit.
    fn abandon(&self) {
        self.flow.drop_running();
        self.hdl.borrow_mut().discard();
        if let Some(kept) = self.with_cell(|cell| {
            cell.staged.clear();
            cell.kept.clone()
        }) {
            *self.definitions.borrow_mut() = kept;
        }
        self.remove_deleted_anyway();
    }

    /// Sends the displays that are not there yet, and brings the others of this cell up to date.
    fn show_remaining(&self, cell: &Cell) {
        let live = cell.mode == DisplayMode::Live;
        let Some((assigned, displayed)) = self.with_cell(|cell| (cell.assigned.clone(), cell.displayed))
        else {
            return;
        };
        for (index, name) in assigned.iter().enumerate() {
            let Some(node) = self.flow.node(name) else { continue };
            if index < displayed {
                self.refresh(name, node_bundle(&self.flow, node, self.flow.can_go_on(node)));
            } else {
                self.show(name, self.flow.can_go_on(node), live);
            }
        }
    }

    /// Brings the live displays of other nodes up to date; gives the texts of other cells' nodes that are not
    /// as they were before this cell, but for the one that the cell's result shows.
    fn refresh_others(&self, cell: &Cell, last: Option<&Rc<str>>) -> Vec<String> {
        let touched = self.watch.take_touched();
        let (own, removed) =
            self.with_cell(|cell| (cell.assigned.clone(), cell.removed.clone())).unwrap_or_default();
        let mut changed = Vec::new();
        for node in self.flow.in_order(touched) {
            let Some(name) = self.flow.name(node).filter(|name| !is_part(name)) else { continue };
            let text = node_text(&self.flow, node, self.flow.can_go_on(node));
            if cell.mode == DisplayMode::Live && !own.contains(&name) {
                self.refresh(&name, node_bundle(&self.flow, node, self.flow.can_go_on(node)));
            }
            let before = self.displays.borrow_mut().texts.insert(name.clone(), text.clone());
            if !own.contains(&name) && last != Some(&name) && before.as_ref() != Some(&text) {
                changed.push(text);
            }
        }
        let gone = removed.iter().filter(|name| self.flow.node(name).is_none());
        let mut gone: Vec<&str> = gone.map(|name| &**name).collect();
        gone.dedup();
        for name in &gone {
            let known = self.displays.borrow_mut().texts.remove(*name).is_some();
            if known && self.displays.borrow().is_shown(name) {
                self.refresh(&Rc::from(*name), plain(&format!("{name} (removed)")));
            }
        }
        let mut lines = Vec::new();
        if !changed.is_empty() {
            lines.push(format!("also changed: {}", first_of(&changed, OTHERS_NAMED_MAX)));
        }
        if !gone.is_empty() {
            let gone: Vec<String> = gone.into_iter().map(str::to_owned).collect();
            lines.push(format!("removed: {}", first_of(&gone, OTHERS_NAMED_MAX)));
        }
        lines
    }

    fn say_others(&self, lines: &[String]) {
        if !lines.is_empty() {
            self.console.send(EventKind::Display(display(None, &lines.join("; "))));
        }
    }

    /// Sends the value of the last expression.
    fn show_result(
        &self,
        cell: &Cell,
        text: &CellText,
        value: &Dynamic,
        position: Position,
    ) -> Result<(), Report> {
        if value.is_unit() {
            return Ok(());
        }
        if let Some(reference) = value.read_lock::<Reference>().map(|reference| reference.clone()) {
            if let Some(name) = reference.whole() {
                return self.show_reference(cell, &name);
            }
            if reference.draft().is_some() {
                self.console.send(EventKind::Result(self.bundle_of(value)));
                return Ok(());
            }
            let value = reference.value(true, position);
            let value = value.map_err(|error| self.report(&error, text))?;
            self.console.send(EventKind::Result(bundle(&value)));
            return Ok(());
        }
        self.console.send(EventKind::Result(self.bundle_of(value)));
        Ok(())
    }

    /// All that is shown of a value that is no node of the flow.
    pub(crate) fn bundle_of(&self, value: &Dynamic) -> MimeBundle {
        if value.is::<FlowHandle>() {
            return plain(&self.flow_text());
        }
        match value.read_lock::<Reference>().as_deref().and_then(Reference::draft) {
            Some(draft) => plain(&format!("{}: a draft; wire it with flow.name = ...", draft.usage())),
            None => bundle(value),
        }
    }

    /// All that is shown of a node, or of one output of it, that has just given `value`.
    pub(crate) fn bundle_of_node(&self, reference: &Reference, value: &Dynamic) -> MimeBundle {
        match reference.whole().and_then(|name| self.flow.node(&name)) {
            Some(node) => node_bundle(&self.flow, node, self.flow.can_go_on(node)),
            None => bundle(value),
        }
    }

    /// Shows a node that the cell has not shown yet: each has one display, at its place, in both modes.
    fn show_reference(&self, cell: &Cell, name: &Rc<str>) -> Result<(), Report> {
        match self.flow.node(name) {
            Some(_) if self.with_cell(|cell| cell.assigned.contains(name)) == Some(true) => {}
            Some(node) => self.show(name, self.flow.can_go_on(node), cell.mode == DisplayMode::Live),
            None => {
                let text = format!("{name} waits: no cell defines it yet: flow.{name} = ...");
                let live = cell.mode == DisplayMode::Live;
                let identity = live.then(|| display_id(name));
                self.console.send(EventKind::Display(display(identity, &text)));
            }
        }
        Ok(())
    }

    /// The graph as text: a line a named node.
    fn flow_text(&self) -> String {
        let named =
            |node: &crate::engine::flow::NodeId| self.flow.name(*node).is_some_and(|name| !is_part(&name));
        let lines: Vec<String> = self
            .flow
            .nodes()
            .into_iter()
            .filter(named)
            .map(|node| node_text(&self.flow, node, false))
            .collect();
        if lines.is_empty() { "the flow has no nodes yet".to_owned() } else { lines.join("\n") }
    }
}

/// The first texts of a list, and how many more there are.
fn first_of(texts: &[String], most: usize) -> String {
    let shown = texts[..texts.len().min(most)].join("; ");
    match texts.len().saturating_sub(most) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}
