//! Arrays, and what arrays have in common with other containers.

use super::{ARRAY, MAP};
use crate::words::Word;

const CONTAINERS: &[&str] = &["array", "string", "blob", "map"];
const SEQUENCES: &[&str] = &["array", "string", "blob"];
const LISTS: &[&str] = &["array", "blob"];
const FILTERED: &[&str] = &["array", "blob", "map"];
const BOTH: &[&str] = &["array", "map"];

pub(in crate::words) const WORDS: &[Word] = &[
    Word::method(CONTAINERS, "len", "x.len -> int", "How many items, characters, bytes or fields."),
    Word::method(
        &["array", "string", "blob", "map", "range"],
        "is_empty",
        "x.is_empty -> bool",
        "Whether there is nothing in it.",
    ),
    Word::method(
        &["array", "string", "blob", "map", "range"],
        "contains",
        "x.contains(value) -> bool",
        "Whether it has this item, text, byte or field; also `value in x`.",
    ),
    Word::method(BOTH, "to_json", "x.to_json() -> string", "It as JSON text; `json(x)` shows it as a tree."),
    Word::method(CONTAINERS, "clear", "x.clear()", "Takes everything out."),
    Word::method(CONTAINERS, "get", "x.get(index)", "A copy of what is there; `()` if nothing is."),
    Word::method(
        CONTAINERS,
        "set",
        "x.set(index, value)",
        "Replaces what is there; nothing happens outside.",
    ),
    Word::method(
        CONTAINERS,
        "remove",
        "x.remove(index)",
        "Takes an item or field out and gives it; of a string, every occurrence.",
    ),
    Word::method(LISTS, "push", "x.push(item)", "Adds an item at the end.").example("let a = []; a.push(1);"),
    Word::method(SEQUENCES, "append", "x.append(other)", "Adds all of another at the end."),
    Word::method(LISTS, "insert", "x.insert(index: int, item)", "Adds an item before another."),
    Word::method(SEQUENCES, "pop", "x.pop()", "Takes the last item out and gives it."),
    Word::method(LISTS, "shift", "x.shift()", "Takes the first item out and gives it."),
    Word::method(SEQUENCES, "pad", "x.pad(length: int, item)", "Adds copies at the end up to a length."),
    Word::method(SEQUENCES, "truncate", "x.truncate(length: int)", "Cuts off all behind a length."),
    Word::method(
        LISTS,
        "chop",
        "x.chop(length: int)",
        "Cuts off the beginning and leaves this many at the end.",
    ),
    Word::method(
        LISTS,
        "extract",
        "x.extract(start: int)\nx.extract(start: int, count: int)\nx.extract(range)",
        "A copy of a part.",
    ),
    Word::method(
        LISTS,
        "splice",
        "x.splice(start: int, count: int, others)\nx.splice(range, others)",
        "Replaces a part by other items.",
    ),
    Word::method(
        SEQUENCES,
        "split",
        "x.split(index: int)\ns.split() -> array\ns.split(separator) -> array",
        "Of a string, the pieces between separators or white space; of an array or blob, cuts off all from an index and gives it.",
    ),
    Word::method(LISTS, "reverse", "x.reverse()", "Turns the order round, in place."),
    Word::method(
        &["array", "string"],
        "index_of",
        "x.index_of(value) -> int\na.index_of(|x| test) -> int\nx.index_of(value, start: int) -> int",
        "Where it first is; -1 if nowhere.",
    ),
    Word::method(
        FILTERED,
        "drain",
        "x.drain(|item| test)\nx.drain(range)",
        "Takes out what passes a test, or a part, and gives it.",
    ),
    Word::method(
        FILTERED,
        "retain",
        "x.retain(|item| test)\nx.retain(range)",
        "Takes out all else, and gives it.",
    ),
    Word::method(BOTH, "map", "a.map(|item, index| ...) -> array", "What a function makes of each item.")
        .example("[1, 2, 3].map(|x| x * x)"),
    Word::method(BOTH, "filter", "a.filter(|item, index| test)", "The items that pass a test."),
    Word::method(
        ARRAY,
        "for_each",
        "a.for_each(|index| this ...)",
        "Calls a function with each item as `this`.",
    ),
    Word::method(
        ARRAY,
        "reduce",
        "a.reduce(|result, item, index| ..., initial)",
        "Folds the items into one value, from the first.",
    )
    .example("[1, 2, 3].reduce(|sum, x| sum + x, 0)"),
    Word::method(
        ARRAY,
        "reduce_rev",
        "a.reduce_rev(|result, item, index| ..., initial)",
        "Folds the items, from the last.",
    ),
    Word::method(
        ARRAY,
        "find",
        "a.find(|item, index| test)\na.find(|item| test, start: int)",
        "The first item that passes a test; `()` if none does.",
    ),
    Word::method(
        ARRAY,
        "find_map",
        "a.find_map(|item, index| ...)",
        "The first result of a function that is not `()`.",
    ),
    Word::method(ARRAY, "some", "a.some(|item, index| test) -> bool", "Whether an item passes a test."),
    Word::method(ARRAY, "all", "a.all(|item, index| test) -> bool", "Whether all items pass a test."),
    Word::method(
        ARRAY,
        "sort",
        "a.sort()\na.sort(|a, b| a - b)",
        "Sorts in place, by a comparison if one is given: negative if `a` comes first.",
    ),
    Word::method(ARRAY, "sort_by", "a.sort_by(|a, b| a - b)", "Sorts in place by a comparison."),
    Word::method(ARRAY, "sort_desc", "a.sort_desc()", "Sorts in place, the greatest first."),
    Word::method(ARRAY, "order", "a.order() -> array\na.order(|a, b| a - b) -> array", "A sorted copy."),
    Word::method(ARRAY, "order_by", "a.order_by(|a, b| a - b) -> array", "A copy sorted by a comparison."),
    Word::method(ARRAY, "order_desc", "a.order_desc() -> array", "A sorted copy, the greatest first."),
    Word::method(
        ARRAY,
        "dedup",
        "a.dedup()\na.dedup(|a, b| test)",
        "Takes out items that equal the one before.",
    ),
    Word::method(
        ARRAY,
        "zip",
        "a.zip(other: array, |x, y| ...) -> array",
        "What a function makes of the items of two arrays, pair by pair.",
    ),
    Word::method(MAP, "keys", "m.keys() -> array", "The names of the fields."),
];
