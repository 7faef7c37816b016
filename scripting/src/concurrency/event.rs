//! `Event`: something that happens once.

use rhai::{Engine, NativeCallContext};

use crate::coroutine::block_on;
use crate::engine::sync::Event;
use crate::waiting::blocked;

pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Event>("Event");
    engine.register_fn("Event", Event::new);
    engine.register_fn("set", |event: Event| event.set());
    engine.register_fn("is_set", |event: Event| event.is_set());
    engine.register_fn("wait", |context: NativeCallContext, event: Event| {
        block_on(event.wait()).map_err(|error| blocked(error, context.call_position()))
    });
}
