//! `flow.a`: a node by name, which need not exist yet.

use std::fmt;
use std::rc::{Rc, Weak};

use rhai::{Array, Dynamic, Engine, EvalAltResult, INT, ImmutableString, NativeCallContext, Position};

use super::blocked;
use crate::coroutine::block_on;
use crate::datum::Datum;
use crate::display::{status_word, waits_for};
use crate::engine::flow::{NodeId, Outputs, PortRef, RunOptions, Scope, Status};
use crate::engine::hdl::NodeRef;
use crate::nodes::Activation;
use crate::report::error_map;
use crate::run::raise;
use crate::world::World;

/// A node, or one output of it.
#[derive(Clone)]
pub(crate) struct Reference {
    world: Weak<World>,
    name: Rc<str>,
    /// `None`: the node as a whole.
    port: Option<PortRef>,
}

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

impl Reference {
    pub(crate) fn new(world: Weak<World>, name: &str) -> Self {
        Self { world, name: name.into(), port: None }
    }

    pub(crate) fn name(&self) -> &Rc<str> {
        &self.name
    }

    /// Whether this is a node as a whole.
    pub(crate) fn is_whole(&self) -> bool {
        self.port.is_none()
    }

    /// What an input connected to this reads: a node as a whole is its output 0.
    pub(crate) fn target(&self) -> NodeRef {
        NodeRef { name: self.name.clone(), port: self.port.clone().unwrap_or(PortRef::Index(0)) }
    }

    fn output(&self, port: PortRef) -> Self {
        Self { port: Some(port), ..self.clone() }
    }

    fn world(&self) -> Result<Rc<World>> {
        self.world.upgrade().ok_or_else(|| error_map("RuntimeError", "the session has ended", Position::NONE))
    }

    fn node(&self, position: Position) -> Result<(Rc<World>, NodeId)> {
        let world = self.world()?;
        let node = world.flow.node(&self.name).ok_or_else(|| {
            let message = format!("no cell defines {0} yet: flow.{0} = ...", self.name);
            error_map("NodeExecutionError", &message, position)
        })?;
        Ok((world, node))
    }

    /// `.value`: in a cell it runs what it needs, in a node it never waits.
    pub(crate) fn value(&self, in_node: bool, position: Position) -> Result<Dynamic> {
        if in_node {
            let (world, node) = self.node(position)?;
            return self.pick(&world, node, world.flow.value(node), position);
        }
        self.world()?.commit()?;
        let (world, node) = self.node(position)?;
        let options = RunOptions {
            scope: Scope::Nodes(vec![node]),
            terminate_on_node_error: true,
            ..RunOptions::default()
        };
        let ended = block_on(world.flow.run(options)).map_err(|error| blocked(error, position))?;
        ended.map_err(|error| raise(&error, position))?;
        let failed = match world.flow.status(node) {
            Some(Status::Failed(failure)) => {
                return Err(raise(&crate::engine::flow::RunError::NodeExecution(failure), position));
            }
            Some(Status::Waiting(_)) => waits_for(&world.flow, node),
            _ => None,
        };
        if let Some(reason) = failed {
            let message = format!("{} {reason}", self.name);
            return Err(error_map("NodeExecutionError", &message, position));
        }
        self.pick(&world, node, world.flow.value(node), position)
    }

    /// The value of the output meant.
    fn pick(
        &self,
        world: &World,
        node: NodeId,
        outputs: Option<Outputs<Datum>>,
        position: Position,
    ) -> Result<Dynamic> {
        let Some(mut outputs) = outputs else {
            let message = format!("{} has no value", self.name);
            return Err(error_map("NodeExecutionError", &message, position));
        };
        let signature = world.flow.signature(node);
        let index = match &self.port {
            None if outputs.len() == 1 => Some(0),
            None => return Ok(outputs.into_iter().map(|output| output.0).collect::<Array>().into()),
            Some(PortRef::Index(index)) => Some(*index),
            Some(PortRef::Name(name)) => {
                signature.as_ref().and_then(|signature| signature.output_index(name))
            }
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
                let message = format!("{} has no such output; it has {has}", self.name);
                Err(error_map("NameError", &message, position))
            }
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.port {
            None => write!(f, "flow.{}", self.name),
            Some(PortRef::Index(index)) => write!(f, "flow.{}[{index}]", self.name),
            Some(PortRef::Name(port)) => write!(f, "flow.{}.{port}", self.name),
        }
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
    engine.register_get("status", |reference: &mut Reference| -> Result<ImmutableString> {
        let (world, node) = reference.node(Position::NONE)?;
        Ok(status_word(&world.flow, node).into())
    });
    engine.register_get("generation", |reference: &mut Reference| -> Result<Dynamic> {
        let (world, node) = reference.node(Position::NONE)?;
        Ok(match world.flow.generation(node) {
            None => Dynamic::UNIT,
            Some(generation) => [Some(generation.run), generation.chunk]
                .into_iter()
                .flatten()
                .map(|part| Dynamic::from(part as INT))
                .collect::<Array>()
                .into(),
        })
    });
    engine.register_get("type", |reference: &mut Reference| -> Result<ImmutableString> {
        let (world, node) = reference.node(Position::NONE)?;
        Ok(world.flow.signature(node).map(|signature| (*signature.type_name).into()).unwrap_or_default())
    });
    for name in ["inputs", "get_input_nodes"] {
        let inputs = |reference: &mut Reference| neighbours(reference, true);
        engine.register_get(name, inputs).register_fn(name, inputs);
    }
    for name in ["outputs", "get_output_nodes"] {
        let outputs = |reference: &mut Reference| neighbours(reference, false);
        engine.register_get(name, outputs).register_fn(name, outputs);
    }
    // `flow.a += 1` would mean `flow.a = flow.a + 1`: a node that reads itself.
    for operator in ["+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", "&=", "|=", "^="] {
        engine.register_fn(
            operator,
            move |context: NativeCallContext, reference: &mut Reference, _: Dynamic| {
                refuse_in_place(&context, reference, operator)
            },
        );
    }
    // Without these, `==` would be false and the others not found, and neither says why.
    for operator in ["==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "**"] {
        engine
            .register_fn(operator, move |context: NativeCallContext, left: Reference, _: Dynamic| {
                refuse_operator(&context, &left, operator)
            })
            .register_fn(operator, move |context: NativeCallContext, _: Dynamic, right: Reference| {
                refuse_operator(&context, &right, operator)
            })
            .register_fn(operator, move |context: NativeCallContext, left: Reference, _: Reference| {
                refuse_operator(&context, &left, operator)
            });
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

fn refuse_in_place(context: &NativeCallContext, reference: &Reference, operator: &str) -> Result<()> {
    let name = &reference.name;
    let message = format!(
        "flow.{name} {operator} ... would make {name} its own input; give the result a name of its own, or compute \
         with flow.{name}.value"
    );
    Err(error_map("WiringError", &message, context.call_position()))
}

fn refuse_operator(context: &NativeCallContext, reference: &Reference, operator: &str) -> Result<Dynamic> {
    let message = format!("`{operator}` does not take nodes yet: {reference}.value is the value");
    Err(error_map("TypeError", &message, context.call_position()))
}

/// The names of the nodes that a node reads, or that read it.
fn neighbours(reference: &Reference, inputs: bool) -> Result<Array> {
    let (world, node) = reference.node(Position::NONE)?;
    let names = if inputs { world.flow.input_nodes(node) } else { world.flow.output_nodes(node) };
    Ok(names.into_iter().map(|name| Dynamic::from(ImmutableString::from(&*name))).collect())
}
