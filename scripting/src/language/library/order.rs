//! Sorting. Rhai's own swallows what a comparator throws, an interrupt too, and goes on with any order.
//!
//! A merge sort over the places of the elements: the array changes when all comparisons have been made, so an error
//! leaves it as it was. Elements that compare as equal keep their order.

use std::cmp::Ordering;

use rhai::{Array, Dynamic, Engine, FLOAT, FnPtr, INT, ImmutableString, NativeCallContext};

use super::{Pace, Result, register_changing};
use crate::display::called;
use crate::report::error_map;

/// How many elements are sorted at a time by comparisons that cannot wait: about a millisecond.
const RUN: usize = 4_096;

pub(super) fn register(engine: &mut Engine, pace: &Pace) {
    for name in ["sort", "sort_by"] {
        let own = pace.clone();
        register_changing(
            engine,
            name,
            move |context: NativeCallContext, array: &mut Array, comparator: FnPtr| {
                sort_by(&context, &own, array, &comparator)
            },
        );
    }
    for name in ["order", "order_by"] {
        let own = pace.clone();
        let order = move |context: NativeCallContext, array: Array, comparator: FnPtr| {
            let mut ordered = array;
            sort_by(&context, &own, &mut ordered, &comparator).map(|()| ordered)
        };
        engine.register_fn(name, order);
    }
    let own = pace.clone();
    register_changing(
        engine,
        "sort",
        move |context: NativeCallContext, array: &mut Array, name: ImmutableString| {
            sort_by(&context, &own, array, &FnPtr::new(name)?)
        },
    );
    for (sort_name, order_name, descending) in [("sort", "order", false), ("sort_desc", "order_desc", true)] {
        let own = pace.clone();
        register_changing(engine, sort_name, move |context: NativeCallContext, array: &mut Array| {
            sort(&context, &own, array, descending)
        });
        let own = pace.clone();
        engine.register_fn(order_name, move |context: NativeCallContext, array: Array| {
            let mut ordered = array;
            sort(&context, &own, &mut ordered, descending).map(|()| ordered)
        });
    }
}

/// Sorts by a script that says which of two goes first: by a negative or positive number, or by `true` if its first
/// argument does.
fn sort_by(context: &NativeCallContext, pace: &Pace, array: &mut Array, comparator: &FnPtr) -> Result<()> {
    let goes_first = |one: &Dynamic, other: &Dynamic| {
        let answer = comparator.call_raw(context, None, [one.clone(), other.clone()])?;
        match (answer.as_int(), answer.as_bool()) {
            (Ok(number), _) => Ok(number < 0),
            (_, Ok(first)) => Ok(first),
            _ => {
                let message = format!(
                    "a comparator gives a number (below 0: its first argument goes first) or a bool, not {}",
                    called(answer.type_name())
                );
                Err(error_map("TypeError", &message, context.call_position()))
            }
        }
    };
    let places: Vec<usize> = (0..array.len()).collect();
    merge(context, pace, array, places, 1, goes_first)
}

/// Sorts numbers, texts, characters or bools, all of one type.
fn sort(context: &NativeCallContext, pace: &Pace, array: &mut Array, descending: bool) -> Result<()> {
    let Some(first) = array.first() else { return Ok(()) };
    if let Some(other) = array.iter().find(|value| value.type_id() != first.type_id()) {
        let message = format!(
            "elements of different types cannot be sorted ({} and {}): give a comparator, sort(|a, b| ...)",
            called(first.type_name()),
            called(other.type_name())
        );
        return Err(error_map("TypeError", &message, context.call_position()));
    }
    let Some(ascending) = comparison(first) else {
        let message = format!(
            "elements of type {} cannot be sorted without a comparator, sort(|a, b| ...)",
            called(first.type_name())
        );
        return Err(error_map("TypeError", &message, context.call_position()));
    };
    let compare = |one: &Dynamic, other: &Dynamic| {
        if descending { ascending(other, one) } else { ascending(one, other) }
    };
    let mut places: Vec<usize> = (0..array.len()).collect();
    for run in places.chunks_mut(RUN) {
        run.sort_by(|one, other| compare(&array[*one], &array[*other]));
        pace.step(context.call_position())?;
    }
    merge(context, pace, array, places, RUN, |one, other| Ok(compare(one, other) == Ordering::Less))
}

/// How values of this one's type compare; `None` if they have no order.
fn comparison(value: &Dynamic) -> Option<fn(&Dynamic, &Dynamic) -> Ordering> {
    if value.is::<INT>() {
        Some(|one, other| one.as_int().ok().cmp(&other.as_int().ok()))
    } else if value.is::<FLOAT>() {
        Some(|one, other| match (one.as_float(), other.as_float()) {
            (Ok(one), Ok(other)) => one.total_cmp(&other),
            _ => Ordering::Equal,
        })
    } else if value.is::<ImmutableString>() {
        Some(|one, other| match (one.as_immutable_string_ref(), other.as_immutable_string_ref()) {
            (Ok(one), Ok(other)) => one.as_str().cmp(other.as_str()),
            _ => Ordering::Equal,
        })
    } else if value.is::<char>() {
        Some(|one, other| one.as_char().ok().cmp(&other.as_char().ok()))
    } else if value.is::<bool>() {
        Some(|one, other| one.as_bool().ok().cmp(&other.as_bool().ok()))
    } else if value.is::<()>() {
        Some(|_, _| Ordering::Equal)
    } else {
        None
    }
}

/// Merges runs of `run` places, each sorted, until one is left; then puts the elements there.
fn merge(
    context: &NativeCallContext,
    pace: &Pace,
    array: &mut Array,
    mut places: Vec<usize>,
    mut run: usize,
    goes_first: impl Fn(&Dynamic, &Dynamic) -> Result<bool>,
) -> Result<()> {
    let mut merged = Vec::with_capacity(places.len());
    while run < places.len() {
        merged.clear();
        for pair in places.chunks(2 * run) {
            let (mut left, mut right) = pair.split_at(run.min(pair.len()));
            while let (Some(one), Some(other)) = (left.first(), right.first()) {
                pace.step(context.call_position())?;
                // Only if it must: equal elements keep their order.
                let side = match goes_first(&array[*other], &array[*one])? {
                    true => &mut right,
                    false => &mut left,
                };
                merged.push(side[0]);
                *side = &side[1..];
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut places, &mut merged);
        run *= 2;
    }
    let mut elements = std::mem::take(array);
    *array = places.into_iter().map(|place| std::mem::take(&mut elements[place])).collect();
    Ok(())
}
