//! What every value has, functions as values, and clocks.

use crate::words::Word;

/// What every value has: no type stands for it, so completion offers it anywhere after a dot.
pub(in crate::words) const ANY: &[&str] = &["any"];
const FUNCTION: &[&str] = &["function"];
const TIMESTAMP: &[&str] = &["timestamp"];

pub(in crate::words) const WORDS: &[Word] = &[
    Word::function("type_of", "type_of(value) -> string", "The name of a value's type.").on(ANY),
    Word::function("to_string", "to_string(value) -> string", "A value as text.").on(ANY),
    Word::function("to_debug", "to_debug(value) -> string", "A value as text, strings in quotes.").on(ANY),
    Word::function("is_def_var", "is_def_var(name: string) -> bool", "Whether there is such a variable."),
    Word::function(
        "is_def_fn",
        "is_def_fn(name: string, parameters: int) -> bool",
        "Whether there is such a function.",
    ),
    Word::function("is_shared", "is_shared(value) -> bool", "Whether a variable is captured by a closure."),
    Word::function("take", "take(variable)", "Gives a variable's value and leaves `()` in it."),
    Word::method(ANY, "tag", "x.tag -> int", "A number that is kept with a value."),
    Word::method(ANY, "set_tag", "x.set_tag(tag: int)", "Sets the number that is kept with a value."),
    Word::function(
        "Fn",
        "Fn(name: string) -> function",
        "A function as a value, by its name; closures are `|x| ...`.",
    )
    .example("let f = |x| x + 1; f.call(2)"),
    Word::function("call", "f.call(arguments)", "Calls a function that is a value.").on(FUNCTION),
    Word::function(
        "curry",
        "f.curry(arguments) -> function",
        "A function with its first arguments filled in.",
    )
    .on(FUNCTION),
    Word::method(FUNCTION, "name", "f.name -> string", "The function's name."),
    Word::method(FUNCTION, "is_anonymous", "f.is_anonymous -> bool", "Whether it is a closure."),
    Word::function("timestamp", "timestamp() -> timestamp", "The moment it is called."),
    Word::method(TIMESTAMP, "elapsed", "t.elapsed -> float", "Seconds since then."),
];
