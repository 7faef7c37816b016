//! The kinds that take values and give values.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use crate::datum::{Datum, MODULUS, reduced};
use crate::trace::{End, Log};

/// The state of one node, as the stateful kinds keep it.
pub(crate) type State = RefCell<HashMap<&'static str, Datum>>;

/// A parameter of the kind, as an integer.
pub(crate) fn int(params: &Map<String, Json>, name: &str) -> i64 {
    params.get(name).and_then(Json::as_i64).unwrap_or(0)
}

fn datum(params: &Map<String, Json>, name: &str) -> Datum {
    Datum(params.get(name).cloned().unwrap_or(Json::Null))
}

/// The last `count` characters.
pub(crate) fn tail(text: &str, count: i64) -> String {
    // Python's `s[-0:]` is all of `s`.
    let length = text.chars().count();
    let count = if count == 0 { length } else { (count as usize).min(length) };
    text.chars().skip(length - count).collect()
}

/// How many output ports a kind has.
pub(crate) fn outputs(kind: &str) -> usize {
    match kind {
        "sum_diff" | "swap" | "divmod" | "square_stream2" => 2,
        "split3" => 3,
        _ => 1,
    }
}

/// Evaluates a kind without streams; `None` if there is no such kind.
pub(crate) fn call(
    kind: &str,
    params: &Map<String, Json>,
    state: &State,
    log: &Log,
    args: &[Datum],
) -> Option<End> {
    stateless(kind, params, log, args).or_else(|| stateful(kind, params, state, log, args))
}

fn stateless(kind: &str, params: &Map<String, Json>, log: &Log, args: &[Datum]) -> Option<End> {
    let int_of = |index: usize| args[index].int();
    let param = |name| int(params, name);
    let one = |value: Datum| Some(log.give([value]));
    match kind {
        "source" => one(datum(params, "value")),
        "identity" => one(args[0].clone()),
        "inc" => one(reduced(int_of(0) + params.get("by").and_then(Json::as_i64).unwrap_or(1))),
        "affine" => one(reduced(param("a") * int_of(0) + param("b"))),
        "add" => one(reduced(args.iter().map(Datum::int).sum())),
        "mul" => one(args.iter().fold(1.into(), |product: Datum, arg| reduced(product.int() * arg.int()))),
        "mix" => {
            one(args.iter().fold(0.into(), |mixed: Datum, arg| reduced(mixed.int() * 31 + arg.int() + 1)))
        }
        "concat" => one(Datum(args.iter().map(Datum::text).collect::<String>().into())),
        "to_str" => one(Datum(args[0].text().into())),
        "str_hash" => {
            let hash = |hash: i64, c: char| (hash * 131 + i64::from(u32::from(c))).rem_euclid(MODULUS);
            one(args[0].text().chars().fold(7, hash).into())
        }
        "tail_str" => one(Datum(tail(&args[0].text(), param("k")).into())),
        "not" => one(Datum(Json::Bool(!args[0].is_true()))),
        "sink" => one(Datum(Json::Null)),
        "countdown" if int_of(0) <= 0 => Some(log.fail("zero")),
        "countdown" => one((int_of(0) - 1).into()),
        "fail_if_gt" if int_of(0) > param("limit") => Some(log.fail("over")),
        "fail_if_gt" => one(args[0].clone()),
        "sum_diff" => Some(log.give([reduced(int_of(0) + int_of(1)), reduced(int_of(0) - int_of(1))])),
        "swap" => Some(log.give([args[1].clone(), args[0].clone()])),
        "divmod" => {
            let k = param("k");
            Some(log.give([int_of(0).div_euclid(k).into(), int_of(0).rem_euclid(k).into()]))
        }
        "split3" => Some(log.give((1..=3).map(|factor| reduced(factor * int_of(0))))),
        _ => None,
    }
}

fn stateful(kind: &str, params: &Map<String, Json>, state: &State, log: &Log, args: &[Datum]) -> Option<End> {
    let count = |name| state.borrow().get(name).map_or(0, Datum::int);
    let keep = |name, value: Datum| {
        state.borrow_mut().insert(name, value.clone());
        value
    };
    let value = match kind {
        "counter" => {
            let k = keep("k", (count("k") + 1).into()).int() - 1;
            reduced(int(params, "start") + int(params, "step") * k)
        }
        "rolling_sum" => keep("t", reduced(count("t") + args[0].int())),
        "call_count" => keep("n", (count("n") + 1).into()),
        "delay1" => {
            let old = state.borrow().get("v").cloned().unwrap_or_else(|| datum(params, "init"));
            keep("v", args[0].clone());
            old
        }
        "fail_at" => {
            let n = keep("n", (count("n") + 1).into()).int() - 1;
            if n == int(params, "at") {
                return Some(log.fail("at"));
            }
            args[0].clone()
        }
        "rolling_concat" => {
            let old = state.borrow().get("s").map_or_else(String::new, Datum::text);
            keep("s", Datum(json!(tail(&(old + args[0].text().as_str()), int(params, "k")))))
        }
        _ => return None,
    };
    Some(log.give([value]))
}
