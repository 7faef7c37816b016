//! `sleep`, and pre-emption.
//!
//! Rhai calls `on_progress` for each operation. Every few thousand of them the script steps back and lets
//! everything else run: other nodes, timers, and the cell runner, which is also where an interrupt is noticed. A
//! script that was dropped meanwhile is ended there.

use std::cell::Cell;
use std::time::Duration;

use rhai::{Dynamic, Engine, EvalAltResult, FLOAT, INT, NativeCallContext};

use super::blocked;
use crate::coroutine::{BlockError, block_on, checkpoint, is_stack_low};
use crate::engine::event_loop;
use crate::report::error_map;

/// Operations between two steps back: some hundred microseconds of script, a thousand times what stepping back
/// costs.
const OPERATIONS_A_SLICE: u32 = 4_096;

/// What a script is ended with that has called too deeply.
const STACK_LOW: &str = "stack low";

pub(super) fn register(engine: &mut Engine) {
    let left = Cell::new(OPERATIONS_A_SLICE);
    engine.on_progress(move |_| {
        if is_stack_low() {
            return Some(Dynamic::from(STACK_LOW));
        }
        let now = left.get() - 1;
        if now > 0 {
            left.set(now);
            return None;
        }
        left.set(OPERATIONS_A_SLICE);
        match checkpoint() {
            Err(BlockError::Cancelled) => Some(Dynamic::UNIT),
            _ => None,
        }
    });
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
