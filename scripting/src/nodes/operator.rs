//! Operators on nodes: `flow.a + 1` is an anonymous node that applies Rhai's own operator.

use std::rc::{Rc, Weak};

use flowno_engine::flow::{Arg, Call, Evaluation, InputPort, Node, OutputPort, Signature, StreamCancelled};
use rhai::{Dynamic, EvalAltResult, NativeCallContext, Position};

use super::draft::Site;
use super::script_node::ScriptFailure;
use crate::datum::Datum;
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
pub(crate) struct OperatorNode {
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
        Self { world, symbol: operator.symbol, site, signature }
    }

    fn apply(&self, world: &World, operands: &mut [Dynamic]) -> Result<Dynamic, Box<EvalAltResult>> {
        let global = world.engine.new_global_runtime_state();
        let position = self.site.position;
        let context =
            NativeCallContext::new_with_all_fields(&world.engine, self.symbol, None, &global, position);
        let mut operands: Vec<&mut Dynamic> = operands.iter_mut().collect();
        // Rhai has no functions of that name in scripts: nothing here can wait.
        context.call_native_fn_raw(self.symbol, false, &mut operands)
    }
}

impl Node<Datum> for OperatorNode {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn call(&self, call: &mut Call<Datum>) -> Evaluation<Datum> {
        let Some(world) = self.world.upgrade() else {
            return Evaluation::error(StreamCancelled); // the session is gone, and its flow with it
        };
        let value = |arg: Arg<Datum>| match arg {
            Arg::Value(value) => value.0,
            Arg::Stream(_) => unreachable!("the signature has no stream"),
        };
        let mut operands: Vec<Dynamic> = call.args.drain(..).map(value).collect();
        match self.apply(&world, &mut operands) {
            Ok(value) => Evaluation::value(Datum(value)),
            Err(mut error) => {
                // A cell that was run again without a change has made no other node, but stands elsewhere.
                let site = world.site_of_call(&call.name).unwrap_or_else(|| self.site.clone());
                error.set_position(if site.cell.is_some() { site.position } else { Position::NONE });
                let cell = site.cell.unwrap_or_else(|| CellText::new(0, ""));
                Evaluation::error(ScriptFailure { error, cell })
            }
        }
    }
}
