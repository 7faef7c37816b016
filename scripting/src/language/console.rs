//! `print` and `debug`.

use std::rc::Weak;

use rhai::Engine;

use crate::event::EventKind;
use crate::world::World;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let out = world.clone();
    engine.on_print(move |text| {
        if let Some(world) = out.upgrade() {
            world.console.send_from_script(EventKind::Stdout(format!("{text}\n")));
        }
    });
    let err = world.clone();
    engine.on_debug(move |text, _source, _position| {
        if let Some(world) = err.upgrade() {
            world.console.send_from_script(EventKind::Stderr(format!("{text}\n")));
        }
    });
}
