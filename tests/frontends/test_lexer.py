"""Cells in colours wherever Pygments draws them."""

import re

import pytest
from pygments.lexers import get_lexer_by_name, get_lexer_for_filename
from pygments.token import Comment, Error, Keyword, Name, Number, String, Token, Whitespace

from flowno_testing.lab import ROOT, TOUR

WORDS = ("KEYWORDS", "DECLARATIONS", "PSEUDO", "CONSTANTS", "TYPES", "BUILTINS")


def tokens(code: str) -> list[tuple[object, str]]:
    """The tokens of a cell, without blanks."""
    lexer = get_lexer_by_name("flowno", stripnl=False, ensurenl=False)
    found = list(lexer.get_tokens(code))
    assert "".join(text for _, text in found) == code
    return [(kind, text) for kind, text in found if kind not in Whitespace]


def kinds(code: str) -> dict[str, object]:
    """What each text of a cell is; the last counts."""
    return {text: kind for kind, text in tokens(code)}


def test_it_is_found_by_name_and_by_file() -> None:
    assert get_lexer_by_name("rhai").name == "Flowno"
    assert get_lexer_for_filename("a.rhai").name == "Flowno"


def test_a_node_header_has_its_own_words() -> None:
    found = kinds(
        "node Total(stream xs, y: int) -> float with #{ n: 0 } { yield this.n; flow.a }"
        "\ntemplate Twice(f, x) { f.b }"
    )
    assert found["node"] is Keyword.Declaration
    assert found["template"] is Keyword.Declaration
    assert found["Total"] is Name.Class
    assert found["Twice"] is Name.Class
    assert found["stream"] is Keyword
    assert found["with"] is Keyword
    assert found["yield"] is Keyword
    assert found["int"] is Keyword.Type
    assert found["float"] is Keyword.Type
    assert found["flow"] is Name.Builtin.Pseudo
    assert found["a"] is Name.Attribute


def test_words_of_headers_are_names_elsewhere() -> None:
    found = kinds("let stream = 1; let with = stream + int;")
    assert {found[word] for word in ("stream", "with", "int")} == {Name}


def test_interpolations_nest_and_end_where_they_should() -> None:
    assert [text for _, text in tokens("`a ${ #{x: `b ${1}`} } c`;")] == [
        "`", "a ", "${", "#{", "x", ":", "`", "b ", "${", "1", "}", "`", "}", "}", " c", "`", ";",
    ]  # fmt: skip
    found = tokens("`${ {1} }`;")
    assert found[-2:] == [(String.Backtick, "`"), (Token.Punctuation, ";")]
    assert (String.Double, "${x}") in tokens('"${x}"')


def test_comments_nest() -> None:
    code = "/* a /* b\n */ c */ 1"
    *comment, number = tokens(code)
    assert {kind for kind, _ in comment} == {Comment.Multiline}
    assert number == (Number.Integer, "1")
    assert kinds("/// told")["/// told"] is String.Doc


@pytest.mark.parametrize("marker", ["# NBVAL_IGNORE_OUTPUT", "#NBVAL_SKIP"])
def test_markers_of_nbval_are_comments_and_a_map_is_none(marker: str) -> None:
    assert tokens(f"{marker}\n1") == [(Comment.Special, marker), (Number.Integer, "1")]
    assert kinds("#{a: 1}")["#{"] is Token.Punctuation


def test_strings_end_with_their_quotes() -> None:
    for code in ('"a \\" b" 1', '#"a " b"# 1', '"open\n1', '"goes \\\non" 1', "'\\'' 1"):
        assert tokens(code)[-1] == (Number.Integer, "1"), code


def test_numbers_leave_ranges_and_method_calls_alone() -> None:
    def numbers(code: str) -> list[str]:
        return [text for kind, text in tokens(code) if kind in Number]

    assert numbers("1..=20") == ["1", "20"]
    code = "0xff 0b1_0 1_000 1.5e-3 2. 1.max(2)"
    assert numbers(code) == ["0xff", "0b1_0", "1_000", "1.5e-3", "2.", "1", "2"]


def test_the_tour_has_no_token_that_is_not_known() -> None:
    import nbformat

    for cell in nbformat.read(TOUR, as_version=4).cells:
        if cell.cell_type == "code":
            assert Error not in {kind for kind, _ in tokens(cell.source)}, cell.source


def test_the_extension_of_jupyterlab_knows_the_same_words() -> None:
    from flowno_kernel import lexer

    source = (ROOT / "labextension" / "src" / "words.js").read_text()
    for name in WORDS:
        definition = re.search(rf"const {name} = words\((.*?)\);", source, re.DOTALL)
        assert definition, name
        words = "".join(re.findall(r"'([^']*)'", definition[1])).split()
        assert words == list(getattr(lexer, name))


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("keyword", ["syntax"]),
        ("type_name", ["types"]),
        ("function", ["showing", "time"]),
    ],
)
def test_every_word_that_the_language_has_is_known(kind: str, files: list[str]) -> None:
    """Against the table that `help` reads."""
    for file in files:
        rows = (ROOT / "scripting" / "src" / "words" / f"{file}.rs").read_text()
        words = re.findall(rf'Word::{kind}\(\s*"(\w+)"', rows)
        assert words, file
        for word in words:
            # `stream` and `with` are words before a name and before a map.
            code = {"stream": "stream x", "with": "with #{"}.get(word, word)
            code = f": {word}" if kind == "type_name" else code
            found = next(kind for kind, text in tokens(code) if text == word)
            assert found in Keyword or found in Name.Builtin, f"{word} is {found}"
