//! Maps: joining two takes up to a microsecond a key.

use rhai::{Dynamic, Engine, Identifier, Map, NativeCallContext};

use super::{Pace, Result, register_changing};

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    for name in ["mixin", "+="] {
        let own = pace.clone();
        register_changing(engine, name, move |context: NativeCallContext, map: &mut Map, other: Map| {
            join(&context, &own, map, other, |map, key, value| {
                map.insert(key, value);
            })
        });
    }
    let own = pace.clone();
    engine.register_fn("+", move |context: NativeCallContext, map: Map, other: Map| {
        let mut sum = map;
        join(&context, &own, &mut sum, other, |map, key, value| {
            map.insert(key, value);
        })
        .map(|()| sum)
    });
    let own = pace.clone();
    register_changing(engine, "fill_with", move |context: NativeCallContext, map: &mut Map, other: Map| {
        join(&context, &own, map, other, |map, key, value| {
            map.entry(key).or_insert(value);
        })
    });
}

fn join(
    context: &NativeCallContext,
    pace: &Pace,
    map: &mut Map,
    other: Map,
    put: impl Fn(&mut Map, Identifier, Dynamic),
) -> Result<()> {
    for (key, value) in other {
        pace.step(context.call_position())?;
        put(map, key, value);
    }
    Ok(())
}
