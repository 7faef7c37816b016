//! A closure that runs somewhere else than where it was passed: on another stack, maybe later.

use std::rc::Weak;

#[allow(deprecated, reason = "marked as volatile, not as going away")]
use rhai::NativeCallContextStore;
use rhai::{Dynamic, EvalAltResult, FnPtr, NativeCallContext, Position};

use crate::nodes::Activation;
use crate::report::error_map;
use crate::world::World;

/// A closure, with the functions, constants and node that its caller sees.
pub(super) struct Callee {
    world: Weak<World>,
    function: FnPtr,
    #[allow(deprecated, reason = "marked as volatile, not as going away")]
    context: NativeCallContextStore,
}

impl Callee {
    pub(super) fn new(world: &Weak<World>, context: &NativeCallContext, function: FnPtr) -> Self {
        #[allow(deprecated, reason = "marked as volatile, not as going away")]
        Self { world: world.clone(), function, context: context.store_data() }
    }

    /// For a task: calls are counted anew, a node's stream is not this one's to write, and loops go on.
    #[allow(deprecated, reason = "marked as volatile, not as going away")]
    pub(super) fn into_task(mut self) -> Self {
        self.context.global.level = 0;
        if let Some(world) = self.world.upgrade() {
            world.captured.detach(&mut self.function);
        }
        if let Some(activation) = Activation::of_tag(&self.context.global.tag) {
            self.context.global.tag = Dynamic::from(activation.into_task());
        }
        self
    }

    /// Calls the closure, with no arguments.
    ///
    /// # Errors
    ///
    /// What it raises, as raised in a function called where this was made.
    pub(super) fn call(&self) -> Result<Dynamic, Box<EvalAltResult>> {
        let Some(world) = self.world.upgrade() else {
            return Err(error_map("RuntimeError", "the session has ended", Position::NONE));
        };
        #[allow(deprecated, reason = "marked as volatile, not as going away")]
        let context = self.context.create_context(&world.engine);
        match self.function.call_raw(&context, None, []) {
            Ok(value) => Ok(value.flatten()),
            Err(error) => Err(error),
        }
    }
}
