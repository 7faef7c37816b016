"""Completion and inspection, by the wire."""

import pytest

from flowno_testing.kernel import Kernel, Message

SETUP = """
/// Adds two numbers.
node Add(x: int, y = 0) { x + y }
fn helper(a) { a }
let address = #{ street: "Main" };
flow.total = Add(1, 2);
"""


@pytest.fixture(scope="module")
def taught_kernel(shared_kernel: Kernel) -> Kernel:
    """A kernel in which the names of SETUP exist."""
    shared_kernel.ok(SETUP)
    return shared_kernel


def complete(kernel: Kernel, code: str) -> Message:
    """The reply with the cursor at the end."""
    content = {"code": code, "cursor_pos": len(code)}
    return kernel.request("complete_request", content).finish().content


def inspect(kernel: Kernel, code: str, detail: int = 0) -> Message:
    """The reply with the cursor at the end."""
    content = {"code": code, "cursor_pos": len(code), "detail_level": detail}
    return kernel.request("inspect_request", content).finish().content


def test_matches_replace_the_word_at_the_cursor(taught_kernel: Kernel) -> None:
    reply = complete(taught_kernel, "let x = flow.tot")
    assert reply["status"] == "ok"
    assert reply["matches"] == ["total"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (13, 16)


def test_offsets_are_in_code_points(taught_kernel: Kernel) -> None:
    reply = complete(taught_kernel, '"😀e\u0301日" + flow.tot')
    assert reply["matches"] == ["total"]
    assert (reply["cursor_start"], reply["cursor_end"]) == (14, 17)


def test_matches_have_types_and_signatures(taught_kernel: Kernel) -> None:
    reply = complete(taught_kernel, "Ad")
    (match,) = [m for m in reply["metadata"]["_jupyter_types_experimental"] if m["text"] == "Add"]
    assert match == {
        "start": 0,
        "end": 2,
        "text": "Add",
        "type": "class",
        "signature": "Add(x: int, y = 0)",
    }


def test_inspection_is_markdown_and_plain(taught_kernel: Kernel) -> None:
    reply = inspect(taught_kernel, "Add")
    assert reply["found"]
    assert "Adds two numbers." in reply["data"]["text/markdown"]
    assert reply["data"]["text/plain"].startswith("node Add(x: int, y = 0)")
    assert "x + y" not in reply["data"]["text/plain"]
    assert "x + y" in inspect(taught_kernel, "Add", detail=1)["data"]["text/plain"]


def test_a_node_says_its_value(taught_kernel: Kernel) -> None:
    text = inspect(taught_kernel, "flow.total")["data"]["text/plain"]
    assert "total = 3" in text
    assert "clean, generation (0,)" in text


def test_what_is_not_known_is_not_found(taught_kernel: Kernel) -> None:
    reply = inspect(taught_kernel, "no_such_name")
    assert (reply["status"], reply["found"], reply["data"]) == ("ok", False, {})


@pytest.mark.parametrize("code", ["loop {}", "sleep(30)"])
def test_both_are_answered_while_a_cell_runs(kernel: Kernel, code: str) -> None:
    kernel.ok(SETUP)
    running = kernel.start(code)
    running.wait_for("execute_input")
    assert complete(kernel, "flow.tot")["matches"] == ["total"]
    assert complete(kernel, "address.str")["matches"] == ["street"]
    assert inspect(kernel, "sleep")["found"]
    kernel.control("interrupt_request")
    assert running.finish().content["ename"] == "KeyboardInterrupt"


def test_odd_cursors_do_no_harm(taught_kernel: Kernel) -> None:
    for cursor in (0, 3, 1_000, 2**62):
        content = {"code": "flow", "cursor_pos": cursor}
        reply = taught_kernel.request("complete_request", content).finish().content
        assert reply["status"] == "ok"
        assert 0 <= reply["cursor_start"] <= reply["cursor_end"] <= 4
    content = {"code": "flow", "cursor_pos": -1}
    assert taught_kernel.request("complete_request", content).finish().content["status"] == "error"
