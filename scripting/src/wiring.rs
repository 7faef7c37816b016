//! Wiring from cells: assignments are staged, and committed together.

use std::rc::Rc;

use rhai::{Dynamic, EvalAltResult, Position};

use crate::datum::Datum;
use crate::engine::flow::{EditError, OnMissingDefault};
use crate::engine::hdl::NodeRef;
use crate::nodes::ScriptDraft;
use crate::report::error_map;
use crate::world::World;

/// What `flow.name = ...` assigns.
pub(crate) enum Assignment {
    Draft(Rc<ScriptDraft>),
    Reference(NodeRef),
    Constant(Dynamic),
}

impl World {
    /// Stages an assignment of the running cell.
    pub(crate) fn assign(
        &self,
        name: &str,
        assignment: Assignment,
        position: Position,
    ) -> Result<(), Box<EvalAltResult>> {
        let name: Rc<str> = name.into();
        // As the context has it: a node assigned to itself stays what it is.
        let stays = matches!(&assignment, Assignment::Reference(to) if *to == NodeRef::new(&name));
        let mut hdl = self.hdl.borrow_mut();
        let staged = match &assignment {
            Assignment::Draft(draft) => hdl.assign(&name, draft.build(&self.weak)),
            Assignment::Reference(to) => hdl.assign_ref(&name, to.clone()),
            Assignment::Constant(value) => {
                let fingerprint = format!("Constant={}:{value:?}", value.type_name());
                hdl.assign_constant(&name, Datum(value.clone()), Some(fingerprint))
            }
        };
        staged.map_err(|error| error_map("NameError", &error.to_string(), position))?;
        drop(hdl);
        let draft = match assignment {
            Assignment::Draft(draft) => Some(draft),
            _ => None,
        };
        self.with_cell(|cell| {
            cell.places.insert(name.clone(), position);
            if !stays {
                cell.staged.push((name, draft));
            }
        });
        Ok(())
    }

    /// Stages the removal of a node.
    pub(crate) fn remove(&self, name: &str) {
        self.hdl.borrow_mut().remove(name);
        if self.flow.node(name).is_some() {
            self.with_cell(|cell| cell.removed.push(name.into()));
        }
    }

    /// Applies what the running cell has staged. From here on the graph, the node types and the functions stay
    /// as they are now even if the cell fails later.
    ///
    /// # Errors
    ///
    /// The refusal, at the assignment that caused it; nothing has changed then.
    pub(crate) fn commit(&self) -> Result<(), Box<EvalAltResult>> {
        self.stage_renewed()?;
        let Some((unchanged, staged)) =
            self.with_cell(|cell| (cell.unchanged, std::mem::take(&mut cell.staged)))
        else {
            return Ok(());
        };
        if !self.hdl.borrow().has_staged() {
            self.keep_definitions();
            return Ok(());
        }
        let committed = self.hdl.borrow_mut().commit(unchanged, OnMissingDefault::Refuse);
        let names = committed.map_err(|error| self.refusal(&error))?;
        let own: Vec<Rc<str>> = staged.iter().map(|(name, _)| name.clone()).collect();
        let mut drafts = self.drafts.borrow_mut();
        for (name, draft) in staged {
            match draft {
                // Not if the same cell has removed it again.
                Some(draft) if self.flow.node(&name).is_some() => drafts.insert(name, draft),
                _ => drafts.remove(&name),
            };
        }
        drop(drafts);
        self.forget_removed();
        self.with_cell(|cell| {
            let new = names.into_iter().filter(|name| own.contains(name) && cell.places.contains_key(name));
            for name in new {
                if !cell.assigned.contains(&name) {
                    cell.assigned.push(name);
                }
            }
        });
        self.keep_definitions();
        Ok(())
    }

    /// Stages anew the nodes whose types the cell has redefined, unless the cell assigns them itself.
    fn stage_renewed(&self) -> Result<(), Box<EvalAltResult>> {
        let changed = self.with_cell(|cell| std::mem::take(&mut cell.changed_types)).unwrap_or_default();
        if changed.is_empty() {
            return Ok(());
        }
        let is_changed = |node_type: &crate::nodes::NodeType| changed.contains(&node_type.header.name);
        let affected: Vec<(Rc<str>, Rc<ScriptDraft>)> = self
            .drafts
            .borrow()
            .iter()
            .filter(|(_, draft)| draft.any_type(&is_changed))
            .map(|(name, draft)| (name.clone(), draft.clone()))
            .collect();
        for (name, draft) in affected {
            let assigned = |cell: &mut crate::session::CellRun| {
                cell.staged.iter().any(|(staged, _)| *staged == name) || cell.removed.contains(&name)
            };
            if self.with_cell(assigned) == Some(true) {
                continue;
            }
            let renewed = Rc::new(draft.renewed(self)?);
            let build = renewed.build(&self.weak);
            let staged = self.hdl.borrow_mut().assign(&name, build);
            staged.map_err(|error| error_map("NameError", &error.to_string(), Position::NONE))?;
            self.with_cell(|cell| cell.staged.push((name, Some(renewed))));
        }
        Ok(())
    }

    /// Forgets what was kept of nodes that are no more.
    pub(crate) fn forget_removed(&self) {
        let removed = self.with_cell(|cell| cell.removed.clone()).unwrap_or_default();
        if removed.is_empty() {
            return;
        }
        let is_gone = |name: &Rc<str>| self.flow.node(name).is_none();
        self.drafts.borrow_mut().retain(|name, _| !is_gone(name));
        self.states.borrow_mut().retain(|name, _| !is_gone(name));
        self.owners.borrow_mut().retain(|name, _| !is_gone(name));
    }

    /// What a failing cell goes back to from now on.
    fn keep_definitions(&self) {
        let definitions = self.definitions.borrow().clone();
        self.with_cell(|cell| cell.kept = definitions);
    }

    fn refusal(&self, error: &EditError) -> Box<EvalAltResult> {
        let kind = match error {
            EditError::MissingDefault(_) => "MissingDefaultError",
            _ => "WiringError",
        };
        // An anonymous node stands in the assignment of the node that it is an argument of.
        let owner = error.node().map(|node| node.split('#').next().unwrap_or(node));
        let position = owner
            .and_then(|owner| self.with_cell(|cell| cell.places.get(owner).copied()).flatten())
            .unwrap_or(Position::NONE);
        error_map(kind, &error.to_string(), position)
    }
}
