"""A Pygments lexer for flowno's cells: Rhai plus ``node``, ``template``, ``yield`` and ``flow``.

``stream`` and ``with`` are words of node headers only, so they are keywords only where a header can
have them.
"""

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups, include, words
from pygments.token import (
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Text,
    Whitespace,
)

__all__ = ["FlownoLexer"]

#: Keywords of Rhai, and ``yield``.
KEYWORDS = (
    "as break case catch continue default do else export for if import in loop private return "
    "switch throw try until while yield"
).split()

#: Words that begin a definition.
DECLARATIONS = "const fn let node template".split()

#: Names that the language gives a meaning.
PSEUDO = "flow global this".split()

CONSTANTS = "false true".split()

#: Types that parameters may be annotated with.
TYPES = "any array blob bool char float int map string".split()

#: Functions that every cell can call.
BUILTINS = (
    "AsyncQueue Condition Event Fn Lock azip call curry debug display exit help html image input "
    "is_def_fn is_def_var json latex markdown password plot print progress sleep socket spawn svg "
    "table timeout type_of vega"
).split()

NAME = r"[A-Za-z_][A-Za-z0-9_]*"


def word(names: list[str]) -> words:
    """Matches one of `names` as a whole word."""
    return words(names, prefix=r"\b", suffix=r"\b")


class FlownoLexer(RegexLexer):
    """Cells of flowno notebooks, and Rhai scripts."""

    name = "Flowno"
    aliases: ClassVar = ["flowno", "rhai"]
    filenames: ClassVar = ["*.rhai"]
    mimetypes: ClassVar = ["text/x-rhai"]
    url = "https://rhai.rs/book"

    tokens: ClassVar = {
        "root": [(r"\}", Punctuation), include("code")],
        # Braces nest, so that the one that ends an interpolation is known.
        "braces": [(r"\}", Punctuation, "#pop"), include("code")],
        "interpolation": [(r"\}", String.Interpol, "#pop"), include("code")],
        "code": [
            # nbval's markers must begin with `#`, which begins no comment otherwise.
            (r"#[ \t]*NBVAL_[^\n]*", Comment.Special),
            (r"\A#![^\n]*", Comment.Hashbang),
            (r"\s+", Whitespace),
            (r"//[/!][^\n]*", String.Doc),
            (r"//[^\n]*", Comment.Single),
            (r"/\*", Comment.Multiline, "comment"),
            (r'"', String.Double, "string"),
            (r"`", String.Backtick, "text"),
            (r"'(\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}|\\.|[^'\\])'", String.Char),
            (r'(#+)(")(?s:.*?)"\1', String.Other),
            (r"0[xX][0-9A-Fa-f_]+", Number.Hex),
            (r"0[oO][0-7_]+", Number.Oct),
            (r"0[bB][01_]+", Number.Bin),
            (r"[0-9][0-9_]*\.[0-9_]+([eE][+-]?[0-9_]+)?", Number.Float),
            # The dots of a range belong to no number.
            (r"[0-9][0-9_]*([eE][+-]?[0-9_]+|\.(?![.A-Za-z_]))", Number.Float),
            (r"[0-9][0-9_]*", Number.Integer),
            (
                rf"\b(node|template)(\s+)({NAME})",
                bygroups(Keyword.Declaration, Whitespace, Name.Class),
            ),
            (rf"\b(fn)(\s+)({NAME})", bygroups(Keyword.Declaration, Whitespace, Name.Function)),
            (rf"\b(stream)(\s+)(?={NAME})", bygroups(Keyword, Whitespace)),
            (r"\b(with)(\s*)(?=#\{)", bygroups(Keyword, Whitespace)),
            (r"(\.)(\s*)(" + NAME + ")", bygroups(Punctuation, Whitespace, Name.Attribute)),
            (word(KEYWORDS), Keyword),
            (word(DECLARATIONS), Keyword.Declaration),
            (word(CONSTANTS), Keyword.Constant),
            (word(PSEUDO), Name.Builtin.Pseudo),
            (rf"(:)(\s*)({'|'.join(TYPES)})\b", bygroups(Punctuation, Whitespace, Keyword.Type)),
            (rf"(->)(\s*)({'|'.join(TYPES)})\b", bygroups(Operator, Whitespace, Keyword.Type)),
            (word(BUILTINS), Name.Builtin),
            (rf"{NAME}(?=\s*\()", Name.Function),
            (NAME, Name),
            (r"#\{", Punctuation, "braces"),
            (r"\{", Punctuation, "braces"),
            (r"[][(),;.:?]", Punctuation),
            (r"[-+*/%&|^!<>=~@#$]+", Operator),
            (r".", Text),
        ],
        # Comments nest too.
        "comment": [
            (r"[^*/]+", Comment.Multiline),
            (r"/\*", Comment.Multiline, "#push"),
            (r"\*/", Comment.Multiline, "#pop"),
            (r"[*/]", Comment.Multiline),
        ],
        "string": [
            (r'[^"\\\n]+', String.Double),
            (r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|(?s:.))", String.Escape),
            (r'"', String.Double, "#pop"),
            # A line ends a string that nobody has closed.
            (r"\n", Whitespace, "#pop"),
        ],
        "text": [
            (r"[^`$]+", String.Backtick),
            (r"``", String.Escape),
            (r"\$\{", String.Interpol, "interpolation"),
            (r"\$", String.Backtick),
            (r"`", String.Backtick, "#pop"),
        ],
    }
