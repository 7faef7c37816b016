//! Bytes.

use super::BLOB;
use crate::words::Word;

pub(in crate::words) const WORDS: &[Word] = &[
    Word::function(
        "blob",
        "blob() -> blob\nblob(length: int) -> blob\nblob(length: int, byte: int) -> blob",
        "Bytes: none, or as many zeros or copies of a byte.",
    ),
    Word::method(BLOB, "as_string", "b.as_string() -> string", "The text that the bytes write as UTF-8."),
    Word::method(BLOB, "to_array", "b.to_array() -> array", "The bytes as numbers."),
    Word::method(
        BLOB,
        "parse_le_int",
        "b.parse_le_int(start: int, count: int) -> int\nb.parse_le_int(range) -> int",
        "The number that bytes write, the lowest first.",
    ),
    Word::method(
        BLOB,
        "parse_be_int",
        "b.parse_be_int(start: int, count: int) -> int\nb.parse_be_int(range) -> int",
        "The number that bytes write, the highest first.",
    ),
    Word::method(
        BLOB,
        "parse_le_float",
        "b.parse_le_float(start: int, count: int) -> float\nb.parse_le_float(range) -> float",
        "The float that bytes write, the lowest first.",
    ),
    Word::method(
        BLOB,
        "parse_be_float",
        "b.parse_be_float(start: int, count: int) -> float\nb.parse_be_float(range) -> float",
        "The float that bytes write, the highest first.",
    ),
    Word::method(
        BLOB,
        "write_le",
        "b.write_le(start: int, count: int, number)\nb.write_le(range, number)",
        "Writes a number, the lowest byte first.",
    ),
    Word::method(
        BLOB,
        "write_be",
        "b.write_be(start: int, count: int, number)\nb.write_be(range, number)",
        "Writes a number, the highest byte first.",
    ),
    Word::method(
        BLOB,
        "write_utf8",
        "b.write_utf8(start: int, count: int, text: string)\nb.write_utf8(range, text: string)",
        "Writes a text as UTF-8.",
    ),
    Word::method(
        BLOB,
        "write_ascii",
        "b.write_ascii(start: int, count: int, text: string)\nb.write_ascii(range, text: string)",
        "Writes a text of ASCII characters; leaves others out.",
    ),
];
