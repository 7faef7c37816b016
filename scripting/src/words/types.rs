//! The names of types, in headers and as `type_of` says them.

use super::Word;

pub(super) const WORDS: &[Word] = &[
    Word::type_name("int", "A whole number of 64 bits: `42`, `0xff`, `1_000`. `type_of` says `i64`."),
    Word::type_name("float", "A floating-point number of 64 bits: `1.5`, `2e10`. `type_of` says `f64`."),
    Word::type_name("bool", "`true` or `false`."),
    Word::type_name("char", "One character: `'a'`."),
    Word::type_name("string", "Text: `\"a\\n\"`, or `` `x is ${x}` `` with values in it."),
    Word::type_name("array", "Values in a row: `[1, \"two\"]`."),
    Word::type_name("map", "Values by name: `#{ a: 1, b: 2 }`, reached as `m.a` or `m[\"a\"]`."),
    Word::type_name("blob", "Bytes: `blob(4)`."),
    Word::type_name("any", "Whatever it is, in a node's header: not checked."),
];
