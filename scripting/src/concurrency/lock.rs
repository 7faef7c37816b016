//! `Lock` and `Condition`.
//!
//! Each time a lock is taken it gets a number, and whoever gives it back by being ended names that number: a lock that
//! was given back by hand meanwhile, and is somebody else's now, stays theirs. What a script holds when it is dropped
//! or fails is released; what it holds when it ends well, it meant to keep: another cell may release it.

use std::cell::Cell;
use std::rc::Rc;

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, INT, NativeCallContext, Position};

use crate::coroutine::{self, BlockError, block_on};
use crate::engine::sync::{Condition, Lock};
use crate::report::error_map;
use crate::waiting::blocked;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// A lock as scripts hold it. A copy is the same lock.
#[derive(Clone, Default)]
struct ScriptLock(Rc<Inner>);

#[derive(Default)]
struct Inner {
    lock: Lock,
    /// The number under which it is held.
    held: Cell<Option<u64>>,
}

/// A condition over a lock.
#[derive(Clone)]
struct ScriptCondition {
    lock: ScriptLock,
    condition: Condition,
}

thread_local! {
    static NEXT_NUMBER: Cell<u64> = const { Cell::new(0) };
}

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<ScriptLock>("Lock");
    engine.register_fn("Lock", ScriptLock::default);
    engine.register_fn("acquire", |context: NativeCallContext, lock: ScriptLock| {
        lock.acquire(context.call_position())
    });
    engine.register_fn("release", |context: NativeCallContext, lock: ScriptLock| {
        lock.release(context.call_position())
    });
    engine.register_fn("is_locked", |lock: ScriptLock| lock.0.lock.is_locked());
    engine.register_fn("with", |context: NativeCallContext, lock: ScriptLock, function: FnPtr| {
        lock.with(&context, &function)
    });
    register_condition(engine);
}

fn register_condition(engine: &mut Engine) {
    engine.register_type_with_name::<ScriptCondition>("Condition");
    engine.register_fn("Condition", || ScriptCondition::over(ScriptLock::default()));
    engine.register_fn("Condition", ScriptCondition::over);
    engine.register_fn("acquire", |context: NativeCallContext, condition: ScriptCondition| {
        condition.lock.acquire(context.call_position())
    });
    engine.register_fn("release", |context: NativeCallContext, condition: ScriptCondition| {
        condition.lock.release(context.call_position())
    });
    engine.register_fn("with", |context: NativeCallContext, condition: ScriptCondition, function: FnPtr| {
        condition.lock.with(&context, &function)
    });
    engine.register_fn("wait", |context: NativeCallContext, condition: ScriptCondition| {
        condition.wait(context.call_position())
    });
    engine.register_fn("notify", |condition: ScriptCondition| condition.condition.notify(1));
    engine.register_fn("notify", |context: NativeCallContext, condition: ScriptCondition, count: INT| {
        let Ok(count) = usize::try_from(count) else {
            let message = format!("notify takes a number of tasks from 0, not {count}");
            return Err(error_map("ValueError", &message, context.call_position()));
        };
        condition.condition.notify(count);
        Ok(())
    });
    engine.register_fn("notify_all", |condition: ScriptCondition| condition.condition.notify_all());
}

impl ScriptLock {
    fn acquire(&self, position: Position) -> Result<()> {
        self.take().map(drop).map_err(|error| blocked(error, position))
    }

    /// Waits for the lock, and has it released when the script that runs here is ended. Gives the number.
    fn take(&self) -> std::result::Result<u64, BlockError> {
        block_on(self.0.lock.acquire())?;
        let number = NEXT_NUMBER.get();
        NEXT_NUMBER.set(number + 1);
        self.0.held.set(Some(number));
        let lock = self.clone();
        coroutine::hold(number, move || lock.give_back(number));
        Ok(number)
    }

    fn release(&self, position: Position) -> Result<()> {
        match self.0.held.get() {
            Some(number) => {
                self.give_back(number);
                Ok(())
            }
            None => Err(error_map("RuntimeError", "the lock is not held", position)),
        }
    }

    /// Releases it, if it is still held under this number.
    fn give_back(&self, number: u64) {
        coroutine::let_go(number);
        if self.0.held.get() == Some(number) {
            self.0.held.set(None);
            // It is held: `held` says so.
            let _ = self.0.lock.release();
        }
    }

    /// Calls a closure while the lock is held.
    fn with(&self, context: &NativeCallContext, function: &FnPtr) -> Result<Dynamic> {
        struct Finally<'a>(&'a ScriptLock, u64);
        impl Drop for Finally<'_> {
            fn drop(&mut self) {
                self.0.give_back(self.1);
            }
        }
        let number = self.take().map_err(|error| blocked(error, context.call_position()))?;
        let _finally = Finally(self, number);
        function.call_raw(context, None, [])
    }
}

impl ScriptCondition {
    fn over(lock: ScriptLock) -> Self {
        let condition = Condition::with_lock(lock.0.lock.clone());
        Self { lock, condition }
    }

    /// Releases the lock, waits to be notified, and takes it again, under the same number.
    fn wait(&self, position: Position) -> Result<()> {
        let held = &self.lock.0.held;
        let Some(number) = held.take() else {
            let message = "the condition's lock is not held: acquire it before waiting";
            return Err(error_map("RuntimeError", message, position));
        };
        let wait = async {
            let waited = self.condition.wait().await;
            held.set(Some(number));
            waited
        };
        match block_on(wait).map_err(|error| blocked(error, position))? {
            Ok(()) => Ok(()),
            Err(error) => Err(error_map("RuntimeError", &error.to_string(), position)),
        }
    }
}
