//! `flow.a`: a node by name, which need not exist yet.

use std::fmt;
use std::rc::{Rc, Weak};

use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, NativeCallContext, Position};

use super::flow_words::parts_of;
use crate::coroutine::block_on;
use crate::display::{status_word, waits_for};
use crate::engine::flow::{NodeId, PortRef, RunOptions, Scope, Status};
use crate::nodes::{Activation, Base, Draft, Target};
use crate::report::error_map;
use crate::run::raise;
use crate::source::REFERENCE_MEMBERS;
use crate::suggest::did_you_mean;
use crate::waiting::blocked;
use crate::wiring::{Found, Path, further_text};
use crate::world::World;

/// A node, or one output of it: one of the flow, one in a template, or a draft that has no name yet.
#[derive(Clone)]
pub(crate) struct Reference {
    world: Weak<World>,
    target: Target,
}

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

impl Reference {
    pub(crate) fn new(world: Weak<World>, target: Target) -> Self {
        Self { world, target }
    }

    /// What an input connected to this reads.
    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The draft, if it is one.
    pub(crate) fn draft(&self) -> Option<&Rc<Draft>> {
        match &self.target.base {
            Base::Draft(draft) => Some(draft),
            _ => None,
        }
    }

    /// The name of the node, if this is a node of the flow as a whole. As things are wired now, `flow.a.b` is either
    /// an inner node or an output.
    pub(crate) fn whole(&self) -> Option<Rc<str>> {
        let found = self.find(Position::NONE).ok()?;
        found.port.is_none().then_some(found.node)
    }

    pub(crate) fn world(&self) -> Result<Rc<World>> {
        self.world.upgrade().ok_or_else(|| error_map("RuntimeError", "the session has ended", Position::NONE))
    }

    fn output(&self, port: PortRef) -> Self {
        Self { world: self.world.clone(), target: self.target.then(port) }
    }

    fn find(&self, position: Position) -> Result<Found> {
        match &self.target.base {
            Base::Flow(start) => {
                let path = Path { start: start.clone(), further: self.target.path.clone() };
                self.world()?.find(&path).map_err(|output| {
                    let message = format!("{self}: {output} is an output, and outputs have nothing inside");
                    error_map("NameError", &message, position)
                })
            }
            Base::Group(..) => {
                let message =
                    format!("{self} is a node to be: it has a value when the template's call is wired");
                Err(error_map("NodeExecutionError", &message, position))
            }
            Base::Draft(draft) => {
                let message =
                    format!("{} has no name yet: wire it with flow.name = ..., then ask that", draft.usage());
                Err(error_map("NodeExecutionError", &message, position))
            }
        }
    }

    /// The node that is meant, which must be there.
    pub(crate) fn node(&self, position: Position) -> Result<(Rc<World>, NodeId, Found)> {
        let world = self.world()?;
        let found = self.find(position)?;
        let node = world.flow.node(&found.node).ok_or_else(|| {
            let names: Vec<Rc<str>> =
                world.flow.nodes().into_iter().filter_map(|n| world.flow.name(n)).collect();
            let hint = did_you_mean(&found.node, names.iter().map(|name| &**name));
            let message = format!("no cell defines {0} yet: flow.{0} = ...{hint}", found.node);
            error_map("NodeExecutionError", &message, position)
        })?;
        Ok((world, node, found))
    }

    /// `.value`: in a cell it runs what it needs, in a node it never waits.
    pub(crate) fn value(&self, in_node: bool, position: Position) -> Result<Dynamic> {
        if in_node {
            let (world, node, found) = self.node(position)?;
            return pick(&world, node, &found, position);
        }
        self.world()?.commit()?;
        let (world, node, found) = self.node(position)?;
        let options = RunOptions {
            scope: Scope::Nodes(vec![node]),
            terminate_on_node_error: true,
            ..RunOptions::default()
        };
        if world.is_driven_elsewhere() {
            world.value_elsewhere(node, position)?;
        }
        if !world.is_driven_elsewhere() {
            let ended = block_on(world.run_flow(options)).map_err(|error| blocked(error, position))?;
            ended.map_err(|error| raise(&error, position))?;
        }
        let failed = match world.flow.status(node) {
            Some(Status::Failed(failure)) => {
                return Err(raise(&crate::engine::flow::RunError::NodeExecution(failure), position));
            }
            Some(Status::Waiting(_)) => waits_for(&world.flow, node),
            _ => None,
        };
        if let Some(reason) = failed {
            let message = format!("{} {reason}", found.node);
            return Err(error_map("NodeExecutionError", &message, position));
        }
        pick(&world, node, &found, position)
    }
}

/// The value of the output meant.
fn pick(world: &World, node: NodeId, found: &Found, position: Position) -> Result<Dynamic> {
    let Some(mut outputs) = world.flow.value(node) else {
        let message = format!("{} has no value", found.node);
        return Err(error_map("NodeExecutionError", &message, position));
    };
    let signature = world.flow.signature(node);
    let index = match &found.port {
        None if outputs.len() == 1 => Some(0),
        None => return Ok(outputs.into_iter().map(|output| output.0).collect::<Array>().into()),
        Some(PortRef::Index(index)) => Some(*index),
        Some(PortRef::Name(name)) => signature.as_ref().and_then(|signature| signature.output_index(name)),
    };
    match index {
        Some(index) if index < outputs.len() => Ok(outputs.swap_remove(index).0),
        _ => {
            let names =
                signature.iter().flat_map(|s| s.outputs.iter().filter_map(|output| output.name.as_ref()));
            let names: Vec<&str> = names.map(|name| &**name).collect();
            let has = match names.is_empty() {
                true => format!("{} output(s), reached by index", outputs.len()),
                false => format!("the outputs {}", names.join(", ")),
            };
            let hint = match &found.port {
                Some(PortRef::Name(name)) => did_you_mean(name, names.into_iter().chain(REFERENCE_MEMBERS)),
                _ => String::new(),
            };
            let port = further_text(found.port.as_slice());
            let message = format!("{} has no output {port}; it has {has}{hint}", found.node);
            Err(error_map("NameError", &message, position))
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target.base {
            Base::Flow(name) => write!(f, "flow.{name}")?,
            Base::Group(_, name) => write!(f, "f.{name}")?,
            Base::Draft(draft) => f.write_str(&draft.usage())?,
        }
        f.write_str(&further_text(&self.target.path))
    }
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Reference>("Node");
    for name in ["to_string", "to_debug"] {
        engine.register_fn(name, |reference: &mut Reference| reference.to_string());
    }
    engine.register_get("value", |context: NativeCallContext, reference: &mut Reference| {
        let in_node = context.tag().and_then(Activation::of_tag).is_some();
        reference.value(in_node, context.call_position())
    });
    engine.register_get("status", |context: NativeCallContext, reference: &mut Reference| {
        let (world, node, _) = asked(&context, reference)?;
        Result::Ok(ImmutableString::from(status_word(&world.flow, node)))
    });
    engine.register_get("generation", |context: NativeCallContext, reference: &mut Reference| {
        let (world, node, _) = asked(&context, reference)?;
        Result::Ok(world.flow.generation(node).map_or(Dynamic::UNIT, parts_of))
    });
    engine.register_get("type", |context: NativeCallContext, reference: &mut Reference| {
        let (world, node, _) = asked(&context, reference)?;
        let signature = world.flow.signature(node);
        Result::Ok(
            signature.map(|signature| ImmutableString::from(&*signature.type_name)).unwrap_or_default(),
        )
    });
    for (name, inputs) in
        [("inputs", true), ("get_input_nodes", true), ("outputs", false), ("get_output_nodes", false)]
    {
        let neighbours = move |context: NativeCallContext, reference: &mut Reference| {
            neighbours(&context, reference, inputs)
        };
        engine.register_get(name, neighbours).register_fn(name, neighbours);
    }
    engine.register_indexer_get(|reference: &mut Reference, name: ImmutableString| {
        reference.output(PortRef::Name(name.as_str().into()))
    });
    engine.register_indexer_get(|reference: &mut Reference, index: INT| -> Result<Reference> {
        let index = usize::try_from(index)
            .map_err(|_| error_map("IndexError", "an output's index is from 0", Position::NONE))?;
        Ok(reference.output(PortRef::Index(index)))
    });
}

/// The node that is asked for what it is. In a cell, as the cell has wired it so far.
fn asked(context: &NativeCallContext, reference: &Reference) -> Result<(Rc<World>, NodeId, Found)> {
    if context.tag().and_then(Activation::of_tag).is_none() {
        reference.world()?.commit()?;
    }
    reference.node(context.call_position())
}

/// The names of the nodes that a node reads, or that read it.
fn neighbours(context: &NativeCallContext, reference: &Reference, inputs: bool) -> Result<Array> {
    let (world, node, _) = asked(context, reference)?;
    let names = if inputs { world.flow.input_nodes(node) } else { world.flow.output_nodes(node) };
    Ok(names.into_iter().map(|name| Dynamic::from(ImmutableString::from(&*name))).collect())
}

impl World {
    /// Waits until whoever else runs the flow has brought a node up to date.
    fn value_elsewhere(&self, node: NodeId, position: Position) -> Result<()> {
        self.flow.want(&[node]);
        self.background.notify();
        let streams = self.flow.signature(node).is_some_and(|signature| signature.streaming);
        let is_there = || match self.flow.status(node) {
            Some(Status::Dirty) => false,
            Some(Status::Running | Status::Suspended) => !streams && self.flow.value(node).is_some(),
            _ => true,
        };
        block_on(self.wait_elsewhere(is_there)).map_err(|error| blocked(error, position))?;
        Ok(())
    }
}
