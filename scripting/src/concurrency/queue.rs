//! `AsyncQueue`: Flowno's queue, as scripts hold it.

use rhai::{Dynamic, Engine, EvalAltResult, INT, NativeCallContext, Position};

use crate::coroutine::block_on;
use crate::engine::sync::{AsyncQueue, QueueClosedError};
use crate::report::error_map;
use crate::waiting::{Items, Source, blocked};

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// A queue of values. A copy is the same queue.
#[derive(Clone)]
pub(super) struct ScriptQueue(AsyncQueue<Dynamic>);

/// What is in a queue until it is empty, which closes it.
#[derive(Clone)]
pub(super) struct UntilEmpty(AsyncQueue<Dynamic>);

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<ScriptQueue>("AsyncQueue");
    engine.register_fn("AsyncQueue", || ScriptQueue(AsyncQueue::new(None)));
    engine.register_fn("AsyncQueue", |context: NativeCallContext, max: INT| match usize::try_from(max) {
        Ok(max) if max > 0 => Ok(ScriptQueue(AsyncQueue::new(Some(max)))),
        _ => {
            let message = format!("AsyncQueue takes a number of items from 1, not {max}");
            Err(error_map("ValueError", &message, context.call_position()))
        }
    });
    engine.register_fn("put", |context: NativeCallContext, queue: ScriptQueue, item: Dynamic| {
        finish(block_on(queue.0.put(item.flatten())), context.call_position())
    });
    engine.register_fn("get", |context: NativeCallContext, queue: ScriptQueue| {
        finish(block_on(queue.0.get()), context.call_position())
    });
    engine.register_fn("peek", |context: NativeCallContext, queue: ScriptQueue| {
        finish(block_on(queue.0.peek()), context.call_position())
    });
    engine.register_fn("close", |queue: ScriptQueue| queue.0.close());
    engine.register_fn("is_closed", |queue: ScriptQueue| queue.0.is_closed());
    engine.register_fn("len", |queue: ScriptQueue| queue.0.len() as INT);
    engine.register_fn("is_empty", |queue: ScriptQueue| queue.0.is_empty());
    engine.register_fn("until_empty", |queue: ScriptQueue| UntilEmpty(queue.0));
    engine.register_iterator_result::<ScriptQueue, Dynamic>();
    engine.register_type_with_name::<UntilEmpty>("UntilEmpty");
    engine.register_iterator_result::<UntilEmpty, Dynamic>();
}

fn finish<T>(
    ended: std::result::Result<std::result::Result<T, QueueClosedError>, crate::coroutine::BlockError>,
    position: Position,
) -> Result<T> {
    ended
        .map_err(|error| blocked(error, position))?
        .map_err(|error| error_map("QueueClosedError", &error.to_string(), position))
}

impl ScriptQueue {
    /// The next item; `None` once the queue is closed and empty.
    pub(super) fn next(&self) -> Result<Option<Dynamic>> {
        block_on(self.0.next()).map_err(|error| blocked(error, Position::NONE))
    }
}

impl UntilEmpty {
    /// The next item; `None` once there is none and nobody waits to put one.
    pub(super) fn next(&self) -> Result<Option<Dynamic>> {
        block_on(self.0.until_empty().next()).map_err(|error| blocked(error, Position::NONE))
    }
}

impl IntoIterator for ScriptQueue {
    type Item = Result<Dynamic>;
    type IntoIter = Items<Self>;

    fn into_iter(self) -> Self::IntoIter {
        Items::new(self)
    }
}

impl Source for ScriptQueue {
    fn next(&mut self) -> Result<Option<Dynamic>> {
        ScriptQueue::next(self)
    }
}

impl IntoIterator for UntilEmpty {
    type Item = Result<Dynamic>;
    type IntoIter = Items<Self>;

    fn into_iter(self) -> Self::IntoIter {
        Items::new(self)
    }
}

impl Source for UntilEmpty {
    fn next(&mut self) -> Result<Option<Dynamic>> {
        UntilEmpty::next(self)
    }
}
