"""Comms: the kernel has no target by itself, and says so as the protocol wants."""

from collections.abc import Iterator
from typing import Any

import pytest

from flowno_testing.kernel import Kernel, Pending


@pytest.fixture
def kernel_with(shared_kernel: Kernel) -> Iterator[Kernel]:
    """A kernel whose comms a test leaves as it found them: none."""
    yield shared_kernel
    assert open_comms(shared_kernel) == {}


def open_comms(kernel: Kernel, **content: Any) -> dict[str, Any]:
    """What the kernel says is open."""
    reply = kernel.request("comm_info_request", content).finish()
    assert reply.content["status"] == "ok"
    return reply.content["comms"]


def types(pending: Pending) -> list[str]:
    """The iopub messages that a message without a reply causes, by type."""
    return [message["msg_type"] for message in pending]


def test_an_unknown_target_is_closed_at_once(kernel_with: Kernel) -> None:
    opening = {"comm_id": "c1", "target_name": "no.such.target", "data": {"x": 1}}
    pending = kernel_with.request("comm_open", opening)
    assert types(pending) == ["status", "comm_close", "status"]
    assert pending.messages[1]["content"] == {"comm_id": "c1", "data": {}}


@pytest.mark.parametrize("msg_type", ["comm_msg", "comm_close"])
def test_messages_for_no_comm_are_taken_quietly(kernel_with: Kernel, msg_type: str) -> None:
    pending = kernel_with.request(msg_type, {"comm_id": "nobody", "data": {}})
    assert types(pending) == ["status", "status"]


@pytest.mark.parametrize("content", [{}, {"target_name": "no.such.target"}, {"target_name": None}])
def test_comm_info_lists_what_is_open(kernel_with: Kernel, content: dict[str, Any]) -> None:
    assert open_comms(kernel_with, **content) == {}


@pytest.mark.parametrize(
    "content",
    [{}, {"comm_id": 3, "target_name": "t"}, {"comm_id": "c", "target_name": "t", "data": []}],
)
def test_a_malformed_comm_open_opens_nothing(kernel_with: Kernel, content: dict[str, Any]) -> None:
    assert types(kernel_with.request("comm_open", content)) == ["status", "status"]


def test_comms_are_answered_while_a_cell_runs(kernel: Kernel) -> None:
    running = kernel.start("loop {}")
    running.wait_for("execute_input")
    opening = {"comm_id": "c1", "target_name": "no.such.target", "data": {}}
    assert types(kernel.request("comm_open", opening)) == ["status", "comm_close", "status"]
    kernel.control("interrupt_request")
    assert running.finish().content["status"] == "error"
