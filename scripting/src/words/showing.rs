//! Text, and values that display richly.

use super::Word;

pub(super) const WORDS: &[Word] = &[
    Word::function(
        "help",
        "help()\nhelp(Type)\nhelp(flow.node)\nhelp(\"word\")",
        "Explains: all words, a node type with its ports, a node with its value, or one word.",
    )
    .example("help(\"sleep\")"),
    Word::function("print", "print(value)", "Writes a line to standard output.").example("print(`x is ${x}`)"),
    Word::function("debug", "debug(value)", "Writes a line to standard error, strings in quotes."),
    Word::function(
        "input",
        "input() -> string\ninput(prompt: string) -> string",
        "Asks the user for a line of text. Only what asks waits; other nodes go on.",
    )
    .example("let name = input(\"Your name: \");"),
    Word::function("password", "password(prompt: string) -> string", "Asks the user for a text that is not shown while it is typed."),
    Word::function(
        "progress",
        "progress(done: number, total: number)",
        "Shows a bar: in a node's own display while it runs, or below the cell.",
    )
    .example("for i in 0..100 { progress(i + 1, 100); sleep(0.01); }"),
    Word::function(
        "display",
        "display(value)",
        "Shows a value now, below the cell; a reference shows its node. In a node too.",
    )
    .example("display(table([[1, 2], [3, 4]]))"),
    Word::function(
        "table",
        "table(rows: array|map) -> display\ntable(rows, columns: array) -> display",
        "A table of an array of maps, an array of arrays, or a map of columns. `columns` chooses columns and their order. 60 rows \
         are shown.",
    )
    .example("table([#{ name: \"Ada\", born: 1815 }, #{ name: \"Grace\", born: 1906 }])"),
    Word::function(
        "plot",
        "plot(ys: array) -> display\nplot(xs: array, ys: array) -> display\nplot(#{ name: ys, ..., x: xs, kind: \"line\", title: \"\", x_label: \"\", y_label: \"\" }) -> display",
        "A plot of numbers, of pairs `[x, y]`, or of named series. `kind` is `line`, `points`, `bars` or `area`. JupyterLab draws \
         it with Vega-Lite, others show an SVG.",
    )
    .example("plot(#{ sin: [0, 1, 0, -1], cos: [1, 0, -1, 0], title: \"Waves\" })"),
    Word::function("html", "html(text: string) -> display", "Text that is shown as HTML.").example("html(\"<b>bold</b>\")"),
    Word::function("markdown", "markdown(text: string) -> display", "Text that is shown as Markdown.")
        .example("markdown(\"**bold**\")"),
    Word::function("latex", "latex(text: string) -> display", "A formula in LaTeX, with or without dollar signs.")
        .example("latex(`\\int_0^1 x^2 dx`)"),
    Word::function("svg", "svg(text: string) -> display", "A picture in SVG."),
    Word::function("json", "json(value) -> display", "A value as a tree of JSON that can be opened and closed.")
        .example("json(#{ a: [1, 2], b: true })"),
    Word::function("image", "image(bytes: blob) -> display", "A picture: the bytes of a PNG, JPEG, GIF or WebP."),
    Word::function(
        "vega",
        "vega(specification: map|string) -> display",
        "A chart in Vega-Lite v5, or Vega v5 if its `$schema` says so: a map, or JSON text.",
    )
    .example("vega(#{ data: #{ values: [#{ x: 1 }, #{ x: 2 }] }, mark: \"point\", encoding: #{ x: #{ field: \"x\" } } })"),
];
