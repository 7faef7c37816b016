//! What a native body is called with: values, streams, and what stands in for a stream.

use std::cell::RefCell;
use std::rc::Rc;

use flowno_engine::flow::{Arg, InputPort, StreamReader};
use flowno_engine::native;
use rhai::{Array, Dynamic};
use thiserror::Error;

use super::exchange::Exchange;
use crate::datum::Datum;

/// An argument, or a chunk of one, that the body cannot take.
#[derive(Debug, Clone, Error)]
#[error("{kind} `{parameter}`: {reason}")]
pub(super) struct BadArgument {
    kind: &'static str,
    parameter: Rc<str>,
    reason: String,
}

/// The first chunk that did not fit. Its stream ends there for the body, and the evaluation is an error.
#[derive(Clone, Default)]
pub(super) struct BadChunk(Rc<RefCell<Option<BadArgument>>>);

impl BadChunk {
    pub(super) fn take(&self) -> Option<BadArgument> {
        self.0.take()
    }

    fn keep(&self, error: BadArgument) {
        self.0.borrow_mut().get_or_insert(error);
    }
}

/// The argument of an input, as the body takes it.
pub(super) fn to_native(
    arg: Arg<Datum>,
    port: &InputPort,
    exchange: Exchange,
    bad_chunk: &BadChunk,
) -> Result<Arg<native::Datum>, BadArgument> {
    let bad = |reason| BadArgument { kind: "parameter", parameter: port.name.clone(), reason };
    match arg {
        Arg::Stream(reader) => {
            let (parameter, bad_chunk) = (port.name.clone(), bad_chunk.clone());
            Ok(Arg::Stream(reader.map_while(move |chunk| {
                let bad = |reason| BadArgument { kind: "stream", parameter: parameter.clone(), reason };
                exchange.to_native(chunk.0).map_err(|reason| bad_chunk.keep(bad(reason))).ok()
            })))
        }
        Arg::Value(value) if port.stream => stand_in(value.0, exchange).map(Arg::Stream).map_err(bad),
        Arg::Value(value) => exchange.to_native(value.0).map(Arg::Value).map_err(bad),
    }
}

/// A constant or a default where a stream is read: an array is its chunks, anything else the only one.
fn stand_in(value: Dynamic, exchange: Exchange) -> Result<StreamReader<native::Datum>, String> {
    let chunks = value.try_cast_result::<Array>().unwrap_or_else(|value| vec![value]);
    chunks.into_iter().map(|chunk| exchange.to_native(chunk)).collect()
}
