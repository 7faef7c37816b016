//! What is looked at while scripts run: interrupts, whose turn it is, memory, the stack, how deep values
//! nest.
//!
//! Rhai calls `on_progress` for each operation. Every few thousand of them, or after some milliseconds, or as soon
//! as an interrupt is raised, the script steps back and lets everything else run: other nodes, timers, and the
//! cell runner, which ends what an interrupt is to end. A script that was dropped meanwhile ends there.
//!
//! Natives that work on large values take [steps](Pace::step) themselves, each of which counts as an operation.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine, EvalAltResult, Position};

use crate::coroutine::{BlockError, MustEnd, begin_operation, checkpoint, is_inside, must_end};
use crate::ending::Ending;
use crate::interrupt::Interrupt;
use crate::memory::Account;

/// Operations between two steps back: some hundred microseconds of script, a thousand times what stepping back
/// costs.
const OPERATIONS_A_SLICE: u32 = 4_096;

/// How long a slice lasts at most, as far as single operations let it: one may copy a whole array.
const SLICE: Duration = Duration::from_millis(5);

/// How often the clock is read: reading it costs about as much as an operation.
const OPERATIONS_A_LOOK: u32 = 32;

/// When scripts step back. A copy is the same pace.
#[derive(Clone)]
pub(crate) struct Pace(Rc<Inner>);

struct Inner {
    operations: Cell<u32>,
    begun: Cell<Instant>,
    interrupt: Interrupt,
    memory: Account,
}

impl Pace {
    pub(super) fn new(interrupt: &Interrupt, memory: &Account) -> Self {
        Self(Rc::new(Inner {
            operations: Cell::new(0),
            begun: Cell::new(Instant::now()),
            interrupt: interrupt.clone(),
            memory: memory.clone(),
        }))
    }

    /// Counts a step of a native function on its way through something large, and steps back when it is time.
    ///
    /// # Errors
    ///
    /// What the script is to end with.
    pub(crate) fn step(&self, position: Position) -> Result<(), Box<EvalAltResult>> {
        match self.operation() {
            None => Ok(()),
            Some(token) => Err(EvalAltResult::ErrorTerminated(token, position).into()),
        }
    }

    /// Whether there is room for something large that a native function is about to make.
    ///
    /// # Errors
    ///
    /// What the script is to end with.
    pub(crate) fn room_for(&self, bytes: usize, position: Position) -> Result<(), Box<EvalAltResult>> {
        match self.0.memory.lacks(bytes) {
            false => Ok(()),
            true => Err(EvalAltResult::ErrorTerminated(self.out_of_memory(), position).into()),
        }
    }

    /// Counts an operation; gives the token to end the script with, if it is to end.
    fn operation(&self) -> Option<Dynamic> {
        match must_end() {
            None => (),
            Some(MustEnd::StackLow) => return Some(Dynamic::from(Ending::StackLow)),
            Some(MustEnd::Cancelled) => return Some(Dynamic::UNIT),
        }
        if begin_operation() {
            return Some(Dynamic::from(Ending::TooNested));
        }
        if self.0.memory.is_over() {
            return Some(self.out_of_memory());
        }
        let is_time = self.is_over() || self.0.interrupt.is_raised();
        // What runs on no stack of its own ends soon, and leaves stepping back to who comes next.
        if !is_time || !is_inside() {
            return None;
        }
        self.0.operations.set(0);
        self.0.begun.set(Instant::now());
        let stepped_back = checkpoint();
        begin_operation();
        match stepped_back {
            Err(BlockError::Cancelled) => Some(Dynamic::UNIT),
            _ => None,
        }
    }

    fn out_of_memory(&self) -> Dynamic {
        Dynamic::from(Ending::OutOfMemory(self.0.memory.message().into()))
    }

    /// Whether the slice is over with this operation.
    fn is_over(&self) -> bool {
        let operations = self.0.operations.get() + 1;
        self.0.operations.set(operations);
        operations >= OPERATIONS_A_SLICE
            || operations.is_multiple_of(OPERATIONS_A_LOOK) && self.0.begun.get().elapsed() >= SLICE
    }
}

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    let pace = pace.clone();
    engine.on_progress(move |_| pace.operation());
}
