//! `timeout(seconds, || ...)`.

use std::future::poll_fn;
use std::pin::pin;
use std::rc::Weak;
use std::task::Poll;
use std::time::Duration;

use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, NativeCallContext};

use super::callee::Callee;
use super::duration::seconds;
use crate::coroutine::{self, block_on};
use crate::engine::event_loop::sleep;
use crate::report::error_map;
use crate::waiting::blocked;
use crate::world::World;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let world = world.clone();
    engine.register_fn("timeout", move |context: NativeCallContext, limit: Dynamic, function: FnPtr| {
        let limit = seconds("timeout", &limit, context.call_position())?;
        timeout(&context, limit, Callee::new(&world, &context, function))
    });
}

/// Runs a closure on a stack of its own, so that it can be left where it waits.
fn timeout(
    context: &NativeCallContext,
    limit: Duration,
    callee: Callee,
) -> Result<Dynamic, Box<EvalAltResult>> {
    let position = context.call_position();
    let script = coroutine::run(move || {
        let result = callee.call().inspect_err(|_| coroutine::release_held());
        (result, coroutine::take_held())
    });
    match block_on(within(limit, script)).map_err(|error| blocked(error, position))? {
        Some(Ok((result, held))) => {
            coroutine::hold_all(held);
            result
        }
        Some(Err(error)) => Err(error_map(error.name(), &error.to_string(), position)),
        None => {
            let message = format!("not done after {} s", limit.as_secs_f64());
            Err(error_map("TimeoutError", &message, position))
        }
    }
}

/// What a future gives, or `None` when it has not in time; it is dropped then.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut end = pin!(sleep(limit));
    poll_fn(|cx| {
        if let Poll::Ready(value) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(value));
        }
        end.as_mut().poll(cx).map(|_| None)
    })
    .await
}
