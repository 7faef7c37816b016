//! `Add(1, flow.b)`: a call of a node type makes a draft.

use std::rc::{Rc, Weak};

use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

use super::{FlowHandle, Reference};
use crate::nodes::{Activation, Argument, NodeType, ScriptDraft};
use crate::report::error_map;
use crate::world::World;

/// A draft as scripts hold it.
#[derive(Clone)]
pub(crate) struct DraftValue(pub(crate) Rc<ScriptDraft>);

/// What a constructor of `node_type` does.
pub(crate) fn construct(
    world: &Weak<World>,
    node_type: &Rc<NodeType>,
    context: Option<&NativeCallContext>,
    arguments: &mut [&mut Dynamic],
) -> Result<Dynamic, Box<EvalAltResult>> {
    let position = context.map_or(Position::NONE, NativeCallContext::call_position);
    if context.and_then(NativeCallContext::tag).and_then(Activation::of_tag).is_some() {
        return Err(error_map("WiringError", "a node's body cannot make nodes: wire in a cell", position));
    }
    let Some(world) = world.upgrade() else { return Ok(Dynamic::UNIT) };
    let arguments = arguments
        .iter_mut()
        .map(|argument| to_argument(std::mem::take(*argument).flatten(), position))
        .collect::<Result<_, _>>()?;
    let draft = ScriptDraft::new(&world, node_type.clone(), arguments)?;
    Ok(Dynamic::from(DraftValue(Rc::new(draft))))
}

fn to_argument(value: Dynamic, position: Position) -> Result<Argument, Box<EvalAltResult>> {
    if value.is::<FlowHandle>() {
        let message = "the flow itself cannot be an input: name a node, as in flow.a";
        return Err(error_map("WiringError", message, position));
    }
    if let Some(draft) = value.read_lock::<DraftValue>().map(|draft| draft.0.clone()) {
        return Ok(Argument::Draft(draft));
    }
    if let Some(reference) = value.read_lock::<Reference>().map(|reference| reference.clone()) {
        return Ok(Argument::Ref(reference.target()));
    }
    Ok(Argument::Constant(value))
}
