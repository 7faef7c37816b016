//! Which cell owns which node.
//!
//! A front end that names its cells lets a cell that is run again remove what it defined before and does not
//! define now, and a deleted cell take its nodes with it. JupyterLab repeats a deleted cell's id with every request
//! until a reply comes, even after an undo; so an id acts once, and again only after a request came without it.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::cell::Cell;
use crate::wiring::whole_name;
use crate::world::{Owner, World};

impl World {
    /// Whether the cell was run with this same text before: who presses Run wants it run.
    pub(crate) fn is_repeated(&self, cell: &Cell) -> bool {
        match &cell.cell_id {
            Some(id) => {
                let before = self.texts.borrow_mut().insert(id.clone(), cell.code.clone());
                before.as_ref() == Some(&cell.code)
            }
            None => {
                let mut hasher = DefaultHasher::new();
                cell.code.hash(&mut hasher);
                !self.nameless_texts.borrow_mut().insert(hasher.finish())
            }
        }
    }

    /// Stages the removal of what deleted cells own. That is no doing of the running cell: should it fail,
    /// [`remove_deleted_anyway`](Self::remove_deleted_anyway) does it.
    pub(crate) fn remove_deleted(&self, cell: &Cell) {
        let now: HashSet<String> = cell.deleted_cells.iter().cloned().collect();
        let before = self.deleted.replace(now.clone());
        for id in now.difference(&before) {
            if Some(id) == cell.cell_id.as_ref() {
                continue;
            }
            self.texts.borrow_mut().remove(id);
            self.displays.borrow_mut().leave(id);
            for name in self.owned_by(id) {
                self.remove(&name);
                self.with_cell(|cell| cell.of_deleted.push(name));
            }
        }
    }

    /// Removes what deleted cells own after the running cell's own changes have been discarded.
    pub(crate) fn remove_deleted_anyway(&self) {
        let names = self.with_cell(|cell| std::mem::take(&mut cell.of_deleted)).unwrap_or_default();
        let assigned = self.with_cell(|cell| cell.assigned.clone()).unwrap_or_default();
        self.remove_now(names.iter().filter(|name| !assigned.contains(name)));
    }

    /// Stages the removal of what the cell defined when it ran before, and has not assigned now.
    pub(crate) fn remove_unassigned(&self, cell_id: Option<&str>) {
        let Some(id) = cell_id else { return };
        for name in self.owned_by(id) {
            let assigned = self.with_cell(|cell| cell.places.contains_key(&name)) == Some(true);
            if !assigned {
                self.remove(&name);
            }
        }
    }

    /// Makes the running cell the owner of what it has assigned.
    pub(crate) fn take_ownership(&self, cell: &Cell) {
        let assigned = self.with_cell(|cell| cell.assigned.clone()).unwrap_or_default();
        let owner = Owner { cell_id: cell.cell_id.clone(), number: cell.number, run: cell.run };
        self.owners.borrow_mut().extend(assigned.into_iter().map(|name| (name, owner.clone())));
    }

    /// Who defined a node, or the node in whose arguments or template it stands.
    pub(crate) fn owner_of(&self, name: &str) -> Option<Owner> {
        let owners = self.owners.borrow();
        owners.get(name).or_else(|| owners.get(whole_name(name))).cloned()
    }

    fn owned_by(&self, id: &str) -> Vec<Rc<str>> {
        let owners = self.owners.borrow();
        let mut names: Vec<Rc<str>> = owners
            .iter()
            .filter(|(_, owner)| owner.cell_id.as_deref() == Some(id))
            .map(|(name, _)| name.clone())
            .collect();
        names.sort();
        names
    }
}
