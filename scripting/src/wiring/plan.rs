//! From what was assigned to a name to the nodes that make it up.
//!
//! `flow.c = Add(Inc(1), 2)` is two nodes, `c#0` and `c`; a call of a template is one for each name in its body. Here
//! each gets its name, and what its inputs are connected to; which node or output a path means is found when the
//! whole batch is planned ([`Wired::find`](super::wired::Wired)).

use std::collections::HashMap;
use std::rc::{Rc, Weak};

use rhai::Dynamic;

use super::wired::Path;
use crate::datum::Datum;
use crate::engine::flow::Node;
use crate::engine::native;
use crate::nodes::{Argument, Base, Draft, GroupId, Kind, Site, Target, constant, fingerprint};
use crate::world::World;

/// Stands between a node's name and the number of an anonymous node in its arguments.
const ANONYMOUS: char = '#';

/// Stands between the name of what a template made and that of a node in it.
pub(super) const INNER: char = '.';

/// Whether a node is one that no cell names: anonymous, or inside of what a template made.
pub(crate) fn is_part(name: &str) -> bool {
    name.contains([ANONYMOUS, INNER])
}

/// The node that a cell names, in whose arguments or template a node stands; itself if it is one.
pub(crate) fn whole_name(name: &str) -> &str {
    name.split([ANONYMOUS, INNER]).next().unwrap_or(name)
}

/// The nodes of one assignment.
pub(super) struct Plan {
    /// In order of definition.
    pub(super) nodes: Vec<PlannedNode>,
    /// Paths that mean a node of another name.
    pub(super) aliases: HashMap<Rc<str>, Rc<str>>,
    /// The named nodes through which it refers to something inside or to an output.
    pub(super) through: Vec<Rc<str>>,
}

pub(super) struct PlannedNode {
    pub(super) name: Rc<str>,
    pub(super) body: Rc<dyn Node<Datum>>,
    pub(super) inputs: Vec<PlannedInput>,
    pub(super) defaults: Vec<Option<Dynamic>>,
    /// What tells it from another with the same inputs; `None` if that cannot be told.
    pub(super) fingerprint: Option<String>,
    /// Where its call stands, if it is one.
    pub(super) site: Option<Site>,
    /// The template in whose body that is.
    pub(super) template: Option<Rc<str>>,
}

pub(super) enum PlannedInput {
    Constant(Dynamic),
    Output(Path),
}

/// The path of each name in one call of a template.
type Names = HashMap<Rc<str>, Rc<str>>;

struct Planner<'a> {
    world: &'a Weak<World>,
    plan: Plan,
    /// The path of each draft that has a name.
    paths: HashMap<*const Draft, Rc<str>>,
    /// The node and the path that a draft is to be called when it is met.
    given: HashMap<*const Draft, (Rc<str>, Rc<str>)>,
    groups: HashMap<GroupId, Names>,
    /// The templates that are being gone through, and what was given to them.
    within: Vec<Rc<str>>,
}

/// Plans `name = argument`.
///
/// # Errors
///
/// What is wrong: a node of another call of a template, which is not there.
pub(super) fn plan(world: &Weak<World>, name: &Rc<str>, argument: &Argument) -> Result<Plan, String> {
    let plan = Plan { nodes: Vec::new(), aliases: HashMap::new(), through: Vec::new() };
    let mut planner = Planner {
        world,
        plan,
        paths: HashMap::new(),
        given: HashMap::new(),
        groups: HashMap::new(),
        within: Vec::new(),
    };
    planner.place(name.clone(), name.clone(), argument)?;
    Ok(planner.plan)
}

impl Planner<'_> {
    /// Makes the node `name` of an argument. `path`: what leads to it, which is its name unless a template ends with it.
    fn place(&mut self, name: Rc<str>, path: Rc<str>, argument: &Argument) -> Result<(), String> {
        let (body, inputs, fingerprint) = match argument {
            Argument::Constant(value) => {
                let fingerprint = fingerprint(value).map(|print| format!("Constant={print:x}"));
                (constant(value), Vec::new(), fingerprint)
            }
            Argument::Output(Target { base: Base::Draft(draft), path: further }) if further.is_empty() => {
                return self.draft(name, path, draft);
            }
            output @ Argument::Output(_) => {
                let input = self.input(&format!("{name}{ANONYMOUS}0"), output)?;
                (native::identity(), vec![input], Some("Identity".to_owned()))
            }
        };
        let defaults = inputs.iter().map(|_| None).collect();
        self.alias(&path, &name);
        self.plan.nodes.push(PlannedNode {
            name,
            body,
            inputs,
            defaults,
            fingerprint,
            site: None,
            template: None,
        });
        Ok(())
    }

    /// Makes the nodes of a draft, those in its arguments first.
    fn draft(&mut self, name: Rc<str>, path: Rc<str>, draft: &Rc<Draft>) -> Result<(), String> {
        if let Some(first) = self.paths.get(&Rc::as_ptr(draft)).cloned() {
            if first != path {
                let node = self.plan.aliases.get(&first).unwrap_or(&first).clone();
                self.plan.aliases.insert(path, node);
            }
            return Ok(());
        }
        self.paths.insert(Rc::as_ptr(draft), path.clone());
        self.alias(&path, &name);
        let mut inputs = Vec::new();
        if !matches!(draft.kind, Kind::Group(_)) {
            for (index, argument) in draft.arguments.iter().enumerate() {
                inputs.push(self.input(&format!("{name}{ANONYMOUS}{index}"), argument)?);
            }
        }
        let Some(body) = draft.body(self.world) else { return self.group(name, &path, draft) };
        let fingerprint = draft.fingerprint();
        let defaults = draft.defaults.clone();
        let (site, template) = (Some(draft.site.clone()), self.within.last().cloned());
        self.plan.nodes.push(PlannedNode { name, body, inputs, defaults, fingerprint, site, template });
        Ok(())
    }

    /// Makes the nodes of a call of a template, whose result is the node `name`.
    fn group(&mut self, name: Rc<str>, path: &str, draft: &Rc<Draft>) -> Result<(), String> {
        let Kind::Group(group) = &draft.kind else { return Ok(()) };
        let result = group.result_item();
        let mut names = Names::new();
        if let (Argument::Output(target), None) = (&group.result, result) {
            self.give(target, &name, &name);
        }
        for (item, argument) in &group.items {
            let inner: Rc<str> = format!("{path}{INNER}{item}").into();
            let node = if result == Some(item) { name.clone() } else { inner.clone() };
            if let Argument::Output(target) = argument {
                self.give(target, &node, &inner);
            }
            self.alias(&inner, &node);
            names.insert(item.clone(), inner);
        }
        self.groups.insert(group.id, names);
        self.within.push(group.template.header.name.as_str().into());
        for (item, argument) in &group.items {
            let inner: Rc<str> = format!("{path}{INNER}{item}").into();
            let node = if result == Some(item) { name.clone() } else { inner.clone() };
            self.place(node, inner, argument)?;
        }
        if result.is_none() {
            let own: Rc<str> = format!("{path}{INNER}").into();
            self.place(name, own, &group.result)?;
        }
        self.within.pop();
        Ok(())
    }

    /// Notes what a draft is to be called, unless it is to be called something already.
    fn give(&mut self, target: &Target, node: &Rc<str>, path: &Rc<str>) {
        if let (Base::Draft(draft), true) = (&target.base, target.path.is_empty()) {
            self.given.entry(Rc::as_ptr(draft)).or_insert((node.clone(), path.clone()));
        }
    }

    fn alias(&mut self, path: &Rc<str>, node: &Rc<str>) {
        if path != node {
            self.plan.aliases.insert(path.clone(), node.clone());
        }
    }

    /// What an input reads; a draft that has no name yet gets `name`.
    fn input(&mut self, name: &str, argument: &Argument) -> Result<PlannedInput, String> {
        let Target { base, path } = match argument {
            Argument::Constant(value) => return Ok(PlannedInput::Constant(value.clone())),
            Argument::Output(target) => target,
        };
        let start = match base {
            Base::Flow(node) => {
                if !path.is_empty() && !self.plan.through.contains(node) {
                    self.plan.through.push(node.clone());
                }
                node.clone()
            }
            Base::Draft(draft) => {
                if !self.paths.contains_key(&Rc::as_ptr(draft)) {
                    let anonymous: Rc<str> = name.into();
                    let given = self.given.get(&Rc::as_ptr(draft)).cloned();
                    let (node, path) = given.unwrap_or((anonymous.clone(), anonymous));
                    self.draft(node, path, draft)?;
                }
                self.paths[&Rc::as_ptr(draft)].clone()
            }
            Base::Group(id, item) => match self.groups.get(id) {
                Some(names) => names.get(item).cloned().unwrap_or_else(|| item.clone()),
                None => return Err(other_group(item)),
            },
        };
        Ok(PlannedInput::Output(Path { start, further: path.clone() }))
    }
}

fn other_group(item: &str) -> String {
    format!("`{item}` is a node of another call of a template: give it out as the template's result")
}
