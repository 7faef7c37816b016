//! `sleep`.

use std::time::Duration;

use rhai::{Engine, EvalAltResult, FLOAT, INT, NativeCallContext};

use super::blocked;
use crate::coroutine::block_on;
use crate::engine::event_loop;
use crate::report::error_map;

pub(super) fn register(engine: &mut Engine) {
    engine.register_fn("sleep", |context: NativeCallContext, seconds: FLOAT| sleep(&context, seconds));
    engine.register_fn("sleep", |context: NativeCallContext, seconds: INT| sleep(&context, seconds as FLOAT));
}

/// Waits and gives the seconds really slept.
fn sleep(context: &NativeCallContext, seconds: FLOAT) -> Result<FLOAT, Box<EvalAltResult>> {
    let position = context.call_position();
    if seconds.is_nan() || seconds < 0.0 {
        let message = format!("sleep takes a number of seconds from 0, not {seconds}");
        return Err(error_map("ValueError", &message, position));
    }
    let duration = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
    let slept = block_on(event_loop::sleep(duration)).map_err(|error| blocked(error, position))?;
    Ok(slept.as_secs_f64())
}
