//! One scripted node: its body as the engine evaluates it.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::rc::{Rc, Weak};

use flowno_engine::flow::{
    Arg, Call, Emitter, Evaluation, Final, Node, NodeError, Signature, StreamCancelled,
};
use rhai::{Dynamic, EvalAltResult, Position};

use super::activation::{Activation, STREAM_CANCELLED, split};
use super::evaluation::{End, evaluation};
use super::node_type::NodeType;
use super::state::with_state;
use super::stream::ScriptStream;
use super::types::{check, check_outputs};
use crate::body;
use crate::coroutine;
use crate::datum::{Datum, is_scalar};
use crate::ending::Ending;
use crate::event::EventKind;
use crate::report::{CellText, in_one_line, kind_of_map};
use crate::world::World;

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
pub(crate) struct ScriptNode(Rc<Inner>);

struct Inner {
    world: Weak<World>,
    signature: Rc<Signature>,
    /// As it was last found among the definitions.
    node_type: RefCell<Rc<NodeType>>,
    /// The version of the library then; 0 before.
    found_at: Cell<u64>,
    /// Of the last evaluation, if the next can have it.
    idle: RefCell<Option<Box<Tagged>>>,
}

/// An evaluation as its script finds it, and the tag that leads there.
struct Tagged {
    activation: Activation,
    tag: Dynamic,
}

impl ScriptNode {
    pub(crate) fn new(world: Weak<World>, node_type: Rc<NodeType>) -> Self {
        Self(Rc::new(Inner {
            world,
            signature: node_type.signature.clone(),
            node_type: RefCell::new(node_type),
            found_at: Cell::default(),
            idle: RefCell::default(),
        }))
    }
}

impl Node<Datum> for ScriptNode {
    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    /// A script waits on a stack of its own.
    fn nests(&self) -> bool {
        false
    }

    fn call(&self, call: &mut Call<Datum>) -> Evaluation<Datum> {
        let Some(world) = self.0.world.upgrade() else {
            return Evaluation::error(StreamCancelled); // the session is gone, and its flow with it
        };
        if self.0.ends_at_once(&call.args) {
            return Evaluation::Ready(coroutine::aside(|| self.0.evaluate(&world, call)));
        }
        let (node, mut call) = (self.0.clone(), call.take());
        evaluation(&self.0.world, move || node.evaluate(&world, &mut call))
    }
}

impl Inner {
    /// Whether the body needs no coroutine with these arguments: it only computes.
    fn ends_at_once(&self, args: &[Arg<Datum>]) -> bool {
        let node_type = self.node_type.borrow();
        // Of a character operators make a text.
        let is_number = |value: &Dynamic| is_scalar(value) && !value.is_char();
        let is_number = |arg: &Arg<Datum>| matches!(arg, Arg::Value(value) if is_number(&value.0));
        node_type.body.is_brief()
            && !node_type.is_stateful()
            && args.iter().all(is_number)
            && coroutine::has_room()
    }

    /// Runs the body to its end.
    fn evaluate(&self, world: &World, call: &mut Call<Datum>) -> End {
        let Call { name, args, emitter, .. } = call;
        let library = world.definitions.borrow().library.clone();
        let node_type = &*self.node_type(world, library.version);
        world.begin_node_progress(name);
        let parameters = &node_type.header.parameters;
        for (parameter, arg) in parameters.iter().zip(&*args) {
            if let Arg::Value(value) = arg {
                let what = || format!("parameter `{}` of {}", parameter.name, node_type.header.name);
                check(parameter.value_type, &value.0, what, parameter.position)
                    .map_err(|error| failure(error, &node_type.cell))?;
            }
        }
        let arguments = args.drain(..).zip(parameters).map(|(arg, parameter)| match arg {
            Arg::Value(value) => value.0,
            Arg::Stream(reader) => Dynamic::from(ScriptStream::new(reader, parameter)),
        });
        let mut tagged = self.tagged(node_type, name, emitter.take());
        let run = |this: Option<&mut Dynamic>| {
            let call = body::Call { this, tag: &mut tagged.tag };
            let ended = node_type.body.call(&world.engine, &library, call, arguments);
            node_type.results_of(world, name, &tagged.activation, ended)
        };
        let result = match node_type.is_stateful() {
            true => with_state(world, node_type, &library, name, run),
            false => run(None),
        };
        if tagged.activation.is_as_new() {
            self.idle.replace(Some(tagged));
        }
        result.inspect_err(|_| coroutine::release_held()).map_err(|error| failure(error, &node_type.cell))
    }

    /// The node's version of its type, as the last cell has written it that says the same: its places are those that the
    /// user sees.
    fn node_type(&self, world: &World, library_version: u64) -> Rc<NodeType> {
        if self.found_at.replace(library_version) != library_version {
            let mut own = self.node_type.borrow_mut();
            let newest = world.definitions.borrow().node_type(&own.header.name);
            *own = newest.filter(|newest| newest.version == own.version).unwrap_or_else(|| own.clone());
        }
        self.node_type.borrow().clone()
    }

    /// The evaluation that begins. Each needs one, and most have no use for it: one that has left no trace is the next as
    /// well.
    fn tagged(&self, node_type: &NodeType, name: &Rc<str>, emitter: Option<Emitter<Datum>>) -> Box<Tagged> {
        let idle =
            self.idle.take().filter(|idle| emitter.is_none() && Rc::ptr_eq(idle.activation.node(), name));
        idle.unwrap_or_else(|| {
            let outputs = node_type.signature.outputs.len();
            let activation = Activation::new(name.clone(), emitter, outputs, node_type.output_types.clone());
            Box::new(Tagged { tag: Dynamic::from(activation.clone()), activation })
        })
    }
}

impl NodeType {
    /// What a node gives whose body has ended so. The value stays where it is as long as it can: it is slow to move.
    fn results_of(
        &self,
        world: &World,
        name: &str,
        activation: &Activation,
        mut ended: Result<Dynamic, Box<EvalAltResult>>,
    ) -> Result<Final<Datum>, Box<EvalAltResult>> {
        if ended.is_ok()
            && let Err(error) = Ending::of_last_operation(self.body.end())
        {
            ended = Err(error);
        }
        if !activation.tasks().is_empty() {
            ended = activation.tasks().settle(ended, |error| {
                let line = format!("another task of node {name} failed: {error}\n");
                world.say(EventKind::Stderr(line));
            });
        }
        if self.header.streaming && ended.as_ref().is_ok_and(Dynamic::is_unit) {
            return Ok(Final::Fold);
        }
        let values = split(ended?, self.signature.outputs.len(), Position::NONE)?;
        check_outputs(&self.output_types, &values, self.output_position())?;
        Ok(Final::Values(values))
    }
}

fn failure(error: Box<EvalAltResult>, cell: &CellText) -> NodeError {
    if let EvalAltResult::ErrorRuntime(value, _) = error.unwrap_inner()
        && kind_of_map(value).is_some_and(|(name, _)| name == STREAM_CANCELLED)
    {
        return Rc::new(StreamCancelled);
    }
    Rc::new(ScriptFailure { error, cell: cell.clone() })
}
