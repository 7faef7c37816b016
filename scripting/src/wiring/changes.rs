//! What a commit changes: assignments planned, staged with the flow, and kept.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::plan::{Plan, PlannedInput, PlannedNode, plan};
use super::wired::{Wired, find};
use super::{Result, Staged};
use crate::datum::Datum;
use crate::engine::hdl::{Draft, DraftArg};
use crate::nodes::{Argument, Renewal, Site};
use crate::world::World;

/// What a commit changes.
#[derive(Default)]
pub(super) struct Changes {
    /// In the order of assignment.
    pub(super) plans: Vec<(Rc<str>, Plan)>,
    /// What each name comes to; `None`: it is removed.
    pub(super) wired: BTreeMap<Rc<str>, Option<Wired>>,
}

impl Changes {
    fn assign(&mut self, name: Rc<str>, argument: &Argument, site: Option<Site>, plan: Plan) {
        let parts = plan.nodes.iter().map(|node| &node.name).filter(|part| **part != name);
        let wired = Wired {
            site,
            argument: matches!(argument, Argument::Output(_)).then(|| argument.clone()),
            parts: parts.cloned().collect(),
            aliases: plan.aliases.clone(),
            through: plan.through.clone(),
        };
        self.wired.insert(name.clone(), Some(wired));
        self.plans.push((name, plan));
    }

    /// The node of this name, if it is made.
    pub(super) fn node(&self, name: &str) -> Option<&PlannedNode> {
        self.plans.iter().flat_map(|(_, plan)| &plan.nodes).find(|node| *node.name == *name)
    }

    fn remove(&mut self, name: Rc<str>) {
        self.wired.insert(name, None);
    }
}

impl World {
    /// Plans what was staged, and what else refers to something inside of it.
    pub(super) fn plan_changes(&self, staged: &[(Rc<str>, Staged)]) -> Result<Changes> {
        let mut changes = Changes::default();
        let count = staged.len();
        let last: HashMap<Rc<str>, usize> =
            staged.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        debug_assert!(last.len() <= count, "the last of each name counts");
        for (index, (name, staged)) in staged.iter().enumerate() {
            if last[name] == index {
                match staged {
                    Staged::Assign(argument) => self.plan_into(&mut changes, name.clone(), argument)?,
                    Staged::Remove => changes.remove(name.clone()),
                }
            }
        }
        let wired = self.wired.borrow();
        let is_group = |name: &Rc<str>| {
            let before = wired.get(name).is_some_and(Wired::is_group);
            before || changes.wired.get(name).and_then(Option::as_ref).is_some_and(Wired::is_group)
        };
        let groups: Vec<Rc<str>> = changes.wired.keys().filter(|name| is_group(name)).cloned().collect();
        if groups.is_empty() {
            return Ok(changes);
        }
        let refers = |(name, wired): &(&Rc<str>, &Wired)| {
            !changes.wired.contains_key(*name) && wired.through.iter().any(|name| groups.contains(name))
        };
        let referring: Vec<(Rc<str>, Argument)> = wired
            .iter()
            .filter(refers)
            .filter_map(|(name, wired)| Some((name.clone(), wired.argument.clone()?)))
            .collect();
        drop(wired);
        for (name, argument) in referring {
            self.plan_into(&mut changes, name, &argument)?;
        }
        Ok(changes)
    }

    fn plan_into(&self, changes: &mut Changes, name: Rc<str>, argument: &Argument) -> Result<()> {
        let planned = plan(&self.weak, &name, argument).map_err(|message| {
            let stand = self.stand(&name, changes);
            let error = stand.error("WiringError", &message);
            stand.lead_out(error)
        })?;
        let site = self.site_of(&name);
        changes.assign(name, argument, site, planned);
        Ok(())
    }

    /// Gives the changes to the context that the flow is wired by.
    pub(super) fn stage_changes(&self, changes: &Changes) -> Result<()> {
        let wired = self.wired.borrow();
        let lookup = |name: &str| match changes.wired.get(name) {
            Some(wired) => wired.as_ref(),
            None => wired.get(name),
        };
        let mut staged = Vec::new();
        for (_, plan) in &changes.plans {
            for node in &plan.nodes {
                let input = |input: &PlannedInput| match input {
                    PlannedInput::Constant(value) => Ok(DraftArg::Constant(Datum(value.clone()))),
                    PlannedInput::Output(path) => {
                        let to = find(path, lookup)
                            .map_err(|output| self.no_further(&node.name, path, &output, changes))?;
                        Ok(DraftArg::Ref(to.to_node_ref()))
                    }
                };
                let draft = Draft {
                    body: node.body.clone(),
                    args: node.inputs.iter().map(input).collect::<Result<_>>()?,
                    defaults: node.defaults.iter().map(|default| default.clone().map(Datum)).collect(),
                    fingerprint: node.fingerprint.clone(),
                };
                staged.push((node.name.clone(), draft));
            }
        }
        let mut hdl = self.hdl.borrow_mut();
        for (name, new) in &changes.wired {
            let parts = wired.get(name).map(|wired| &wired.parts[..]).unwrap_or_default();
            let stays = |part: &&Rc<str>| new.as_ref().is_some_and(|new| new.parts.contains(part));
            parts.iter().filter(|part| !stays(part)).for_each(|part| hdl.remove(part));
            if new.is_none() {
                hdl.remove(name);
            }
        }
        staged.into_iter().for_each(|(name, draft)| hdl.assign_part(&name, draft));
        Ok(())
    }

    /// Keeps what was committed. Gives the names that may be gone.
    pub(super) fn keep_changes(&self, changes: Changes) -> Vec<Rc<str>> {
        let mut wired = self.wired.borrow_mut();
        let mut gone = Vec::new();
        for (name, new) in changes.wired {
            let old = match new {
                Some(new) => wired.insert(name, new),
                None => {
                    gone.push(name.clone());
                    wired.remove(&name)
                }
            };
            gone.extend(old.into_iter().flat_map(|old| old.parts));
        }
        gone
    }

    /// Stages anew the nodes whose types the cell has redefined, unless the cell assigns them itself.
    pub(super) fn stage_renewed(&self) -> Result<()> {
        let changed = self.with_cell(|cell| cell.changed_types.clone()).unwrap_or_default();
        if changed.is_empty() {
            return Ok(());
        }
        let is_changed = |name: &str| changed.iter().any(|changed| changed == name);
        let affected: Vec<(Rc<str>, Argument)> = self
            .wired
            .borrow()
            .iter()
            .filter_map(|(name, wired)| {
                let argument = wired.argument.as_ref()?;
                let draft = argument.as_draft()?;
                draft.any_type(&is_changed, &mut Vec::new()).then(|| (name.clone(), argument.clone()))
            })
            .collect();
        for (name, argument) in affected {
            let assigned = |cell: &mut crate::session::CellRun| {
                cell.staged.iter().any(|(staged, _)| *staged == name) || cell.removed.contains(&name)
            };
            if self.with_cell(assigned) == Some(true) {
                continue;
            }
            let renewed = Renewal::new(self, &name).argument(&argument)?;
            self.with_cell(|cell| cell.staged.push((name, Staged::Assign(renewed))));
        }
        self.with_cell(|cell| cell.changed_types.clear());
        Ok(())
    }
}
