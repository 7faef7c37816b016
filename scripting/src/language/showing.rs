//! `display`, and the constructors of values that display richly.

use std::rc::{Rc, Weak};

use rhai::{Array, Blob, Dynamic, Engine, EvalAltResult, ImmutableString, NativeCallContext};

use super::Reference;
use crate::display::{Progress, value_text};
use crate::nodes::Activation;
use crate::report::error_map;
use crate::rich::{self, Chart, Refusal, Rich, Rows};
use crate::world::World;

type Result<T> = std::result::Result<T, Box<EvalAltResult>>;

pub(super) fn register(engine: &mut Engine, world: &Weak<World>) {
    engine.register_type_with_name::<Rich>("Display");
    for name in ["to_string", "to_debug"] {
        engine.register_fn(name, |rich: &mut Rich| format!("({})", rich.summary()));
    }
    engine.register_fn("print", |rich: &mut Rich| rich.plain().to_owned());
    register_constructors(engine);
    register_progress(engine, world);
    let world = world.clone();
    engine.register_fn("display", move |context: NativeCallContext, value: Dynamic| -> Result<()> {
        match world.upgrade() {
            Some(world) => display(&context, &world, &value),
            None => Ok(()),
        }
    });
}

fn register_progress(engine: &mut Engine, world: &Weak<World>) {
    let world = world.clone();
    engine.register_fn(
        "progress",
        move |context: NativeCallContext, done: Dynamic, total: Dynamic| -> Result<()> {
            let position = context.call_position();
            let number = |value: &Dynamic| {
                value.as_float().or_else(|_| value.as_int().map(|number| number as f64)).ok()
            };
            let progress =
                number(&done).zip(number(&total)).and_then(|(done, total)| Progress::new(done, total));
            let Some(progress) = progress else {
                let (done, total) = (value_text(&done), value_text(&total));
                let message =
                    format!("progress takes how much is done of how much in all, not {done} of {total}");
                return Err(error_map("ValueError", &message, position));
            };
            let Some(world) = world.upgrade() else { return Ok(()) };
            match context.tag().and_then(Activation::of_tag) {
                Some(activation) => world.set_node_progress(activation.node(), progress),
                None => world.set_cell_progress(position, progress),
            }
            Ok(())
        },
    );
}

fn register_constructors(engine: &mut Engine) {
    engine.register_fn("html", |text: ImmutableString| rich::html(&text));
    engine.register_fn("markdown", |text: ImmutableString| rich::markdown(&text));
    engine.register_fn("latex", |text: ImmutableString| rich::latex(&text));
    engine.register_fn("svg", |text: ImmutableString| rich::svg(&text));
    engine.register_fn("json", |context: NativeCallContext, value: Dynamic| {
        refused(&context, rich::json(&value))
    });
    engine.register_fn("vega", |context: NativeCallContext, spec: Dynamic| {
        refused(&context, rich::vega(&spec))
    });
    engine.register_fn("image", |context: NativeCallContext, bytes: Blob| {
        refused(&context, rich::image(&bytes))
    });
    engine.register_fn("table", |context: NativeCallContext, rows: Dynamic| {
        refused(&context, Rows::of(&rows, None).map(|rows| rich::table(&rows)))
    });
    engine.register_fn("table", |context: NativeCallContext, rows: Dynamic, columns: Array| {
        let columns: Vec<String> = columns.into_iter().map(|name| name.to_string()).collect();
        refused(&context, Rows::of(&rows, Some(&columns)).map(|rows| rich::table(&rows)))
    });
    engine.register_fn("plot", |context: NativeCallContext, values: Dynamic| {
        refused(&context, Chart::of(&values).map(|chart| rich::plot(&chart)))
    });
    engine.register_fn("plot", |context: NativeCallContext, xs: Dynamic, ys: Dynamic| {
        refused(&context, Chart::of_pair(&xs, &ys).map(|chart| rich::plot(&chart)))
    });
}

fn refused(context: &NativeCallContext, made: std::result::Result<Rich, Refusal>) -> Result<Rich> {
    made.map_err(|why| error_map("ValueError", &why, context.call_position()))
}

/// `display(x)`: a node as `.value` would give it, everything else as it is.
fn display(context: &NativeCallContext, world: &Rc<World>, value: &Dynamic) -> Result<()> {
    let activation = context.tag().and_then(Activation::of_tag);
    let node = activation.as_ref().map(Activation::node);
    let reference = value.read_lock::<Reference>().map(|reference| reference.clone());
    let data = match reference {
        Some(reference) if reference.draft().is_none() => {
            let value = reference.value(activation.is_some(), context.call_position())?;
            world.bundle_of_node(&reference, &value)
        }
        _ => world.bundle_of(value),
    };
    world.show_from_script(node, data);
    Ok(())
}
