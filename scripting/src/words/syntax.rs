//! What the parser knows.

use super::Word;

pub(super) const WORDS: &[Word] = &[
    Word::keyword(
        "node",
        "node Name(x, y: int = 0, stream s) -> type { ... }\nnode Name(x) with #{ state: 0 } { ... }",
        "Defines a node type. Its body sees its parameters, `this` (its state, if it has one) and functions, but no \
         variables of cells. A default bootstraps a cycle; `stream` makes a streaming input; a body that yields makes a \
         streaming node. `-> (a: int, b: int)` names several outputs, given as an array.",
    )
    .example("/// Adds two numbers.\nnode Add(x, y = 0) { x + y }\nflow.sum = Add(1, flow.b);"),
    Word::keyword(
        "template",
        "template Name(f, x) { f.inner = Node(x); f.inner }",
        "Defines a subgraph: `flow.a = Name(1)` makes its nodes below `flow.a`, and `flow.a` is what the body gives.",
    )
    .example("template IncTwice(f, x) { f.first = Inc(x); f.second = Inc(f.first); f.second }"),
    Word::keyword("stream", "node Name(stream x) { for item in x { ... } }", "Makes a parameter of a node a streaming input."),
    Word::keyword(
        "with",
        "node Name(x) with #{ key: value } { this.key ... }",
        "Gives a node type a state: a map that each node keeps between its runs, as `this`.",
    )
    .example("node Total(x) with #{ sum: 0 } { this.sum += x; this.sum }"),
    Word::keyword("yield", "yield value", "Gives an item of a stream, in a node's own body. Waits until it is read.")
        .example("node Count(n) { for i in 0..n { yield i; } }"),
    Word::keyword("this", "this.key", "The state of a node with `with`; in a function, the value it is called on."),
    Word::keyword("let", "let name = value;", "Makes a variable. Later cells see it; nodes and functions do not."),
    Word::keyword("const", "const NAME = value;", "Makes a constant, which functions of later cells see too."),
    Word::keyword("fn", "fn name(x, y) { ... }", "Defines a function. Cells and nodes see its latest version.")
        .example("fn double(x) { x * 2 }"),
    Word::keyword(
        "import",
        "import \"path\" as name;",
        "Reads the functions and constants of `path.rhai` beside the notebook, as `name::f(x)`. Holds to the end of the cell, \
         the function or the body where it stands.",
    ),
    Word::keyword("private", "private fn name() { ... }", "Keeps a function inside its script."),
    Word::keyword("if", "if condition { ... } else { ... }", "Chooses; it has the value of the branch taken."),
    Word::keyword("else", "if condition { ... } else if condition { ... } else { ... }", "The other branch of `if`."),
    Word::keyword("switch", "switch value { 1 => ..., 2 | 3 => ..., 4..9 if test => ..., _ => ... }", "Chooses by value."),
    Word::keyword(
        "for",
        "for item in iterable { ... }\nfor (item, index) in iterable { ... }",
        "Goes through an array, a string's characters, a range, or a stream, whose items it waits for.",
    )
    .example("for i in 0..10 { print(i); }"),
    Word::keyword("in", "for item in iterable { ... }\nvalue in container", "Part of `for`; or whether a container has a value."),
    Word::keyword("while", "while condition { ... }", "Repeats as long as a condition holds."),
    Word::keyword("loop", "loop { ... }", "Repeats until `break`, whose value it has."),
    Word::keyword("do", "do { ... } while condition\ndo { ... } until condition", "Repeats; the test comes after."),
    Word::keyword("until", "do { ... } until condition", "Ends a `do` when the condition holds."),
    Word::keyword("break", "break;\nbreak value;", "Leaves a loop, with a value if one is given."),
    Word::keyword("continue", "continue;", "Goes on with the loop's next turn."),
    Word::keyword("return", "return value;", "Leaves a function or a node's body, or ends a cell."),
    Word::keyword("throw", "throw value;", "Raises an error. A map with `error` and `message` is a named one.")
        .example("throw #{ error: \"TooHot\", message: \"above 90\" };"),
    Word::keyword(
        "try",
        "try { ... } catch (e) { ... }",
        "Catches errors: `e.error` is the name, `e.message` the text. A catch cannot hold up an interrupt.",
    )
    .example("try { flow.a.value } catch (e) { print(e.message); }"),
    Word::keyword("catch", "try { ... } catch (e) { ... }", "What is done about an error in `try`."),
    Word::keyword("true", "true", "The truth value."),
    Word::keyword("false", "false", "The other truth value."),
];
