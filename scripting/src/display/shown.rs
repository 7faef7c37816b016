//! `display(x)`: what scripts show by themselves.
//!
//! In a cell, and in a node of a live cell, that is sent at once. In a headless cell, what nodes show is kept until
//! the displays of nodes have been sent, and comes in the order of the nodes: when a node ran, and how long it slept,
//! must not be seen in a notebook that is compared.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::console::display;
use crate::event::{Display, EventKind, MimeBundle};
use crate::session::DisplayMode;
use crate::world::World;

/// How many displays of nodes a headless cell keeps.
const KEPT_MAX: usize = 1_000;

/// What the nodes of a cell have displayed.
#[derive(Default)]
pub(crate) struct ShownByNodes {
    /// By node, in order.
    kept: BTreeMap<Rc<str>, Vec<MimeBundle>>,
    count: usize,
}

impl ShownByNodes {
    fn keep(&mut self, node: &Rc<str>, data: MimeBundle) {
        self.count += 1;
        if self.count <= KEPT_MAX {
            self.kept.entry(node.clone()).or_default().push(data);
        }
    }
}

impl World {
    /// Shows something at its place in the running cell; `node` is whose body asks for it, if one does. A script that
    /// shows waits until there is room.
    pub(crate) fn show_from_script(&self, node: Option<&Rc<str>>, data: MimeBundle) {
        let waits = |cell: &crate::session::CellRun| cell.mode == DisplayMode::Headless;
        if let Some(node) = node
            && self.with_cell(|cell| waits(cell)) == Some(true)
        {
            self.with_cell(|cell| cell.shown_by_nodes.keep(node, data));
            return;
        }
        self.say(EventKind::Display(Display { display_id: None, data }));
    }

    /// Sends what nodes have displayed and what waits for its turn.
    pub(crate) fn send_shown_by_nodes(&self) {
        let Some(ShownByNodes { mut kept, count }) =
            self.with_cell(|cell| std::mem::take(&mut cell.shown_by_nodes))
        else {
            return;
        };
        let in_order = self.flow.nodes().into_iter().filter_map(|node| self.flow.name(node));
        let names: Vec<Rc<str>> = in_order.filter(|name| kept.contains_key(name)).collect();
        let named: Vec<MimeBundle> = names.iter().filter_map(|name| kept.remove(name)).flatten().collect();
        for data in named.into_iter().chain(kept.into_values().flatten()) {
            self.console.send(EventKind::Display(Display { display_id: None, data }));
        }
        if count > KEPT_MAX {
            let text = format!("{} more displays of nodes are left out", count - KEPT_MAX);
            self.console.send(EventKind::Display(display(None, &text)));
        }
    }
}
