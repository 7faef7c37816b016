//! Drafts: `Add(1, flow.b)` in a cell, a node that has no name yet, and what can be said of nodes before they are there.
//!
//! A [`Target`] says which node is meant, and by way of which names: `flow.result.first` may be an inner node of a
//! template's result or an output of a node, and which of the two is known only when it is wired.

use std::fmt::Write;
use std::rc::{Rc, Weak};

use flowno_engine::flow::{Call, Evaluation, Node, PortRef, Signature};
use flowno_engine::native;
use rhai::{Dynamic, EvalAltResult, Position};

use super::fingerprint::fingerprint;
use super::node_type::NodeType;
use super::operator::{Operator, OperatorNode};
use super::script_node::ScriptNode;
use super::template::{Group, GroupId};
use super::types::{check, port_type, type_of};
use crate::datum::Datum;
use crate::language::{FlowHandle, GroupHandle, Reference};
use crate::native::NativeType;
use crate::report::{CellText, error_map};
use crate::world::World;

/// How deep drafts may nest in the arguments of others: far more than anybody types, and little enough to walk
/// over by recursion on a script's stack.
const NESTED_MAX: usize = 200;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// What an input is connected to, or what a name is given.
#[derive(Clone)]
pub(crate) enum Argument {
    Constant(Dynamic),
    Output(Target),
}

/// A node, or an output of one, before either need exist.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) base: Base,
    /// The names and indices after it: inner nodes, and at the end perhaps an output.
    pub(crate) path: Vec<PortRef>,
}

/// Where a [`Target`] begins.
#[derive(Clone)]
pub(crate) enum Base {
    /// `flow.name`.
    Flow(Rc<str>),
    /// `f.name` in a template.
    Group(GroupId, Rc<str>),
    Draft(Rc<Draft>),
}

/// A node to be: what it runs and its arguments. Kept for as long as the node lives, so that it can be made anew when
/// its type gets another definition.
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    pub(crate) arguments: Vec<Argument>,
    /// The default of each parameter that has one.
    pub(crate) defaults: Vec<Option<Dynamic>>,
    pub(crate) site: Site,
    /// How deep drafts nest in its arguments.
    depth: usize,
}

/// What a draft comes to.
pub(crate) enum Kind {
    /// A node of a scripted type.
    Node(Rc<NodeType>),
    /// A node of a type written in Rust.
    Native(Rc<NativeType>),
    /// `flow.a + 1`.
    Operator(Operator),
    /// The nodes that a template makes.
    Group(Group),
}

/// Where something was written.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) cell: Option<CellText>,
    pub(crate) position: Position,
}

impl Site {
    /// Whether both are in the same line of the same cell.
    pub(crate) fn is_in_line_of(&self, other: &Self) -> bool {
        let same_cell = match (&self.cell, &other.cell) {
            (Some(own), Some(other)) => own.is(other),
            (own, other) => own.is_none() && other.is_none(),
        };
        same_cell && self.position.line() == other.position.line()
    }
}

impl Target {
    pub(crate) fn draft(draft: Rc<Draft>) -> Self {
        Self { base: Base::Draft(draft), path: Vec::new() }
    }

    pub(crate) fn node(name: &str) -> Self {
        Self { base: Base::Flow(name.into()), path: Vec::new() }
    }

    /// The inner node or the output of that name or index.
    pub(crate) fn then(&self, port: PortRef) -> Self {
        let mut further = self.clone();
        further.path.push(port);
        further
    }

    /// Whether this is `flow.name` and nothing more.
    pub(crate) fn is_node(&self, name: &str) -> bool {
        self.path.is_empty() && matches!(&self.base, Base::Flow(own) if **own == *name)
    }
}

impl Argument {
    /// What a script gave as an input, or assigned to a name.
    ///
    /// # Errors
    ///
    /// If it is a flow or contains nodes.
    pub(crate) fn from_script(value: Dynamic, position: Position) -> Result<Self> {
        if value.is::<FlowHandle>() || value.is::<GroupHandle>() {
            let message = "the flow itself is no value: name a node, as in flow.a";
            return Err(error_map("WiringError", message, position));
        }
        if let Some(reference) = value.read_lock::<Reference>() {
            return Ok(Self::Output(reference.target().clone()));
        }
        if contains_node(&value) {
            let message =
                "a constant cannot contain nodes: give each an input of its own, or take its `.value`";
            return Err(error_map("WiringError", message, position));
        }
        Ok(Self::Constant(value))
    }

    /// The same for a script.
    pub(crate) fn to_script(&self, world: &Weak<World>) -> Dynamic {
        match self {
            Self::Constant(value) => value.clone(),
            Self::Output(target) => Dynamic::from(Reference::new(world.clone(), target.clone())),
        }
    }

    /// Whether this is `x op= ...` of the node for which `test` holds: assigned to that node, it would read itself.
    pub(crate) fn is_in_place(&self, test: impl Fn(&Target) -> bool) -> Option<&'static str> {
        match self.as_draft().map(|draft| (&draft.kind, &draft.arguments[..])) {
            Some((Kind::Operator(operator), [Self::Output(left), ..])) if operator.in_place && test(left) => {
                Some(operator.symbol)
            }
            _ => None,
        }
    }

    pub(crate) fn as_draft(&self) -> Option<&Rc<Draft>> {
        match self {
            Self::Output(Target { base: Base::Draft(draft), .. }) => Some(draft),
            _ => None,
        }
    }
}

/// Whether nodes are in an array or a map, or in those in it.
fn contains_node(value: &Dynamic) -> bool {
    let is_node = |value: &Dynamic| value.is::<Reference>() || contains_node(value);
    if let Ok(array) = value.as_array_ref() {
        return array.iter().any(is_node);
    }
    value.as_map_ref().is_ok_and(|map| map.values().any(is_node))
}

impl Draft {
    /// A node of a scripted type; evaluates its defaults.
    ///
    /// # Errors
    ///
    /// What a default raises; drafts nested too deeply.
    pub(crate) fn node(
        world: &World,
        node_type: Rc<NodeType>,
        arguments: Vec<Argument>,
        site: Site,
    ) -> Result<Rc<Self>> {
        let library = world.definitions.borrow().library.clone();
        let defaults = node_type.defaults(world, &library).map_err(|error| {
            if error.is_system_exception() {
                return error; // the session or the stack, not the default
            }
            let (place, label) = (format!("a default of {}", node_type.header.name), node_type.cell.label());
            EvalAltResult::ErrorInFunctionCall(place, label, error, site.position).into()
        })?;
        let parameters = node_type.header.parameters.iter().enumerate();
        for (index, parameter) in parameters {
            let given = match arguments.get(index) {
                Some(Argument::Constant(value)) => Some(value),
                Some(Argument::Output(_)) => None,
                None => defaults.get(index).and_then(Option::as_ref),
            };
            let what = || format!("parameter `{}` of {}", parameter.name, node_type.header.name);
            if let Some(value) = given {
                check(parameter.value_type, value, what, site.position)?;
            }
        }
        Self::new(Kind::Node(node_type), arguments, defaults, site)
    }

    /// A node of a type written in Rust.
    ///
    /// # Errors
    ///
    /// Drafts nested too deeply.
    pub(crate) fn native(
        native_type: Rc<NativeType>,
        arguments: Vec<Argument>,
        site: Site,
    ) -> Result<Rc<Self>> {
        let defaults = native_type.defaults();
        Self::new(Kind::Native(native_type), arguments, defaults, site)
    }

    /// A node that applies an operator.
    ///
    /// # Errors
    ///
    /// Drafts nested too deeply.
    pub(crate) fn operator(operator: Operator, operands: Vec<Argument>, site: Site) -> Result<Rc<Self>> {
        let defaults = operands.iter().map(|_| None).collect();
        Self::new(Kind::Operator(operator), operands, defaults, site)
    }

    /// What a template made.
    ///
    /// # Errors
    ///
    /// Drafts nested too deeply.
    pub(crate) fn group(group: Group, arguments: Vec<Argument>, site: Site) -> Result<Rc<Self>> {
        Self::new(Kind::Group(group), arguments, Vec::new(), site)
    }

    fn new(
        kind: Kind,
        arguments: Vec<Argument>,
        defaults: Vec<Option<Dynamic>>,
        site: Site,
    ) -> Result<Rc<Self>> {
        let inner = match &kind {
            Kind::Group(group) => group.arguments().collect(),
            _ => Vec::new(),
        };
        let drafts = arguments.iter().chain(inner).filter_map(Argument::as_draft);
        let depth = drafts.map(|draft| draft.depth + 1).max().unwrap_or_default();
        if depth > NESTED_MAX {
            let message =
                format!("calls of node types nest more than {NESTED_MAX} deep here: give one of them a name");
            return Err(error_map("WiringError", &message, site.position));
        }
        Ok(Rc::new(Self { kind, arguments, defaults, site, depth }))
    }

    /// Whether this draft or one in it is of a type or a template for whose name `test` holds.
    pub(crate) fn any_type(&self, test: &dyn Fn(&str) -> bool, seen: &mut Vec<*const Self>) -> bool {
        if seen.contains(&std::ptr::from_ref(self)) {
            return false;
        }
        seen.push(self);
        let (own, inner) = match &self.kind {
            Kind::Node(node_type) => (test(&node_type.header.name), Vec::new()),
            Kind::Native(native_type) => (test(native_type.name()), Vec::new()),
            Kind::Operator(_) => (false, Vec::new()),
            Kind::Group(group) => (test(&group.template.header.name), group.arguments().collect()),
        };
        own || self
            .arguments
            .iter()
            .chain(inner)
            .filter_map(Argument::as_draft)
            .any(|draft| draft.any_type(test, seen))
    }

    /// What the node runs; `None` for a group.
    pub(crate) fn body(&self, world: &Weak<World>) -> Option<Rc<dyn Node<Datum>>> {
        match &self.kind {
            Kind::Node(node_type) => Some(Rc::new(ScriptNode::new(world.clone(), node_type.clone()))),
            Kind::Native(native_type) => native_type.node(),
            Kind::Operator(operator) => {
                Some(Rc::new(OperatorNode::new(world.clone(), *operator, self.site.clone())))
            }
            Kind::Group(_) => None,
        }
    }

    /// What tells it from another draft whose arguments are the same outputs; `None` if that cannot be told. A
    /// default may differ from one call to the next, but where it is more than data, no change is meant.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        let mut text = match &self.kind {
            Kind::Node(node_type) => format!("{}@{}", node_type.header.name, node_type.version),
            Kind::Native(native_type) => format!("{} in Rust", native_type.name()),
            Kind::Operator(operator) => operator.symbol.to_owned(),
            Kind::Group(group) => group.template.header.name.clone(),
        };
        for argument in &self.arguments {
            if let Argument::Constant(value) = argument {
                write!(text, "={:x}", fingerprint(value)?).ok()?;
            }
        }
        for default in self.defaults.iter().flatten().filter_map(fingerprint) {
            write!(text, "?{default:x}").ok()?;
        }
        Some(text)
    }

    /// `Add(x, y = 0)`, as messages show a type.
    pub(crate) fn usage(&self) -> String {
        match &self.kind {
            Kind::Node(node_type) => node_type.usage(),
            Kind::Native(native_type) => native_type.usage(),
            Kind::Operator(operator) => operator.symbol.to_owned(),
            Kind::Group(group) => group.template.usage(),
        }
    }
}

/// The body of a constant.
pub(crate) fn constant(value: &Dynamic) -> Rc<dyn Node<Datum>> {
    let given = Datum(value.clone());
    let signature = Signature::new("Constant").gives(port_type(type_of(value)));
    native::node(signature, move |_: &mut Call<Datum>| Evaluation::value(given.clone()))
}
