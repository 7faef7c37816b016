//! Arrays: `dedup`, whose own version swallows errors; `pad`, `drain`, `retain`, which take their time.

use rhai::{Array, Dynamic, Engine, FnPtr, INT, ImmutableString, NativeCallContext};

use super::{Pace, Result, are_equal, register_changing};

/// How many elements are made between two steps.
const ELEMENTS_A_STEP: usize = 1_024;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    let own = pace.clone();
    register_changing(engine, "dedup", move |context: NativeCallContext, array: &mut Array| {
        dedup(&context, &own, array, |one, other| are_equal(&context, one, other))
    });
    let own = pace.clone();
    register_changing(engine, "dedup", move |context: NativeCallContext, array: &mut Array, equal: FnPtr| {
        dedup_by(&context, &own, array, &equal)
    });
    let own = pace.clone();
    register_changing(
        engine,
        "dedup",
        move |context: NativeCallContext, array: &mut Array, name: ImmutableString| {
            dedup_by(&context, &own, array, &FnPtr::new(name)?)
        },
    );
    let own = pace.clone();
    register_changing(
        engine,
        "pad",
        move |context: NativeCallContext, array: &mut Array, length: INT, value: Dynamic| {
            pad(&context, &own, array, length, &value)
        },
    );
    // What is taken out, or what is kept: one walk, and not one move of the rest for each element.
    for (name, taken) in [("drain", true), ("retain", false)] {
        register_changing(
            engine,
            name,
            move |context: NativeCallContext, array: &mut Array, filter: FnPtr| {
                take_out(&context, array, |context, element, index| {
                    let answer = filter.call_raw_with_extra_args(
                        name,
                        context,
                        Some(element),
                        [],
                        [Dynamic::from(index as INT)],
                        Some(0),
                    )?;
                    Ok(answer.as_bool().unwrap_or(false) == taken)
                })
            },
        );
    }
}

/// Drops each element that is equal to the one kept before it.
fn dedup(
    context: &NativeCallContext,
    pace: &Pace,
    array: &mut Array,
    equal: impl Fn(&Dynamic, &Dynamic) -> Result<bool>,
) -> Result<()> {
    let mut kept = Vec::with_capacity(array.len());
    let mut last: Option<&Dynamic> = None;
    for element in &*array {
        pace.step(context.call_position())?;
        let keep = match last {
            Some(last) => !equal(last, element)?,
            None => true,
        };
        if keep {
            last = Some(element);
        }
        kept.push(keep);
    }
    let mut kept = kept.into_iter();
    array.retain(|_| kept.next().unwrap_or(true));
    Ok(())
}

fn dedup_by(context: &NativeCallContext, pace: &Pace, array: &mut Array, equal: &FnPtr) -> Result<()> {
    dedup(context, pace, array, |one, other| {
        let answer = equal.call_raw(context, None, [one.clone(), other.clone()])?;
        Ok(answer.as_bool().unwrap_or(false))
    })
}

fn pad(
    context: &NativeCallContext,
    pace: &Pace,
    array: &mut Array,
    length: INT,
    value: &Dynamic,
) -> Result<()> {
    let position = context.call_position();
    let length = usize::try_from(length).unwrap_or(0);
    let missing = length.saturating_sub(array.len());
    pace.room_for(missing.saturating_mul(size_of::<Dynamic>()), position)?;
    array.reserve(missing);
    while array.len() < length {
        pace.step(position)?;
        let more = ELEMENTS_A_STEP.min(length - array.len());
        array.extend((0..more).map(|_| value.clone()));
    }
    Ok(())
}

/// Takes out the elements that `is_out` holds for, in order. An error leaves the rest in, untested.
fn take_out(
    context: &NativeCallContext,
    array: &mut Array,
    is_out: impl Fn(&NativeCallContext, &mut Dynamic, usize) -> Result<bool>,
) -> Result<Array> {
    let mut out = Vec::with_capacity(array.len());
    let mut failed = None;
    for (index, element) in array.iter_mut().enumerate() {
        match is_out(context, element, index) {
            Ok(is_out) => out.push(is_out),
            Err(error) => {
                failed = Some(error);
                break;
            }
        }
    }
    let mut taken = Array::new();
    let mut flags = out.into_iter();
    array.retain_mut(|element| {
        let is_out = flags.next().unwrap_or(false);
        if is_out {
            taken.push(std::mem::take(element));
        }
        !is_out
    });
    failed.map_or(Ok(taken), Err)
}
