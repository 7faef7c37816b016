//! Every function of Rhai's has a verdict: a new version cannot bring one that nobody has looked at.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};

use rhai::{Array, Blob, Dynamic, Engine, FLOAT, FnPtr, INT, ImmutableString, Map};

use crate::language;

/// Verdicts, each a line `[verdict]` and then the signatures that it holds for.
const REVIEWED: &str = include_str!("reviewed.txt");

/// `sort(array, Fn)` for each function of an engine.
fn signatures(engine: &Engine, with_standard_packages: bool) -> BTreeSet<String> {
    let all = engine.collect_fn_metadata(
        None,
        |function| {
            let metadata = function.metadata;
            let types: Vec<&str> = metadata.param_types.iter().map(|id| type_name(*id)).collect();
            Some(format!("{}({})", metadata.name, types.join(", ")))
        },
        with_standard_packages,
    );
    all.into_iter().collect()
}

fn type_name(id: TypeId) -> &'static str {
    macro_rules! named {
        ($($name:literal => $type:ty),* $(,)?) => { $(if id == TypeId::of::<$type>() { return $name; })* };
    }
    named! {
        "int" => INT, "float" => FLOAT, "bool" => bool, "char" => char, "string" => ImmutableString,
        "array" => Array, "map" => Map, "blob" => Blob, "Fn" => FnPtr, "()" => (), "any" => Dynamic,
        "range" => Range<INT>, "range=" => RangeInclusive<INT>, "time" => std::time::Instant, "f32" => f32,
        "i8" => i8, "u8" => u8, "i16" => i16, "u16" => u16, "i32" => i32, "u32" => u32, "u64" => u64,
        "i128" => i128, "u128" => u128,
    }
    "other"
}

fn reviewed() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let mut verdicts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    let mut verdict = "";
    for line in REVIEWED.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(name) => verdict = name,
            None => {
                verdicts.entry(verdict).or_default().insert(line);
            }
        }
    }
    verdicts
}

#[test]
fn every_function_of_rhai_has_been_reviewed() {
    let all = signatures(&Engine::new(), true);
    let verdicts = reviewed();
    let known: BTreeSet<&str> = verdicts.values().flatten().copied().collect();
    let new: Vec<&String> = all.iter().filter(|signature| !known.contains(signature.as_str())).collect();
    assert!(new.is_empty(), "not in reviewed.txt: {new:#?}");
    let gone: Vec<&&str> = known.iter().filter(|signature| !all.contains(**signature)).collect();
    assert!(gone.is_empty(), "no longer in Rhai: {gone:#?}");
    let counted: usize = verdicts.values().map(BTreeSet::len).sum();
    assert_eq!(counted, known.len(), "a function has two verdicts");
}

#[test]
fn what_is_to_be_ours_is() {
    let own = signatures(&language::engine_of_no_session(), false);
    let missing: Vec<&str> =
        reviewed()["ours"].iter().filter(|signature| !own.contains(**signature)).copied().collect();
    assert!(missing.is_empty(), "{missing:#?}");
}
