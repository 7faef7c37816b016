"""Subshells (JEP 91): made, listed, deleted on control, named in headers of requests on shell."""

from typing import Any

import pytest

from flowno_testing.kernel import Kernel


def make(kernel: Kernel) -> str:
    """A new subshell."""
    content = kernel.control("create_subshell_request")["content"]
    assert content["status"] == "ok"
    return content["subshell_id"]


def listed(kernel: Kernel) -> list[str]:
    """The subshells there are."""
    content = kernel.control("list_subshell_request")["content"]
    assert content["status"] == "ok"
    return content["subshell_id"]


def test_they_are_made_listed_and_deleted(kernel: Kernel) -> None:
    assert listed(kernel) == []
    one, two = make(kernel), make(kernel)
    assert one != two
    assert listed(kernel) == [one, two]
    assert kernel.control("delete_subshell_request", {"subshell_id": one})["content"] == {
        "status": "ok"
    }
    assert listed(kernel) == [two]


@pytest.mark.parametrize("content", [{}, {"subshell_id": "nobody"}, {"subshell_id": 3}])
def test_one_that_is_not_there_cannot_be_deleted(kernel: Kernel, content: dict[str, Any]) -> None:
    reply = kernel.control("delete_subshell_request", content)
    assert reply["msg_type"] == "delete_subshell_reply"
    assert reply["content"]["status"] == "error"
    assert "subshell" in reply["content"]["evalue"]


@pytest.mark.parametrize("msg_type", ["kernel_info_request", "comm_info_request"])
def test_requests_are_answered_while_a_cell_runs(kernel: Kernel, msg_type: str) -> None:
    subshell = make(kernel)
    running = kernel.start("loop {}")
    running.wait_for("execute_input")
    run = kernel.request(msg_type, {}, subshell_id=subshell).finish()
    assert run.content["status"] == "ok"
    assert run.reply["parent_header"]["subshell_id"] == subshell
    kernel.control("interrupt_request")
    assert running.finish().content["status"] == "error"


def test_a_request_for_no_subshell_is_refused(kernel: Kernel) -> None:
    subshell = make(kernel)
    kernel.control("delete_subshell_request", {"subshell_id": subshell})
    for gone in (subshell, "nobody"):
        run = kernel.request("kernel_info_request", {}, subshell_id=gone).finish()
        assert run.reply["msg_type"] == "kernel_info_reply"
        assert run.content["status"] == "error"
        assert gone in run.content["evalue"]
    assert kernel.ok("1").result() == "1"
