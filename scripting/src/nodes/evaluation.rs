//! A script as the evaluation of a node.
//!
//! It takes a coroutine, and is polled once where the engine calls the node: most end there, and then the node was as
//! synchronous as a native one. One that waits becomes a future of its own.

use std::future::poll_fn;
use std::pin::Pin;
use std::rc::{Rc, Weak};

use flowno_engine::flow::{Evaluation, Final, NodeError};

use crate::coroutine::{self, Begun, Script};
use crate::datum::Datum;
use crate::world::World;

/// How an evaluation ends.
pub(super) type End = Result<Final<Datum>, NodeError>;

/// Runs `script` as the evaluation of a node.
pub(super) fn evaluation(world: &Weak<World>, script: impl FnOnce() -> End + 'static) -> Evaluation<Datum> {
    match coroutine::begin(script) {
        Begun::Ended(result) => Evaluation::Ready(flatten(result)),
        Begun::Suspended(script) => Evaluation::future(finish(world.clone(), script)),
    }
}

/// Goes on with a script that waits. Streams outlive the run that began them: each time it is the turn of whoever runs the
/// flow then.
async fn finish(world: Weak<World>, mut script: Script<End>) -> End {
    let result = poll_fn(|cx| {
        let world = world.upgrade();
        let _here = world.as_ref().map(|world| world.enter_driving_shell());
        Pin::new(&mut script).poll(cx)
    });
    flatten(result.await)
}

fn flatten(result: Result<End, coroutine::ScriptError>) -> End {
    result.unwrap_or_else(|error| Err(Rc::new(error)))
}
