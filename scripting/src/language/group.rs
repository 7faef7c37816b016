//! The first parameter of a template, `f`: the flow that it builds in.

use std::rc::{Rc, Weak};

use rhai::{Dynamic, Engine, EvalAltResult, ImmutableString, NativeCallContext, Position};

use super::Reference;
use super::flow::check_node_name;
use crate::nodes::{Argument, GroupScope};
use crate::report::error_map;
use crate::source::REFERENCE_MEMBERS;
use crate::world::World;

/// What a template's body wires in.
#[derive(Clone)]
pub(crate) struct GroupHandle {
    world: Weak<World>,
    scope: Rc<GroupScope>,
}

impl GroupHandle {
    pub(crate) fn new(world: Weak<World>, scope: Rc<GroupScope>) -> Self {
        Self { world, scope }
    }
}

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<GroupHandle>("Group");
    engine.register_indexer_get(
        |context: NativeCallContext, group: &mut GroupHandle, name: ImmutableString| -> Result<Reference> {
            let position = context.call_position();
            checked(&name, position)?;
            Ok(Reference::new(group.world.clone(), group.scope.read(&name, position)))
        },
    );
    engine.register_indexer_set(
        |context: NativeCallContext, group: &mut GroupHandle, name: ImmutableString, value: Dynamic| {
            let position = context.call_position();
            checked(&name, position)?;
            let argument = Argument::from_script(value.flatten(), position)?;
            if let Some(symbol) = argument.is_in_place(|left| group.scope.is(&name, left)) {
                let message = format!("f.{name} {symbol}= ... would make {name} its own input: give the result a name of its own");
                return Err(error_map("WiringError", &message, position));
            }
            group.scope.assign(&name, argument);
            Ok::<_, Box<EvalAltResult>>(())
        },
    );
}

fn checked(name: &str, position: Position) -> Result<()> {
    if REFERENCE_MEMBERS.contains(&name) {
        let message = format!("no inner node may be called `{name}`: every reference answers that itself");
        return Err(error_map("NameError", &message, position));
    }
    check_node_name(name, position)
}
