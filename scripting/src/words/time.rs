//! Waiting, and ending.

use super::Word;

const ON_STREAM: &[&str] = &["stream"];

pub(super) const WORDS: &[Word] = &[
    Word::function(
        "sleep",
        "sleep(seconds: int|float) -> float",
        "Waits, and gives the seconds really slept. Other nodes go on.",
    )
    .example("sleep(0.5)"),
    Word::function(
        "exit",
        "exit()\nexit(value)",
        "Ends the cell with a value; in a node, ends that run with it.",
    ),
    Word::method(
        ON_STREAM,
        "next",
        "stream.next()",
        "The next item of a streaming input, which it waits for; `()` at the end.",
    ),
    Word::method(
        ON_STREAM,
        "cancel",
        "stream.cancel()",
        "Ends a stream: its producer gets `StreamCancelled` at its `yield`.",
    ),
];
