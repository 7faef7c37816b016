//! Strings and characters.

use super::{STRING, TEXT};
use crate::words::Word;

pub(in crate::words) const WORDS: &[Word] = &[
    Word::method(STRING, "bytes", "s.bytes", "How many bytes it takes as UTF-8; `len` counts characters."),
    Word::method(
        STRING,
        "chars",
        "s.chars()\ns.chars(start: int, count: int)\ns.chars(range)",
        "Its characters in turn, for `for`.",
    ),
    Word::method(STRING, "to_chars", "s.to_chars() -> array", "Its characters."),
    Word::method(STRING, "to_blob", "s.to_blob() -> blob", "Its bytes as UTF-8."),
    Word::method(TEXT, "to_upper", "s.to_upper()", "The same in capital letters."),
    Word::method(TEXT, "to_lower", "s.to_lower()", "The same in small letters."),
    Word::method(TEXT, "make_upper", "s.make_upper()", "Changes it to capital letters."),
    Word::method(TEXT, "make_lower", "s.make_lower()", "Changes it to small letters."),
    Word::method(STRING, "trim", "s.trim()", "Takes white space off both ends, in place."),
    Word::method(STRING, "starts_with", "s.starts_with(text: string) -> bool", "Whether it begins so."),
    Word::method(STRING, "ends_with", "s.ends_with(text: string) -> bool", "Whether it ends so."),
    Word::method(
        STRING,
        "sub_string",
        "s.sub_string(start: int) -> string\ns.sub_string(start: int, count: int) -> string\ns.sub_string(range) -> string",
        "A part of it; a negative start counts from the end.",
    ),
    Word::method(
        STRING,
        "crop",
        "s.crop(start: int)\ns.crop(start: int, count: int)\ns.crop(range)",
        "Keeps only a part, in place.",
    ),
    Word::method(
        STRING,
        "replace",
        "s.replace(old, new)",
        "Replaces every occurrence of a text or character, in place.",
    ),
    Word::method(
        STRING,
        "split_rev",
        "s.split_rev(separator) -> array\ns.split_rev(separator, pieces: int) -> array",
        "Its pieces between separators, the last first.",
    ),
    Word::function("parse_json", "parse_json(text: string)", "The value that a JSON text writes.")
        .on(STRING)
        .example("parse_json(`{\"a\": [1, 2]}`)"),
];
