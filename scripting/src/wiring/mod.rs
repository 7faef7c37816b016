//! Wiring from cells: assignments are staged, and committed together.
//!
//! | file | what it does |
//! | --- | --- |
//! | `plan.rs` | an assignment as the nodes that make it up |
//! | `wired.rs` | what is wired under which name; what a path means |

mod plan;
mod wired;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use rhai::{EvalAltResult, Position};

use self::plan::INNER;
pub(crate) use self::plan::is_part;
use self::plan::{Plan, PlannedInput, plan};
use self::wired::find;
pub(crate) use self::wired::{Found, Path, Wired, WiredNodes, further_text};
use crate::datum::Datum;
use crate::engine::flow::{EditError, OnMissingDefault, TypeMismatch};
use crate::engine::hdl::{Draft, DraftArg, Unchanged};
use crate::nodes::{Argument, NodeType, Renewal};
use crate::report::{add_places, error_map};
use crate::source::REFERENCE_MEMBERS;
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
    pub(crate) fn assign(&self, name: &str, argument: Argument, position: Position) {
        let name: Rc<str> = name.into();
        // A node assigned to itself stays what it is.
        let stays = matches!(&argument, Argument::Output(target) if target.is_node(&name));
        self.with_cell(|cell| {
            cell.places.insert(name.clone(), position);
            if !stays {
                cell.staged.push((name, Staged::Assign(argument)));
            }
        });
    }

    /// Stages the removal of a node.
    pub(crate) fn remove(&self, name: &str) {
        let exists = self.flow.node(name).is_some();
        self.with_cell(|cell| {
            cell.staged.push((name.into(), Staged::Remove));
            if exists {
                cell.removed.push(name.into());
            }
        });
    }

    /// Applies what the running cell has staged. From here on the graph, the node types and the functions stay
    /// as they are now even if the cell fails later.
    ///
    /// # Errors
    ///
    /// The refusal, at the assignment that caused it; nothing has changed then.
    pub(crate) fn commit(&self) -> Result<()> {
        self.stage_renewed()?;
        let Some((unchanged, staged)) =
            self.with_cell(|cell| (cell.unchanged, std::mem::take(&mut cell.staged)))
        else {
            return Ok(());
        };
        if staged.is_empty() {
            self.keep_definitions();
            return Ok(());
        }
        let own: Vec<Rc<str>> = staged.iter().map(|(name, _)| name.clone()).collect();
        let changes = self.plan_changes(staged)?;
        self.stage_changes(&changes)?;
        let committed = self.hdl.borrow_mut().commit(unchanged, OnMissingDefault::Refuse);
        let names = committed.map_err(|error| self.refusal(&error, &changes))?;
        self.keep_changes(changes);
        self.forget_removed();
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
        self.keep_definitions();
        Ok(())
    }

    /// Plans what was staged, and what else refers to something inside of it.
    fn plan_changes(&self, staged: Vec<(Rc<str>, Staged)>) -> Result<Changes> {
        let mut changes = Changes::default();
        let count = staged.len();
        let last: HashMap<Rc<str>, usize> =
            staged.iter().enumerate().map(|(index, (name, _))| (name.clone(), index)).collect();
        debug_assert!(last.len() <= count, "the last of each name counts");
        for (index, (name, staged)) in staged.into_iter().enumerate() {
            if last[&name] == index {
                match staged {
                    Staged::Assign(argument) => self.plan_into(&mut changes, name, &argument)?,
                    Staged::Remove => changes.remove(name),
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
        let planned = plan(&self.weak, &name, argument).map_err(|mut error| {
            error.set_position(self.place_of(&name));
            error
        })?;
        changes.assign(name, argument, planned);
        Ok(())
    }

    /// Gives the changes to the context that the flow is wired by.
    fn stage_changes(&self, changes: &Changes) -> Result<()> {
        let wired = self.wired.borrow();
        let lookup = |name: &str| match changes.wired.get(name) {
            Some(wired) => wired.as_ref(),
            None => wired.get(name),
        };
        let mut staged = Vec::new();
        for (owner, plan) in &changes.plans {
            for node in &plan.nodes {
                let input = |input: &PlannedInput| match input {
                    PlannedInput::Constant(value) => Ok(DraftArg::Constant(Datum(value.clone()))),
                    PlannedInput::Output(path) => {
                        let to =
                            find(path, lookup).map_err(|output| self.no_further(owner, path, &output))?;
                        Ok(DraftArg::Ref(to.to_node_ref()))
                    }
                };
                let draft = Draft {
                    body: node.body.clone(),
                    args: node.inputs.iter().map(input).collect::<Result<_>>()?,
                    defaults: node.defaults.iter().map(|default| default.clone().map(Datum)).collect(),
                    fingerprint: Some(node.fingerprint.clone()),
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

    fn no_further(&self, owner: &str, path: &Path, output: &str) -> Box<EvalAltResult> {
        let message = format!("flow.{path}: {output} is an output, and outputs have nothing inside");
        error_map("NameError", &message, self.place_of(owner))
    }

    fn keep_changes(&self, changes: Changes) {
        let mut wired = self.wired.borrow_mut();
        for (name, new) in changes.wired {
            match new {
                Some(new) => wired.insert(name, new),
                None => wired.remove(&name),
            };
        }
    }

    /// Stages anew the nodes whose types the cell has redefined, unless the cell assigns them itself.
    fn stage_renewed(&self) -> Result<()> {
        let changed = self.with_cell(|cell| std::mem::take(&mut cell.changed_types)).unwrap_or_default();
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
            let renewed = Renewal::new(self).argument(&argument)?;
            self.with_cell(|cell| cell.staged.push((name, Staged::Assign(renewed))));
        }
        Ok(())
    }

    /// Removes nodes at once, with what they are made of, and nothing else.
    pub(crate) fn remove_now<'a>(&self, names: impl Iterator<Item = &'a Rc<str>>) {
        let mut hdl = self.hdl.borrow_mut();
        let wired = self.wired.borrow();
        for name in names {
            wired.get(name).iter().flat_map(|wired| &wired.parts).for_each(|part| hdl.remove(part));
            hdl.remove(name);
        }
        let removed = hdl.commit(Unchanged::Held, OnMissingDefault::Defer);
        debug_assert!(removed.is_ok(), "taking nodes out connects nothing");
    }

    /// Forgets what was kept of nodes that are no more.
    pub(crate) fn forget_removed(&self) {
        let is_gone = |name: &Rc<str>| self.flow.node(name).is_none();
        self.states.borrow_mut().retain(|name, _| !is_gone(name));
        let removed = self.with_cell(|cell| cell.removed.clone()).unwrap_or_default();
        if removed.is_empty() {
            return;
        }
        self.wired.borrow_mut().retain(|name, _| !is_gone(name));
        self.owners.borrow_mut().retain(|name, _| !is_gone(name));
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
        self.with_cell(|cell| cell.kept = definitions);
    }

    fn refusal(&self, error: &EditError, changes: &Changes) -> Box<EvalAltResult> {
        if let EditError::TypeMismatch(mismatch) = error {
            return self.mismatch(mismatch, changes);
        }
        let kind = match error {
            EditError::MissingDefault(_) => "MissingDefaultError",
            _ => "WiringError",
        };
        let position = error.node().map_or(Position::NONE, |node| self.place_of(node));
        let hint = match error {
            EditError::NoSuchOutput { port, has, .. } => {
                did_you_mean(port, has.split(", ").chain(REFERENCE_MEMBERS))
            }
            _ => String::new(),
        };
        error_map(kind, &format!("{error}{hint}"), position)
    }

    /// An edge whose ends have different types, with the places that give them.
    fn mismatch(&self, mismatch: &TypeMismatch, changes: &Changes) -> Box<EvalAltResult> {
        let TypeMismatch { output, input } = mismatch;
        // An output without a name has its index.
        let output_text = match output.port.parse::<usize>() {
            Ok(0) => output.node.to_string(),
            _ => format!("output `{}`", output.port),
        };
        let message = format!(
            "{} cannot read {}: parameter `{}` takes {}, and {output_text} gives {}",
            input.node, output.node, input.parameter, input.port_type, output.port_type
        );
        let position = match self.place_of(&input.node) {
            Position::NONE => self.place_of(&output.node),
            position => position,
        };
        let mut places = Vec::new();
        if let Some(reader) = self.type_of_node(&input.node, changes) {
            let mut parameters = reader.header.parameters.iter();
            let parameter = parameters.find(|parameter| *parameter.name == *input.parameter);
            let what = format!("what {} takes", input.node);
            places.extend(parameter.map(|parameter| (reader.cell.label(), parameter.position, what)));
        }
        if let Some(producer) = self.type_of_node(&output.node, changes) {
            let position = producer.position_of_output(&output.port);
            places.push((producer.cell.label(), position, format!("what {} gives", output.node)));
        }
        let mut error = error_map("TypeError", &message, position);
        add_places(&mut error, places);
        error
    }

    /// The scripted type of a node that is there or about to be.
    fn type_of_node(&self, name: &str, changes: &Changes) -> Option<Rc<NodeType>> {
        let mut planned = changes.plans.iter().flat_map(|(_, plan)| &plan.nodes);
        let type_name = match planned.find(|node| *node.name == *name) {
            Some(node) => node.body.signature().type_name.clone(),
            None => self.flow.signature(self.flow.node(name)?)?.type_name,
        };
        self.definitions.borrow().node_type(&type_name)
    }

    /// Where the running cell has assigned a node, or that of which it is a part.
    fn place_of(&self, node: &str) -> Position {
        let owner = node.split([INNER, '#']).next().unwrap_or(node);
        self.with_cell(|cell| cell.places.get(owner).copied()).flatten().unwrap_or(Position::NONE)
    }
}

/// What a commit changes.
#[derive(Default)]
struct Changes {
    /// In the order of assignment.
    plans: Vec<(Rc<str>, Plan)>,
    /// What each name comes to; `None`: it is removed.
    wired: BTreeMap<Rc<str>, Option<Wired>>,
}

impl Changes {
    fn assign(&mut self, name: Rc<str>, argument: &Argument, plan: Plan) {
        let parts = plan.nodes.iter().map(|node| &node.name).filter(|part| **part != name);
        let wired = Wired {
            argument: matches!(argument, Argument::Output(_)).then(|| argument.clone()),
            parts: parts.cloned().collect(),
            aliases: plan.aliases.clone(),
            through: plan.through.clone(),
        };
        self.wired.insert(name.clone(), Some(wired));
        self.plans.push((name, plan));
    }

    fn remove(&mut self, name: Rc<str>) {
        self.wired.insert(name, None);
    }
}
