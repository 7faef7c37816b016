//! `Add(1, flow.b)`: a call of a node type makes a draft, and one of a template a draft of several.

use std::rc::{Rc, Weak};

use rhai::{Dynamic, EvalAltResult, NativeCallContext};

use super::Reference;
use crate::native::NativeType;
use crate::nodes::{Activation, Argument, Draft, NodeType, Site, Target, Template, expand};
use crate::report::error_map;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// What a constructor of `node_type` does.
pub(crate) fn construct(
    world: &Weak<World>,
    node_type: &Rc<NodeType>,
    context: &NativeCallContext,
    arguments: &mut [&mut Dynamic],
) -> Result<Dynamic> {
    let Some((world, arguments, site)) = prepare(world, context, arguments)? else {
        return Ok(Dynamic::UNIT);
    };
    let draft = Draft::node(&world, node_type.clone(), arguments, site)?;
    Ok(Dynamic::from(Reference::new(world.weak.clone(), Target::draft(draft))))
}

/// What a constructor of a type written in Rust does.
pub(crate) fn construct_native(
    world: &Weak<World>,
    native_type: &Rc<NativeType>,
    context: &NativeCallContext,
    arguments: &mut [&mut Dynamic],
) -> Result<Dynamic> {
    let Some((world, arguments, site)) = prepare(world, context, arguments)? else {
        return Ok(Dynamic::UNIT);
    };
    let draft = Draft::native(native_type.clone(), arguments, site)?;
    Ok(Dynamic::from(Reference::new(world.weak.clone(), Target::draft(draft))))
}

/// What a call of `template` does.
pub(crate) fn instantiate(
    world: &Weak<World>,
    template: &Rc<Template>,
    context: &NativeCallContext,
    arguments: &mut [&mut Dynamic],
) -> Result<Dynamic> {
    let Some((world, arguments, site)) = prepare(world, context, arguments)? else {
        return Ok(Dynamic::UNIT);
    };
    let draft = expand(&world, template, arguments, site)?;
    Ok(Dynamic::from(Reference::new(world.weak.clone(), Target::draft(draft))))
}

/// Where a call stands.
pub(crate) fn site(world: &World, context: &NativeCallContext) -> Site {
    let cell = context.call_source().and_then(|label| world.sources.get(label));
    Site { cell, position: context.call_position() }
}

type Prepared = (Rc<World>, Vec<Argument>, Site);

fn prepare(
    world: &Weak<World>,
    context: &NativeCallContext,
    arguments: &mut [&mut Dynamic],
) -> Result<Option<Prepared>> {
    refuse_in_node(context)?;
    let Some(world) = world.upgrade() else { return Ok(None) };
    let position = context.call_position();
    let arguments = arguments
        .iter_mut()
        .map(|argument| Argument::from_script(std::mem::take(*argument).flatten(), position))
        .collect::<Result<_>>()?;
    let site = site(&world, context);
    Ok(Some((world, arguments, site)))
}

/// Nodes are made in cells and in templates.
pub(super) fn refuse_in_node(context: &NativeCallContext) -> Result<()> {
    let activation = context.tag().and_then(Activation::of_tag);
    if activation.is_some_and(|activation| !activation.is_template()) {
        let message = "a node's body cannot make nodes: wire in a cell";
        return Err(error_map("WiringError", message, context.call_position()));
    }
    Ok(())
}
