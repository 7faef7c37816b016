//! Drafts: `Add(1, flow.b)` in a cell, a node that has no name yet.

use std::rc::{Rc, Weak};

use flowno_engine::hdl::{Draft, DraftArg, NodeRef};
use rhai::{Dynamic, EvalAltResult};

use super::node_type::NodeType;
use super::script_node::ScriptNode;
use crate::datum::Datum;
use crate::world::World;

/// An argument of a draft, as it was given.
#[derive(Clone)]
pub(crate) enum Argument {
    Constant(Dynamic),
    Ref(NodeRef),
    Draft(Rc<ScriptDraft>),
}

/// A node to be: a type and its arguments. Kept for as long as the node lives, so that it can be made anew when its
/// type gets another definition.
pub(crate) struct ScriptDraft {
    pub(crate) node_type: Rc<NodeType>,
    pub(crate) arguments: Vec<Argument>,
    defaults: Vec<Option<Dynamic>>,
}

impl ScriptDraft {
    /// Makes a draft and evaluates its defaults.
    ///
    /// # Errors
    ///
    /// What a default raises.
    pub(crate) fn new(
        world: &World,
        node_type: Rc<NodeType>,
        arguments: Vec<Argument>,
    ) -> Result<Self, Box<EvalAltResult>> {
        let library = world.definitions.borrow().library.clone();
        let defaults = node_type.defaults(&world.engine, &library)?;
        Ok(Self { node_type, arguments, defaults })
    }

    /// Whether this draft or one in its arguments is of a type for which `test` holds.
    pub(crate) fn any_type(&self, test: &dyn Fn(&NodeType) -> bool) -> bool {
        test(&self.node_type)
            || self.arguments.iter().any(|argument| match argument {
                Argument::Draft(draft) => draft.any_type(test),
                _ => false,
            })
    }

    /// The same draft with the newest version of each type.
    ///
    /// # Errors
    ///
    /// What a default raises.
    pub(crate) fn renewed(&self, world: &World) -> Result<Self, Box<EvalAltResult>> {
        let newest = world.definitions.borrow().node_type(&self.node_type.header.name);
        let renew = |argument: &Argument| {
            Ok(match argument {
                Argument::Draft(draft) => Argument::Draft(Rc::new(draft.renewed(world)?)),
                other => other.clone(),
            })
        };
        let arguments = self.arguments.iter().map(renew).collect::<Result<_, Box<EvalAltResult>>>()?;
        Self::new(world, newest.unwrap_or_else(|| self.node_type.clone()), arguments)
    }

    /// The draft as the engine takes it.
    pub(crate) fn build(&self, world: &Weak<World>) -> Draft<Datum> {
        let argument = |argument: &Argument| match argument {
            Argument::Constant(value) => DraftArg::Constant(Datum(value.clone())),
            Argument::Ref(to) => DraftArg::Ref(to.clone()),
            Argument::Draft(draft) => DraftArg::Draft(draft.build(world)),
        };
        Draft {
            body: Rc::new(ScriptNode::new(world.clone(), self.node_type.clone())),
            args: self.arguments.iter().map(argument).collect(),
            defaults: self.defaults.iter().map(|default| default.clone().map(Datum)).collect(),
            fingerprint: Some(self.fingerprint()),
        }
    }

    /// The type's version and the constants.
    fn fingerprint(&self) -> String {
        let mut text = format!("{}@{}", self.node_type.header.name, self.node_type.version);
        for argument in &self.arguments {
            if let Argument::Constant(value) = argument {
                text.push_str(&format!("={}:{value:?}", value.type_name()));
            }
        }
        text
    }
}
