"""jupyter console, typed at through a terminal."""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

#: A console starts a Python, a kernel and prompt_toolkit.
START_TIMEOUT_S = 60
ANSWER_TIMEOUT_S = 20

ENTER, CONTROL_C = "\r", "\x03"


class Console:
    """A terminal with a console in it."""

    def __init__(self) -> None:
        jupyter = Path(sys.executable).parent / "jupyter"
        self._child = pexpect.spawn(
            str(jupyter),
            ["console", "--kernel", "flowno"],
            timeout=ANSWER_TIMEOUT_S,
            encoding="utf-8",
            dimensions=(40, 120),
            # prompt_toolkit asks a terminal where its cursor is, and waits; pexpect never answers.
            env={**os.environ, "PROMPT_TOOLKIT_NO_CPR": "1"},
        )
        self._child.delaybeforesend = 0.1
        self.banner = self._until(r"In \[\S*1\S*\]", START_TIMEOUT_S)

    def _until(self, pattern: str, timeout: float = ANSWER_TIMEOUT_S) -> str:
        """Reads on to what matches `pattern`; all that came, without colours."""
        self._child.expect(pattern, timeout=timeout)
        return plain(self._child.before + self._child.after)

    def type(self, text: str, answer: str) -> str:
        """Types a line; what the console shows up to `answer`."""
        self._child.send(text + ENTER)
        return self._until(answer)

    def press(self, key: str, answer: str) -> str:
        """Presses a key."""
        self._child.send(key)
        return self._until(answer)

    def close(self) -> None:
        """Ends the console and the kernel."""
        self._child.close(force=True)


def plain(text: str) -> str:
    """Text without what moves the cursor or colours."""
    return re.sub(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[=>])", "", text)


@pytest.fixture
def console() -> Iterator[Console]:
    """A console of one test's own."""
    console = Console()
    try:
        yield console
    finally:
        console.close()


def test_cells_are_typed_and_answered(console: Console) -> None:
    assert "Flowno" in console.banner
    console.type("node Add(x, y) { x + y }", r"In \[\S*2\S*\]")
    assert "sum waits for b" in console.type("flow.sum = Add(1, flow.b);", "flow.b = ")
    assert "b = 41" in console.type("flow.b = 41;", "b = 41")
    assert "42" in console.type("flow.sum.value", "42")


def test_a_line_that_is_not_whole_goes_on(console: Console) -> None:
    console.type("node Twice(x) {", r"\.\.\.")
    console.type("x * 2 }", r"In \[\S*2\S*\]")
    assert "42" in console.type("flow.t = Twice(21); flow.t.value", "42")


def test_an_error_shows_the_place(console: Console) -> None:
    told = console.type("let x = 1 / 0;", "Division by zero")
    assert "ArithmeticError" in told
    assert "In [1], line 1" in console.type("1", r"line 1, column \d+")


def test_ctrl_c_ends_a_cell(console: Console) -> None:
    console.type("loop {}", "loop")
    console.press(CONTROL_C, "KeyboardInterrupt")
    assert "42" in console.type("39 + 3", "42")
