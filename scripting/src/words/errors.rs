//! The names of errors: what `e.error` says in a `catch`, and what a failed cell is headed by.

use super::Word;

pub(super) const WORDS: &[Word] = &[
    Word::error(
        "NodeExecutionError",
        "A node's body has failed, or its value was asked for and there is none.",
    ),
    Word::error("TerminateLimitReached", "A run has reached its `stop_at_node_generation`; values stay."),
    Word::error("MissingDefaultError", "A cycle in which no parameter has a default."),
    Word::error("StreamCancelled", "At a `yield`: the reader has cancelled the stream."),
    Word::error("TimeoutError", "What was asked for has taken longer than it may."),
    Word::error("QueueClosedError", "The queue is closed: nothing can be put, or nothing is left to get."),
    Word::error("TaskCancelled", "The task that was joined was cancelled."),
    Word::error("DataRaceError", "A captured variable is in use by another task."),
    Word::error("PermissionError", "Closed by `--deny`, or refused by the system."),
    Word::error("WiringError", "What a cell wires cannot be, or is not to be done there."),
    Word::error("NameError", "No such variable, function, output, or no name for a node."),
    Word::error("TypeError", "A value is not of the type that is needed."),
    Word::error("ValueError", "A value is of the right type but not one that can be used."),
    Word::error("IndexError", "An index outside an array, a string or a blob."),
    Word::error("ArithmeticError", "A division by zero or an overflow."),
    Word::error("AssignmentError", "An assignment to a constant."),
    Word::error("SyntaxError", "A cell's text is not of the language."),
    Word::error("RecursionError", "Functions call each other too deeply."),
    Word::error("PermissionError", "The kernel was started with `--deny` for what was to be reached."),
    Word::error("MemoryLimitError", "Scripts want more memory than they may have. It cannot be caught."),
    Word::error("SizeLimitError", "A value too large for a function that goes through it at once."),
    Word::error("SuspendedLimitError", "Too many scripts wait at a time."),
    Word::error("RuntimeError", "Any other error of a script."),
    Word::error("StalledError", "Nothing is left that could run, but the cell still waits."),
    Word::error("KeyboardInterrupt", "The user has interrupted the cell. It cannot be caught."),
    Word::error("InternalError", "A defect of the kernel."),
];
