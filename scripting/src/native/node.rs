//! One native node in a flow of Rhai's values.

use std::rc::Rc;

use flowno_engine::flow::{Call, Emitter, Evaluation, Final, Node, NodeError, Outputs, Signature};
use flowno_engine::native;

use super::arguments::{self, BadArgument, BadChunk};
use super::exchange::Exchange;
use crate::datum::Datum;

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

    fn to_native(
        &self,
        call: &mut Call<Datum>,
        bad_chunk: &BadChunk,
    ) -> Result<Call<native::Datum>, BadArgument> {
        let Call { name, run, args, defaulted, emitter } = call.take();
        let ports = self.signature.inputs.iter().zip(&self.inputs);
        let args = args
            .into_iter()
            .zip(ports)
            .map(|(arg, (port, exchange))| arguments::to_native(arg, port, *exchange, bad_chunk));
        let args = args.collect::<Result<_, _>>()?;
        Ok(Call { name, run, args, defaulted, emitter: emitter.map(|emitter| self.emitter(emitter)) })
    }

    fn emitter(&self, emitter: Emitter<Datum>) -> Emitter<native::Datum> {
        let outputs = self.outputs.clone();
        emitter.map(move |chunk| to_script(chunk, &outputs))
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
        let bad_chunk = BadChunk::default();
        let mut own = match self.to_native(call, &bad_chunk) {
            Ok(own) => own,
            Err(error) => return Evaluation::error(error),
        };
        match self.body.call(&mut own) {
            Evaluation::Ready(end) => Evaluation::Ready(ended(end, &bad_chunk, &self.outputs)),
            Evaluation::Pending(future) => {
                let outputs = self.outputs.clone();
                Evaluation::future(async move { ended(future.await, &bad_chunk, &outputs) })
            }
        }
    }
}

/// How an evaluation ended, in values of scripts.
fn ended(end: End<native::Datum>, bad_chunk: &BadChunk, outputs: &[Exchange]) -> End<Datum> {
    if let Some(error) = bad_chunk.take() {
        return Err(Rc::new(error));
    }
    Ok(match end? {
        Final::Values(values) => Final::Values(to_script(values, outputs)),
        Final::Fold => Final::Fold,
    })
}

fn to_script(values: Outputs<native::Datum>, outputs: &[Exchange]) -> Outputs<Datum> {
    let exchanged = values.into_iter().zip(outputs);
    exchanged.map(|(value, exchange)| Datum(exchange.to_script(value))).collect()
}
