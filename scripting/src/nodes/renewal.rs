//! Nodes of a type or template that a cell defines anew: their drafts are made again, with what they were given.

use std::collections::HashMap;
use std::rc::Rc;

use rhai::{EvalAltResult, Position};

use super::draft::{Argument, Base, Draft, Kind, Target};
use super::template::expand;
use crate::report::CellText;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// Makes drafts anew with the newest version of each type and template.
pub(crate) struct Renewal<'a> {
    world: &'a World,
    /// The name that it was given.
    owner: &'a str,
    done: HashMap<*const Draft, Rc<Draft>>,
}

impl<'a> Renewal<'a> {
    pub(crate) fn new(world: &'a World, owner: &'a str) -> Self {
        Self { world, owner, done: HashMap::new() }
    }

    /// # Errors
    ///
    /// What a default or a template raises.
    pub(crate) fn argument(&mut self, argument: &Argument) -> Result<Argument> {
        let Argument::Output(Target { base: Base::Draft(draft), path }) = argument else {
            return Ok(argument.clone());
        };
        let base = Base::Draft(self.draft(draft)?);
        Ok(Argument::Output(Target { base, path: path.clone() }))
    }

    fn draft(&mut self, draft: &Rc<Draft>) -> Result<Rc<Draft>> {
        if let Some(done) = self.done.get(&Rc::as_ptr(draft)) {
            return Ok(done.clone());
        }
        let arguments: Vec<Argument> =
            draft.arguments.iter().map(|argument| self.argument(argument)).collect::<Result<_>>()?;
        let renewed = self.renew(draft, arguments).map_err(|error| self.lead_out(draft, error))?;
        self.done.insert(Rc::as_ptr(draft), renewed.clone());
        Ok(renewed)
    }

    fn renew(&self, draft: &Rc<Draft>, arguments: Vec<Argument>) -> Result<Rc<Draft>> {
        match &draft.kind {
            Kind::Node(node_type) => {
                let newest = self.world.definitions.borrow().node_type(&node_type.header.name);
                let newest = newest.unwrap_or_else(|| node_type.clone());
                Draft::node(self.world, newest, arguments, draft.site.clone())
            }
            Kind::Native(native_type) => {
                let newest = self.world.definitions.borrow().node_type(native_type.name());
                match newest {
                    Some(newest) => Draft::node(self.world, newest, arguments, draft.site.clone()),
                    None => Draft::native(native_type.clone(), arguments, draft.site.clone()),
                }
            }
            Kind::Operator(operator) => Draft::operator(*operator, arguments, draft.site.clone()),
            Kind::Group(group) => {
                let newest = self.world.definitions.borrow().template(&group.template.header.name);
                let newest = newest.unwrap_or_else(|| group.template.clone());
                expand(self.world, &newest, arguments, draft.site.clone())
            }
        }
    }

    /// An error stands where the draft was written, which is not the running cell.
    fn lead_out(&self, draft: &Draft, error: Box<EvalAltResult>) -> Box<EvalAltResult> {
        if error.is_system_exception() {
            return error; // the session or the stack, not the draft
        }
        let label = draft.site.cell.as_ref().map(CellText::label).unwrap_or_default();
        let what = format!("the wiring of {}", self.owner);
        EvalAltResult::ErrorInFunctionCall(what, label, error, self.redefined(draft)).into()
    }

    /// Where the running cell defines the draft's type anew.
    fn redefined(&self, draft: &Draft) -> Position {
        let definitions = self.world.definitions.borrow();
        let found = match &draft.kind {
            Kind::Node(node_type) => definitions
                .node_type(&node_type.header.name)
                .map(|newest| (newest.cell.clone(), newest.header.position)),
            Kind::Group(group) => definitions
                .template(&group.template.header.name)
                .map(|newest| (newest.cell.clone(), newest.header.position)),
            _ => None,
        };
        let is_own = |cell: &CellText| self.world.with_cell(|running| cell.is(&running.text)) == Some(true);
        found.filter(|(cell, _)| is_own(cell)).map_or(Position::NONE, |(_, position)| position)
    }
}
