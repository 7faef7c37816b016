//! One native node in a flow of Rhai's values.

use std::rc::Rc;

use flowno_engine::flow::{Arg, Call, Evaluation, Final, Node, NodeError, Signature};
use flowno_engine::native;
use thiserror::Error;

use super::exchange::Exchange;
use crate::datum::Datum;

/// An argument that the body cannot take.
#[derive(Debug, Error)]
#[error("parameter `{parameter}`: {reason}")]
struct BadArgument {
    parameter: Rc<str>,
    reason: String,
}

/// A native body, with the exchange of each port.
pub(super) struct NativeNode {
    body: Rc<dyn Node<native::Datum>>,
    signature: Signature,
    inputs: Vec<Exchange>,
    outputs: Rc<[Exchange]>,
}

type End<V> = Result<Final<V>, NodeError>;

impl NativeNode {
    pub(super) fn new(body: Rc<dyn Node<native::Datum>>, signature: &Signature) -> Self {
        let inputs = signature.inputs.iter().map(|port| Exchange::of(port.port_type.as_ref())).collect();
        let outputs = signature.outputs.iter().map(|port| Exchange::of(port.port_type.as_ref())).collect();
        // What scripts give has no type of Rust's: arguments are checked when they come.
        let mut own = signature.clone();
        own.inputs.iter_mut().for_each(|port| port.port_type = None);
        own.outputs.iter_mut().for_each(|port| port.port_type = None);
        Self { body, signature: own, inputs, outputs }
    }

    fn to_native(&self, call: &mut Call<Datum>) -> Result<Call<native::Datum>, BadArgument> {
        let Call { name, run, args, defaulted, .. } = call.take();
        let ports = self.signature.inputs.iter().zip(&self.inputs);
        let args = args.into_iter().zip(ports).map(|(arg, (port, exchange))| {
            let bad = |reason| BadArgument { parameter: port.name.clone(), reason };
            match arg {
                Arg::Value(value) => exchange.to_native(value.0).map(Arg::Value).map_err(bad),
                Arg::Stream(_) => Err(bad("a stream, where a value is expected".to_owned())),
            }
        });
        Ok(Call { name, run, args: args.collect::<Result<_, _>>()?, defaulted, emitter: None })
    }
}

impl Node<Datum> for NativeNode {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn nests(&self) -> bool {
        self.body.nests()
    }

    fn call(&self, call: &mut Call<Datum>) -> Evaluation<Datum> {
        let mut own = match self.to_native(call) {
            Ok(own) => own,
            Err(error) => return Evaluation::error(error),
        };
        match self.body.call(&mut own) {
            Evaluation::Ready(end) => Evaluation::Ready(to_script(end, &self.outputs)),
            Evaluation::Pending(future) => {
                let outputs = self.outputs.clone();
                Evaluation::future(async move { to_script(future.await, &outputs) })
            }
        }
    }
}

fn to_script(end: End<native::Datum>, outputs: &[Exchange]) -> End<Datum> {
    Ok(match end? {
        Final::Values(values) => {
            let exchanged = values.into_iter().zip(outputs);
            Final::Values(exchanged.map(|(value, exchange)| Datum(exchange.to_script(value))).collect())
        }
        Final::Fold => Final::Fold,
    })
}
