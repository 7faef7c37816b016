//! `help()`, and node types as values: `help(Add)`.

use std::rc::{Rc, Weak};

use rhai::{Dynamic, Engine, EvalAltResult, NativeCallContext};

use super::{FlowHandle, Reference};
use crate::display::value_text;
use crate::event::MimeBundle;
use crate::nodes::Activation;
use crate::report::error_map;
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

/// A node type or template as a value: what its bare name means.
#[derive(Clone)]
pub(crate) struct TypeValue {
    pub(crate) name: Rc<str>,
    /// How it is called.
    pub(crate) usage: Rc<str>,
}

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    engine.register_type_with_name::<TypeValue>("NodeType");
    for name in ["to_string", "to_debug"] {
        engine.register_fn(name, |of: &mut TypeValue| of.usage.to_string());
    }
    let all = world.clone();
    engine.register_fn("help", move |context: NativeCallContext| {
        if let Some(world) = all.upgrade() {
            show(&context, &world, world.overview());
        }
    });
    let world = world.clone();
    engine.register_fn("help", move |context: NativeCallContext, of: Dynamic| -> Result<()> {
        if let Some(world) = world.upgrade() {
            let page = page(&context, &world, &of)?;
            show(&context, &world, page);
        }
        Ok(())
    });
}

fn show(context: &NativeCallContext, world: &World, page: MimeBundle) {
    let activation = context.tag().and_then(Activation::of_tag);
    world.show_from_script(activation.as_ref().map(Activation::node), page);
}

fn page(context: &NativeCallContext, world: &World, of: &Dynamic) -> Result<MimeBundle> {
    if let Some(node_type) = of.read_lock::<TypeValue>() {
        return Ok(world.help_on_type(&node_type.name));
    }
    if let Some(reference) = of.read_lock::<Reference>() {
        return Ok(match reference.whole() {
            Some(name) => world.help_on_node(&name),
            None => world.help_on_name(&reference.to_string()),
        });
    }
    let topic = match of.as_immutable_string_ref() {
        Ok(topic) => topic.to_string(),
        Err(_) if of.is::<FlowHandle>() => "flow".to_owned(),
        Err(_) => world.engine.map_type_name(of.type_name()).to_owned(),
    };
    world.help_on_word(&topic).ok_or_else(|| {
        let meant = world.meant(&topic);
        let topic = value_text(&topic.into());
        let message = format!("there is no help on {topic}; help() lists all words{meant}");
        error_map("NameError", &message, context.call_position())
    })
}
