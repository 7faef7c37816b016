//! Templates: subgraphs that are used like a node.
//!
//! A call of a template runs its body at once, on what was given, and gathers what it assigns to its first
//! parameter. Names come later, with the name that the call's result is given: `flow.result = IncTwice(1)` makes
//! `result.first` of the body's `f.first`, and the node that the body ends with is `result` itself, as in Flowno,
//! where the returned node replaces the group. Nothing of the group is left when it runs.

use std::cell::{Cell, RefCell};
use std::iter::once;
use std::rc::Rc;

use rhai::{AST, Dynamic, EvalAltResult, Position};

use super::activation::Activation;
use super::draft::{Argument, Base, Draft, Site, Target};
use crate::body::{self, Body, Constants};
use crate::language::GroupHandle;
use crate::report::{CellText, error_map};
use crate::source::TemplateHeader;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// A version of a template.
pub(crate) struct Template {
    pub(crate) header: TemplateHeader,
    /// The cell that defines it.
    pub(crate) cell: CellText,
    body: Body,
}

/// Tells the nodes of one call of a template from those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct GroupId(u64);

/// What one call of a template made.
pub(crate) struct Group {
    pub(crate) template: Rc<Template>,
    pub(crate) id: GroupId,
    /// What was assigned to which name, in order of the first assignment.
    pub(crate) items: Vec<(Rc<str>, Argument)>,
    /// What the body ended with.
    pub(crate) result: Argument,
}

/// What a body has assigned and read so far.
pub(crate) struct GroupScope {
    pub(crate) id: GroupId,
    items: RefCell<Vec<(Rc<str>, Argument)>>,
    /// Each name that was read, with the first place.
    read: RefCell<Vec<(Rc<str>, Position)>>,
}

impl GroupId {
    fn next() -> Self {
        thread_local! {
            static NEXT: Cell<u64> = const { Cell::new(0) };
        }
        NEXT.set(NEXT.get() + 1);
        Self(NEXT.get())
    }
}

impl GroupScope {
    /// `f.name = ...`; a later assignment to a name counts.
    pub(crate) fn assign(&self, name: &str, argument: Argument) {
        // A node assigned to itself stays what it is.
        if matches!(&argument, Argument::Output(target) if self.is(name, target)) {
            return;
        }
        let mut items = self.items.borrow_mut();
        match items.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, known)) => *known = argument,
            None => items.push((name.into(), argument)),
        }
    }

    /// Whether a target is `f.name` and nothing more.
    pub(crate) fn is(&self, name: &str, target: &Target) -> bool {
        let own = matches!(&target.base, Base::Group(id, own) if *id == self.id && **own == *name);
        own && target.path.is_empty()
    }

    /// `f.name`, which may be assigned later.
    pub(crate) fn read(&self, name: &str, position: Position) -> Target {
        let name: Rc<str> = name.into();
        let mut read = self.read.borrow_mut();
        if read.iter().all(|(known, _)| *known != name) {
            read.push((name.clone(), position));
        }
        Target { base: Base::Group(self.id, name), path: Vec::new() }
    }

    /// Refuses names that were read and never assigned.
    fn check(&self, template: &str) -> Result<()> {
        let items = self.items.borrow();
        for (name, position) in &*self.read.borrow() {
            if items.iter().all(|(known, _)| known != name) {
                let message = format!("template {template} reads `{name}`, which it never assigns");
                return Err(error_map("NameError", &message, *position));
            }
        }
        Ok(())
    }
}

impl Template {
    /// Takes a template out of the AST of its cell. `None` if the AST has no such function, which cannot be: the header
    /// became one.
    pub(crate) fn compile(
        ast: &AST,
        header: &TemplateHeader,
        cell: &CellText,
        constants: &Constants,
    ) -> Option<Self> {
        let body = Body::lift(ast, &header.name, header.parameters.len(), constants)?;
        Some(Self { header: header.clone(), cell: cell.clone(), body })
    }

    /// Whether another definition says the same, but for comments and white space, and sees the same constants.
    pub(crate) fn is_same(&self, other: &TemplateHeader, constants: &Constants) -> bool {
        let names = |header: &TemplateHeader| -> Vec<String> {
            header.parameters.iter().map(|parameter| parameter.name.clone()).collect()
        };
        self.header.body_tokens == other.body_tokens
            && names(&self.header) == names(other)
            && self.body.constants().is(constants)
    }

    /// `IncTwice(x)`, as it is called.
    pub(crate) fn usage(&self) -> String {
        let parameters: Vec<&str> = self.header.parameters.iter().skip(1).map(|p| p.name.as_str()).collect();
        format!("{}({})", self.header.name, parameters.join(", "))
    }
}

impl Group {
    /// All that was assigned, and the result.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Argument> {
        self.items.iter().map(|(_, argument)| argument).chain(once(&self.result))
    }

    /// The item that the body ended with.
    pub(crate) fn result_item(&self) -> Option<&Rc<str>> {
        match &self.result {
            Argument::Output(Target { base: Base::Group(id, name), path })
                if *id == self.id && path.is_empty() =>
            {
                Some(name)
            }
            _ => None,
        }
    }
}

/// Runs a template's body on arguments, one a parameter but the first.
///
/// # Errors
///
/// What the body raises, as an error in a call of the template.
pub(crate) fn expand(
    world: &World,
    template: &Rc<Template>,
    arguments: Vec<Argument>,
    site: Site,
) -> Result<Rc<Draft>> {
    let name = &template.header.name;
    let expected = template.header.parameters.len() - 1;
    if arguments.len() != expected {
        let given = arguments.len();
        let message = format!("{} takes {expected} argument(s), {given} were given", template.usage());
        return Err(error_map("WiringError", &message, site.position));
    }
    let position = site.position;
    gather(world, template, arguments, site).map_err(|error| {
        if error.is_system_exception() {
            return error; // the session or the stack, not the template
        }
        EvalAltResult::ErrorInFunctionCall(format!("template {name}"), template.cell.label(), error, position)
            .into()
    })
}

fn gather(world: &World, template: &Rc<Template>, arguments: Vec<Argument>, site: Site) -> Result<Rc<Draft>> {
    let scope =
        Rc::new(GroupScope { id: GroupId::next(), items: RefCell::default(), read: RefCell::default() });
    let library = world.definitions.borrow().library.clone();
    let mut tag = Dynamic::from(Activation::template());
    let call = body::Call { this: None, tag: &mut tag };
    let handle = Dynamic::from(GroupHandle::new(world.weak.clone(), scope.clone()));
    let given: Vec<Dynamic> =
        once(handle).chain(arguments.iter().map(|argument| argument.to_script(&world.weak))).collect();
    let value = template.body.call(&world.engine, &library, call, given)?;
    let end = template.body.end();
    if value.is_unit() {
        let message =
            format!("template {} gives no node: end it with one, as in `f.out`", template.header.name);
        return Err(error_map("WiringError", &message, end));
    }
    let result = Argument::from_script(value.flatten(), end)?;
    scope.check(&template.header.name)?;
    let items = scope.items.take();
    Draft::group(Group { template: template.clone(), id: scope.id, items, result }, arguments, site)
}
