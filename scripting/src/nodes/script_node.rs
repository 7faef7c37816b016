//! One scripted node: its body as the engine evaluates it.
//!
//! A body takes a coroutine for one evaluation. It is polled once where the engine calls it: most bodies end there,
//! and then the node was as synchronous as a native one. One that waits becomes a future of its own.

use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll, Waker};

use flowno_engine::flow::{Arg, Call, Evaluation, Final, Node, NodeError, Signature, StreamCancelled};
use rhai::{Dynamic, EvalAltResult, Map, Position};

use super::activation::{Activation, STREAM_CANCELLED, split};
use super::node_type::NodeType;
use super::stream::ScriptStream;
use super::types::{check, check_outputs};
use crate::body;
use crate::coroutine::{self, Script, is_cancelled};
use crate::datum::Datum;
use crate::event::EventKind;
use crate::language::Ending;
use crate::report::{CellText, in_one_line, kind_of_map};
use crate::world::World;

/// The state of a stateful node between its evaluations.
#[derive(Clone)]
pub(crate) struct NodeState {
    /// The type that made it: a node of another type starts anew.
    pub(crate) type_name: String,
    pub(crate) version: u64,
    pub(crate) value: Dynamic,
}

/// What a script in a node ended with.
#[derive(Debug)]
pub(crate) struct ScriptFailure {
    pub(crate) error: Box<EvalAltResult>,
    /// The cell that defines the body.
    pub(crate) cell: CellText,
}

impl Error for ScriptFailure {}

impl fmt::Display for ScriptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&in_one_line(&self.error))
    }
}

/// A node of a scripted type.
pub(crate) struct ScriptNode {
    world: Weak<World>,
    node_type: Rc<NodeType>,
}

impl ScriptNode {
    pub(crate) fn new(world: Weak<World>, node_type: Rc<NodeType>) -> Self {
        Self { world, node_type }
    }
}

/// How an evaluation ends.
type End = Result<Final<Datum>, NodeError>;

impl Node<Datum> for ScriptNode {
    fn signature(&self) -> &Signature {
        &self.node_type.signature
    }

    /// A script waits on a stack of its own.
    fn nests(&self) -> bool {
        false
    }

    fn call(&self, call: &mut Call<Datum>) -> Evaluation<Datum> {
        let Some(world) = self.world.upgrade() else {
            return Evaluation::error(StreamCancelled); // the session is gone, and its flow with it
        };
        let (node_type, call) = (self.node_type.clone(), call.take());
        let mut script = coroutine::run(move || evaluate(&world, &node_type, call));
        // With no waker: should the script wait, its task polls it again at once.
        match Pin::new(&mut script).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Evaluation::Ready(flatten(result)),
            Poll::Pending => Evaluation::future(finish(self.world.clone(), script)),
        }
    }
}

/// Goes on with a body that waits. Streams outlive the run that began them: each time it is the turn of whoever runs the
/// flow then.
async fn finish(world: Weak<World>, mut script: Script<End>) -> End {
    let result = poll_fn(|cx| {
        let world = world.upgrade();
        let _here = world.as_ref().map(|world| world.enter_driving_shell());
        Pin::new(&mut script).poll(cx)
    });
    flatten(result.await)
}

fn flatten(result: Result<End, coroutine::ScriptError>) -> End {
    result.unwrap_or_else(|error| Err(Rc::new(error)))
}

/// Runs a body to its end, on a coroutine.
fn evaluate(world: &World, node_type: &NodeType, call: Call<Datum>) -> End {
    let Call { name, args, emitter, .. } = call;
    world.begin_node_progress(&name);
    let outputs = node_type.signature.outputs.len();
    let activation = Activation::new(name.clone(), emitter, outputs, node_type.output_types.clone());
    let tag = Dynamic::from(activation.clone());
    let parameters = &node_type.header.parameters;
    for (parameter, arg) in parameters.iter().zip(&args) {
        if let Arg::Value(value) = arg {
            let what = || format!("parameter `{}` of {}", parameter.name, node_type.header.name);
            check(parameter.value_type, &value.0, what, parameter.position)
                .map_err(|error| failure(error, &node_type.cell))?;
        }
    }
    let arguments = args.into_iter().zip(parameters).map(|(arg, parameter)| match arg {
        Arg::Value(value) => value.0,
        Arg::Stream(reader) => Dynamic::from(ScriptStream::new(reader, parameter)),
    });
    let library = world.definitions.borrow().library.clone();
    let run = |this: Option<&mut Dynamic>| {
        let ended = node_type.body.call(&world.engine, &library, body::Call { this, tag }, arguments);
        let ended = ended.and_then(|value| Ending::of_last_operation(node_type.body.end()).map(|()| value));
        let value = activation.tasks().settle(ended, |error| {
            let line = format!("another task of node {name} failed: {error}\n");
            world.say(EventKind::Stderr(line));
        })?;
        if node_type.header.streaming && value.is_unit() {
            return Ok(Final::Fold);
        }
        let values = split(value, outputs, Position::NONE)?;
        check_outputs(&node_type.output_types, &values, node_type.output_position())?;
        Ok(Final::Values(values))
    };
    let result = if node_type.is_stateful() { with_state(world, node_type, &name, run) } else { run(None) };
    result.inspect_err(|_| coroutine::release_held()).map_err(|error| failure(error, &node_type.cell))
}

/// Runs a body with its node's state as `this`, and keeps what it leaves there.
fn with_state<R>(
    world: &World,
    node_type: &NodeType,
    name: &Rc<str>,
    run: impl FnOnce(Option<&mut Dynamic>) -> Result<R, Box<EvalAltResult>>,
) -> Result<R, Box<EvalAltResult>> {
    let library = world.definitions.borrow().library.clone();
    let kept = world.states.borrow().get(name).cloned();
    let mut value = match kept {
        Some(kept) if kept.type_name == node_type.header.name => {
            if kept.version == node_type.version {
                kept.value
            } else {
                merge(kept.value, node_type.fresh_state(&world.engine, &library)?)
            }
        }
        _ => node_type.fresh_state(&world.engine, &library)?,
    };
    let result = run(Some(&mut value));
    let is_out_of_memory =
        |error: &EvalAltResult| Ending::of(error).is_some_and(|ending| ending.is_out_of_memory());
    if is_cancelled() || result.as_ref().is_err_and(|error| is_out_of_memory(error)) {
        return result; // the evaluation does not count, nor does what it did to the state
    }
    let (type_name, version) = (node_type.header.name.clone(), node_type.version);
    world.states.borrow_mut().insert(name.clone(), NodeState { type_name, version, value });
    result
}

/// The state of a node whose type was defined anew: keys that are new start at their value, those that are gone go.
fn merge(kept: Dynamic, fresh: Dynamic) -> Dynamic {
    let (Some(mut kept), Some(fresh)) = (kept.try_cast::<Map>(), fresh.try_cast::<Map>()) else {
        return Dynamic::UNIT;
    };
    fresh
        .into_iter()
        .map(|(key, value)| (key.clone(), kept.remove(&key).unwrap_or(value)))
        .collect::<Map>()
        .into()
}

fn failure(error: Box<EvalAltResult>, cell: &CellText) -> NodeError {
    if let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner()
        && kind_of_map(value).is_some_and(|(name, _)| name == STREAM_CANCELLED)
    {
        return Rc::new(StreamCancelled);
    }
    Rc::new(ScriptFailure { error, cell: cell.clone() })
}
