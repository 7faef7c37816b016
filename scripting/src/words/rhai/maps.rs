//! Maps.

use super::MAP;
use crate::words::Word;

pub(in crate::words) const WORDS: &[Word] = &[
    Word::method(MAP, "values", "m.values() -> array", "The values of the fields."),
    Word::method(MAP, "mixin", "m.mixin(other: map)", "Takes over all fields of another; also `m += other`."),
    Word::method(
        MAP,
        "fill_with",
        "m.fill_with(other: map)",
        "Takes over the fields of another that it does not have.",
    ),
];
