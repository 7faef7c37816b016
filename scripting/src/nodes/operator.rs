//! Operators on nodes: `flow.a + 1` is an anonymous node that applies Rhai's own operator.
//!
//! To join two maps or to compare arrays takes steps, as in a script: so it is done in one, on a coroutine. What is no larger
//! than a number needs none.

use std::rc::{Rc, Weak};

use flowno_engine::flow::{
    Arg, Call, Evaluation, Final, InputPort, Node, NodeError, OutputPort, Signature, StreamCancelled,
};
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};
use smallvec::smallvec;

use super::draft::Site;
use super::evaluation::{End, evaluation};
use super::script_node::ScriptFailure;
use crate::datum::{Datum, is_scalar};
use crate::ending::Ending;
use crate::report::CellText;
use crate::world::World;

/// An operator, with one operand or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    pub(crate) symbol: &'static str,
    pub(crate) operands: usize,
    /// `+=`: the result is to take the place of the left operand.
    pub(crate) in_place: bool,
}

/// A node that applies an operator to its inputs.
pub(crate) struct OperatorNode(Rc<Inner>);

struct Inner {
    world: Weak<World>,
    symbol: &'static str,
    site: Site,
    signature: Signature,
}

impl OperatorNode {
    pub(crate) fn new(world: Weak<World>, operator: Operator, site: Site) -> Self {
        let names: &[&str] = if operator.operands == 1 { &["x"] } else { &["left", "right"] };
        let port = |name: &&str| InputPort { name: Rc::from(*name), stream: false, port_type: None };
        let signature = Signature {
            type_name: operator.symbol.into(),
            inputs: names.iter().map(port).collect(),
            outputs: vec![OutputPort::default()],
            streaming: false,
        };
        Self(Rc::new(Inner { world, symbol: operator.symbol, site, signature }))
    }
}

impl Node<Datum> for OperatorNode {
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
        let value = |arg: Arg<Datum>| match arg {
            Arg::Value(value) => value.0,
            Arg::Stream(_) => unreachable!("the signature has no stream"),
        };
        let operands: Vec<Dynamic> = call.args.drain(..).map(value).collect();
        if operands.iter().all(is_scalar) {
            // No operator takes steps through these.
            return Evaluation::Ready(self.0.end(&world, &call.name, self.0.apply(&world, operands)));
        }
        let (node, name) = (self.0.clone(), call.name.clone());
        evaluation(&self.0.world, move || {
            let applied = node.apply(&world, operands);
            let last = Ending::of_last_operation(node.site.position);
            node.end(&world, &name, applied.and_then(|value| last.map(|()| value)))
        })
    }
}

impl Inner {
    fn apply(&self, world: &World, mut operands: Vec<Dynamic>) -> Result<Dynamic, Box<EvalAltResult>> {
        let global = world.engine.new_global_runtime_state();
        let position = self.site.position;
        let context =
            NativeCallContext::new_with_all_fields(&world.engine, self.symbol, None, &global, position);
        let mut operands: Vec<&mut Dynamic> = operands.iter_mut().collect();
        context.call_native_fn_raw(self.symbol, false, &mut operands)
    }

    fn end(&self, world: &World, name: &str, applied: Result<Dynamic, Box<EvalAltResult>>) -> End {
        match applied {
            Ok(value) => Ok(Final::Values(smallvec![Datum(value)])),
            Err(error) => Err(self.failure(world, name, error)),
        }
    }

    /// An error where the operator stands. A cell that was run again without a change has made no other node, but stands
    /// elsewhere.
    fn failure(&self, world: &World, name: &str, mut error: Box<EvalAltResult>) -> NodeError {
        let site = world.site_of_call(name).unwrap_or_else(|| self.site.clone());
        error.set_position(if site.cell.is_some() { site.position } else { Position::NONE });
        Rc::new(ScriptFailure { error, cell: site.cell.unwrap_or_else(|| CellText::new(0, "")) })
    }
}
