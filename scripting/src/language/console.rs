//! `print` and `debug`.

use std::rc::Weak;

use rhai::Engine;

use crate::event::EventKind;
use crate::world::World;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    let out = world.clone();
    engine.on_print(move |text| {
        if let Some(world) = out.upgrade() {
            world.say(EventKind::Stdout(format!("{text}\n")));
        }
    });
    let err = world.clone();
    engine.on_debug(move |text, _source, _position| {
        if let Some(world) = err.upgrade() {
            world.say(EventKind::Stderr(format!("{text}\n")));
        }
    });
}

impl World {
    /// Says something for the script that runs: in the name of its cell, or of its node's cell if the flow runs in the
    /// background.
    pub(crate) fn say(&self, kind: EventKind) {
        let node = self.watch.running().filter(|_| self.background.is_on());
        let run = node
            .and_then(|node| self.flow.name(node))
            .and_then(|name| self.owner_of(&name))
            .map(|owner| owner.run);
        self.console.send_from_script(run, kind);
    }
}
