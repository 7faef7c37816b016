//! `sleep`.

use rhai::{Engine, EvalAltResult, FLOAT, INT, NativeCallContext};

use crate::concurrency::seconds;
use crate::coroutine::block_on;
use crate::engine::event_loop;
use crate::waiting::blocked;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("sleep", |context: NativeCallContext, number: FLOAT| sleep(&context, number));
    engine.register_fn("sleep", |context: NativeCallContext, number: INT| sleep(&context, number as FLOAT));
}

/// Waits and gives the seconds really slept.
fn sleep(context: &NativeCallContext, number: FLOAT) -> Result<FLOAT, Box<EvalAltResult>> {
    let position = context.call_position();
    let duration = seconds("sleep", &number.into(), position)?;
    let slept = block_on(event_loop::sleep(duration)).map_err(|error| blocked(error, position))?;
    Ok(slept.as_secs_f64())
}
