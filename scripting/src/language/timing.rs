//! `sleep`, and pre-emption.
//!
//! Rhai calls `on_progress` for each operation. Every few thousand of them, or after some milliseconds, or as soon
//! as an interrupt is raised, the script steps back and lets everything else run: other nodes, timers, and the
//! cell runner, which ends what an interrupt is to end. A script that was dropped meanwhile ends there.

use std::cell::Cell;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine, EvalAltResult, FLOAT, INT, NativeCallContext};

use super::blocked;
use crate::coroutine::{BlockError, block_on, checkpoint, is_stack_low};
use crate::engine::event_loop;
use crate::interrupt::Interrupt;
use crate::report::error_map;

/// Operations between two steps back: some hundred microseconds of script, a thousand times what stepping back
/// costs.
const OPERATIONS_A_SLICE: u32 = 4_096;

/// How long a slice lasts at most, as far as single operations let it: one may copy a whole array.
const SLICE: Duration = Duration::from_millis(5);

/// How often the clock is read: reading it costs about as much as an operation.
const OPERATIONS_A_LOOK: u32 = 32;

/// When a script has to step back: after so many operations, or so much time.
struct Pace {
    operations: Cell<u32>,
    begun: Cell<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { operations: Cell::new(0), begun: Cell::new(Instant::now()) }
    }
}

impl Pace {
    fn begin(&self) {
        self.operations.set(0);
        self.begun.set(Instant::now());
    }

    /// Counts an operation.
    fn is_over(&self) -> bool {
        let operations = self.operations.get() + 1;
        self.operations.set(operations);
        operations >= OPERATIONS_A_SLICE
            || operations.is_multiple_of(OPERATIONS_A_LOOK) && self.begun.get().elapsed() >= SLICE
    }
}

/// What a script is ended with that has called too deeply.
const STACK_LOW: &str = "stack low";

pub(super) fn register(engine: &mut Engine, interrupt: &Interrupt) {
    let interrupt = interrupt.clone();
    let pace = Pace::default();
    engine.on_progress(move |_| {
        if is_stack_low() {
            return Some(Dynamic::from(STACK_LOW));
        }
        if !pace.is_over() && !interrupt.is_raised() {
            return None;
        }
        pace.begin();
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
