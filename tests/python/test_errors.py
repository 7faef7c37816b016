"""Errors say where they happened and in what."""

import re

import pytest

from flowno_testing.kernel import Kernel, Run

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def report(run: Run) -> str:
    """The traceback as a person reads it."""
    return ANSI.sub("", "\n".join(run.content["traceback"]))


def assert_points_at(told: str, line: str, column: int) -> None:
    """The report shows `line` and, below it, a caret under its `column` (from 1)."""
    shown = told.splitlines()
    at = next((i for i, text in enumerate(shown) if line in text), None)
    assert at is not None, told
    caret = shown[at + 1].index("^")
    assert caret - shown[at].index(line) + 1 == column, told


@pytest.mark.parametrize(
    ("code", "line", "column"),
    [
        ("let x = 1;\nlet y = ;", "let y = ;", 9),
        ("let x = 1;\nno_such_name + x", "no_such_name + x", 1),
        ('let e = "é";\n"ü" + no_such_name', '"ü" + no_such_name', 7),
    ],
)
def test_an_error_shows_its_line_with_a_caret(
    kernel: Kernel, code: str, line: str, column: int
) -> None:
    kernel.ok("1")
    run = kernel.run(code)
    assert run.content["status"] == "error"
    told = report(run)
    assert "In [2]" in told
    assert re.search(rf"line 2\b.*\b{column}\b", told), told
    assert_points_at(told, line, column)


def test_the_reply_and_the_error_message_say_the_same(kernel: Kernel) -> None:
    run = kernel.run("no_such_name")
    (error,) = run.of("error")
    for key in ("ename", "evalue", "traceback"):
        assert error[key] == run.content[key]
    assert error["ename"]
    assert error["evalue"]


def test_an_error_in_a_node_names_it_and_what_it_got(kernel: Kernel) -> None:
    kernel.ok("node Share(bill, guests) {\n    bill / guests\n}")
    run = kernel.run("flow.share = Share(66, 0)")
    told = report(run)
    for word in ("share", "Share", "66", "0", "In [1]", "bill / guests"):
        assert word in told, told


def test_a_failed_node_is_tried_again_when_an_input_changes(kernel: Kernel) -> None:
    kernel.ok("node Share(bill, guests) { bill / guests }")
    assert (
        kernel.run("flow.guests = 0; flow.share = Share(66, flow.guests)").content["status"]
        == "error"
    )
    kernel.ok("flow.guests = 3")
    assert kernel.ok("flow.share.value").result() == "22"


def test_a_cell_with_a_syntax_error_leaves_everything_as_it_was(kernel: Kernel) -> None:
    kernel.ok("flow.a = 1")
    assert kernel.run("flow.a = 2; flow.b = ;").content["status"] == "error"
    assert kernel.ok("flow.a.value").result() == "1"


def test_names_that_cannot_be_nodes_are_refused(kernel: Kernel) -> None:
    for name in ("_hidden", "run_until_complete"):
        run = kernel.run(f"flow.{name} = 1")
        assert run.content["status"] == "error", name
        assert name in report(run)


def test_a_very_long_line_is_cut_around_the_place(kernel: Kernel) -> None:
    run = kernel.run(f"/* {'é' * 10_000} */ no_such_name; /* {'a' * 50_000} */")
    assert run.content["ename"] == "NameError"
    told = report(run)
    assert len(told) < 2000
    line = next(text for text in told.splitlines() if "no_such_name;" in text)
    caret = next(text for text in told.splitlines() if text.endswith("^"))
    assert line.index("no_such_name;") == caret.index("^")


def test_a_line_that_is_too_long_is_refused_and_not_sent_back(kernel: Kernel) -> None:
    run = kernel.run(f'let s = "{"a" * (8 << 20)}";')
    assert run.content["ename"] == "SyntaxError"
    assert "at most 65534 characters" in run.content["evalue"]
    assert len(report(run)) < 2000


def test_a_very_long_message_is_cut(kernel: Kernel) -> None:
    run = kernel.run('let s = "a"; for i in 0..23 { s += s; } throw s')
    assert run.content["status"] == "error"
    assert len(run.content["evalue"]) < 20_000
    assert "more characters)" in run.content["evalue"]
    assert kernel.ok("s.len()").result() == str(8 << 20)
