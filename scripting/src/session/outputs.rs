//! What a cell shows at its end, in this order: its nodes, what it did to other cells' nodes, its result.

use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;

use rhai::{Dynamic, Position};

use super::cell::{Cell, CellRun, DisplayMode};
use super::steps::Finished;
use crate::console::{bundle, display, plain};
use crate::display::{What, key_of, node_bundle, node_text};
use crate::event::{EventKind, MimeBundle};
use crate::language::{FlowHandle, Reference};
use crate::report::{CellText, Report};
use crate::wiring::is_part;
use crate::world::{ShowNodes, World};

/// How many of other cells' nodes are named.
const OTHERS_NAMED_MAX: usize = 12;

/// How many nodes a cell shows one by one without a word about tables.
const SHOWN_WITHOUT_HINT: usize = 12;

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
        self.finish_bars();
        let mut changed = self.show_remaining(cell).await;
        self.send_shown_by_nodes();
        let shown_last = value.read_lock::<Reference>().and_then(|reference| reference.whole());
        let others = self.note_others(shown_last.as_ref(), &mut changed);
        self.refresh_each(changed).await;
        self.displays.borrow_mut().forget_unseen();
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
                let new = cell.shows[cell.displayed..].to_vec();
                cell.displayed = cell.shows.len();
                new
            })
            .unwrap_or_default();
        new.iter().for_each(|name| self.show_node(name, false, true));
        self.show_table(false, true);
    }

    /// Sends or brings up to date the table of a cell that shows its nodes in one.
    fn show_table(&self, last: bool, live: bool) {
        if self.settings.get().show != ShowNodes::Table {
            return;
        }
        let grown = |cell: &mut CellRun| {
            let known = cell.tabled.replace(cell.assigned.len());
            (known != Some(cell.assigned.len()))
                .then(|| (known, cell.table_id.clone(), cell.assigned.clone()))
        };
        let Some((known, id, names)) = self.with_cell(grown).flatten() else { return };
        if names.is_empty() {
            return;
        }
        let what = What::Table(names);
        if known.is_some_and(|known| known > 0) && live {
            self.follow_instead(&id, what);
            self.refresh_display(&Rc::from(&*id), last);
        } else {
            let data = self.content(&what, true, last);
            self.show(&id, what, data, live);
        }
    }

    /// Forgets what a failed cell has staged and defined since its last commit.
    fn abandon(&self) {
        if !self.is_driven_elsewhere() {
            self.flow.drop_running();
        }
        self.hdl.borrow_mut().discard();
        let kept = self.with_cell(|cell| {
            cell.staged.clear();
            (cell.kept_at == self.defined.get()).then(|| cell.kept.clone())
        });
        // If another shell's cell has defined something meanwhile, that must not be lost: what this one has stays too.
        if let Some(kept) = kept.flatten() {
            self.defined.set(self.defined.get() + 1);
            self.definitions.borrow_mut().go_back(kept);
        }
        self.remove_deleted_anyway();
    }

    /// Sends the displays that are not there yet; gives the identities of the others of this cell.
    async fn show_remaining(&self, cell: &Cell) -> BTreeSet<Rc<str>> {
        let live = cell.mode == DisplayMode::Live;
        let mut others = BTreeSet::new();
        let Some((shows, displayed)) = self.with_cell(|cell| (cell.shows.clone(), cell.displayed)) else {
            return others;
        };
        for (index, name) in shows.iter().enumerate() {
            if index < displayed {
                others.extend(self.displays.borrow().ids_of(name).cloned());
            } else {
                self.console.ready().await;
                self.show_node(name, true, live);
            }
        }
        if let Some(id) = self.with_cell(|cell| cell.tabled.map(|_| cell.table_id.clone())).flatten() {
            others.insert(id.into());
        }
        self.show_table(true, live);
        if shows.len() > SHOWN_WITHOUT_HINT {
            let hint = format!(
                "{} nodes have a display each; flow.show = \"table\" shows those of a cell in one table",
                shows.len()
            );
            self.console.send(EventKind::Display(display(None, &hint)));
        }
        others
    }

    /// Gives the texts of other cells' nodes that are not as they were before this cell, but for the one that the cell's
    /// result shows; adds the identities of the displays of all nodes that something has happened to.
    fn note_others(&self, last: Option<&Rc<str>>, displays: &mut BTreeSet<Rc<str>>) -> Vec<String> {
        // In the background nodes change all the time, and this cell is not why. Beside another cell it may not be.
        let is_why = !self.other_cells_run();
        let touched = if self.background.is_on() { Vec::new() } else { self.watch.take_touched() };
        let (own, removed): (HashSet<Rc<str>>, Vec<Rc<str>>) = self
            .with_cell(|cell| (cell.assigned.iter().cloned().collect(), cell.removed.clone()))
            .unwrap_or_default();
        let mut changed = Vec::new();
        for node in self.flow.in_order(touched) {
            let Some(name) = self.flow.name(node).filter(|name| !is_part(name)) else { continue };
            let text = node_text(&self.flow, node, self.flow.can_go_on(node));
            displays.extend(self.displays.borrow().ids_of(&name).cloned());
            let before = self.displays.borrow_mut().texts.insert(name.clone(), text.clone());
            if is_why && !own.contains(&name) && last != Some(&name) && before.as_ref() != Some(&text) {
                changed.push(text);
            }
        }
        let gone = removed.iter().filter(|name| self.flow.node(name).is_none());
        let mut gone: Vec<&str> = gone.map(|name| &**name).collect();
        gone.dedup();
        for name in &gone {
            self.displays.borrow_mut().texts.remove(*name);
            displays.extend(self.displays.borrow().ids_of(name).cloned());
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
        if value.is::<FlowHandle>() && cell.mode == DisplayMode::Live {
            let id = format!("flowno-graph/{}", key_of(cell.cell_id.as_deref(), cell.run));
            self.show(&id, What::Graph, self.graph_bundle(true), true);
            return Ok(());
        }
        self.console.send(EventKind::Result(self.bundle_of(value)));
        Ok(())
    }

    /// All that is shown of a value that is no node of the flow.
    pub(crate) fn bundle_of(&self, value: &Dynamic) -> MimeBundle {
        if value.is::<FlowHandle>() {
            return self.graph_bundle(true);
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
            Some(_) if self.with_cell(|cell| cell.shows.contains(name)) == Some(true) => {}
            _ => self.show_node(name, true, cell.mode == DisplayMode::Live),
        }
        Ok(())
    }

    /// The graph as text: a line a named node.
    pub(crate) fn flow_text(&self) -> String {
        let nodes = self.named_nodes().into_iter();
        let lines: Vec<String> = nodes.map(|(node, _)| node_text(&self.flow, node, false)).collect();
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
