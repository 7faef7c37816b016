//! Wiring from cells: assignments are staged, and committed together.
//!
//! | file | what it does |
//! | --- | --- |
//! | `changes.rs` | what a commit changes |
//! | `plan.rs` | an assignment as the nodes that make it up |
//! | `refusal.rs` | what the flow refuses, and where that was written |
//! | `wired.rs` | what is wired under which name; what a path means |

mod changes;
mod plan;
mod refusal;
mod wired;

use std::rc::Rc;

use rhai::EvalAltResult;

pub(crate) use self::plan::{is_part, whole_name};
use self::wired::find;
pub(crate) use self::wired::{Found, Path, WiredNodes, further_text};
use crate::engine::flow::OnMissingDefault;
use crate::engine::hdl::Unchanged;
use crate::event::EventKind;
use crate::nodes::{Argument, Site};
use crate::session::CellRun;
use crate::suggest::did_you_mean;
use crate::world::{ShowNodes, World};

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// What a cell has done to a name.
pub(crate) enum Staged {
    Assign(Argument),
    Remove,
}

impl World {
    /// Stages an assignment of the running cell.
    pub(crate) fn assign(&self, name: &str, argument: Argument, site: Site) {
        let name: Rc<str> = name.into();
        // A node assigned to itself stays what it is.
        let stays = matches!(&argument, Argument::Output(target) if target.is_node(&name));
        self.with_cell(|cell| {
            cell.places.insert(name.clone(), site);
            if !stays {
                cell.staged.push((name, Staged::Assign(argument)));
            }
        });
    }

    /// Stages the removal of a node.
    pub(crate) fn remove(&self, name: &str) {
        let exists = self.flow.node(name).is_some();
        if !exists {
            self.hint_at_meant(name);
        }
        self.with_cell(|cell| {
            cell.staged.push((name.into(), Staged::Remove));
            if exists {
                cell.removed.push(name.into());
            }
        });
    }

    /// Says which node may have been meant where there is none to be removed: that alone is no error.
    fn hint_at_meant(&self, name: &str) {
        let staged = |cell: &mut CellRun| cell.places.contains_key(name);
        let nodes = self.named_nodes();
        // `row1` is no misspelt `row2`.
        let is_numbered = name.ends_with(|last: char| last.is_numeric());
        let may_be_meant = |other: &&str| !is_numbered || other.eq_ignore_ascii_case(name);
        let hint = did_you_mean(name, nodes.iter().map(|(_, name)| &**name).filter(may_be_meant));
        if !hint.is_empty() && self.with_cell(staged) == Some(false) {
            self.say(EventKind::Stderr(format!("there is no node `{name}` to remove{hint}\n")));
        }
    }

    /// Applies what the running cell has staged. From here on the graph, the node types and the functions stay
    /// as they are now even if the cell fails later.
    ///
    /// # Errors
    ///
    /// The refusal, at the assignment that caused it; nothing has changed then, and all stays staged. A script that catches
    /// it can assign something else, or is refused at the end of its cell.
    pub(crate) fn commit(&self) -> Result<()> {
        self.stage_renewed()?;
        // Taken, not copied: a constant may be as large as the memory allows.
        let staged = self.with_cell(|cell| std::mem::take(&mut cell.staged)).unwrap_or_default();
        if !staged.is_empty()
            && let Err(refusal) = self.apply(&staged)
        {
            self.with_cell(|cell| cell.staged.splice(0..0, staged).for_each(drop));
            return Err(refusal);
        }
        self.keep_definitions();
        Ok(())
    }

    /// Applies assignments and removals, all or none.
    fn apply(&self, staged: &[(Rc<str>, Staged)]) -> Result<()> {
        let unchanged = self.with_cell(|cell| cell.unchanged).unwrap_or(Unchanged::Held);
        let own: Vec<Rc<str>> = staged.iter().map(|(name, _)| name.clone()).collect();
        let changes = self.plan_changes(staged)?;
        self.stage_changes(&changes)?;
        let committed = self.hdl.borrow_mut().commit(unchanged, OnMissingDefault::Refuse);
        let names = committed.map_err(|error| self.refusal(&error, &changes))?;
        let gone = self.keep_changes(changes);
        self.forget(gone);
        self.background.notify();
        let show_each = self.settings.get().show == ShowNodes::Each;
        self.with_cell(|cell| {
            let is_new = |name: &Rc<str>| own.contains(name) && cell.places.contains_key(name);
            let new: Vec<Rc<str>> = names.into_iter().filter(is_new).collect();
            for name in new {
                if show_each {
                    cell.add_show(&name);
                }
                if !cell.assigned.contains(&name) {
                    cell.assigned.push(name);
                }
            }
        });
        Ok(())
    }

    /// Removes nodes at once, with what they are made of, and nothing else.
    pub(crate) fn remove_now<'a>(&self, names: impl Iterator<Item = &'a Rc<str>>) {
        let mut hdl = self.hdl.borrow_mut();
        let wired = self.wired.borrow();
        let parts = |name| wired.get(name).map(|wired| &wired.parts[..]).unwrap_or_default();
        let gone: Vec<Rc<str>> = names.flat_map(|name| parts(name).iter().chain([name])).cloned().collect();
        gone.iter().for_each(|name| hdl.remove(name));
        let removed = hdl.commit(Unchanged::Held, OnMissingDefault::Defer);
        debug_assert!(removed.is_ok(), "taking nodes out connects nothing");
        drop((hdl, wired));
        self.forget(gone);
    }

    /// Forgets what was kept of nodes that were taken out, unless they are there again.
    fn forget(&self, names: Vec<Rc<str>>) {
        let (mut states, mut wired) = (self.states.borrow_mut(), self.wired.borrow_mut());
        let mut owners = self.owners.borrow_mut();
        for name in names.into_iter().filter(|name| self.flow.node(name).is_none()) {
            states.remove(&name);
            wired.remove(&name);
            owners.remove(&name);
        }
    }

    /// The node or output that a reference means, as things are wired now.
    ///
    /// # Errors
    ///
    /// If it goes on behind an output.
    pub(crate) fn find(&self, path: &Path) -> std::result::Result<Found, String> {
        let wired = self.wired.borrow();
        find(path, |name| wired.get(name))
    }

    /// What a failing cell goes back to from now on.
    fn keep_definitions(&self) {
        let definitions = self.definitions.borrow().clone();
        self.with_cell(|cell| {
            cell.kept = definitions;
            cell.kept_at = self.defined.get();
        });
    }
}
