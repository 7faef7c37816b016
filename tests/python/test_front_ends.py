"""Several front ends on one kernel: outputs to all, replies to who asked, nothing lost."""

from collections.abc import Iterator
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from flowno_testing.kernel import Kernel, Pending, execute_content, front_end, shown_text

TIMEOUT_S = 20.0


@pytest.fixture
def other(kernel: Kernel) -> Iterator[BlockingKernelClient]:
    """A second front end."""
    with front_end(kernel) as client:
        yield client


def start(client: BlockingKernelClient, code: str, **content: Any) -> Pending:
    """Runs a cell for any client."""
    message = client.session.msg("execute_request", execute_content(code, **content))
    client.shell_channel.send(message)
    return Pending(client, message["header"]["msg_id"], TIMEOUT_S)


def seen_by(client: BlockingKernelClient, pending: Pending) -> list[dict[str, Any]]:
    """What a front end sees of a cell that another runs."""
    return list(Pending(client, pending.msg_id, TIMEOUT_S))


def test_outputs_go_to_all_and_replies_to_who_asked(
    kernel: Kernel, other: BlockingKernelClient
) -> None:
    pending = start(other, 'for i in 0..500 { display(i); } print("end"); 7')
    run = pending.finish().assert_ok()
    watched = seen_by(kernel.client, pending)
    assert [m["header"]["msg_id"] for m in watched] == [m["header"]["msg_id"] for m in run.messages]
    parents = {m["parent_header"]["session"] for m in watched}
    assert parents == {other.session.session}
    assert not kernel.client.shell_channel.msg_ready()
    assert not other.shell_channel.msg_ready()


def test_cells_of_both_run_one_after_another(kernel: Kernel, other: BlockingKernelClient) -> None:
    kernel.ok("let log = [];")
    pendings = []
    for number in range(20):
        client = (kernel.client, other)[number % 2]
        pendings.append(start(client, f"log.push({number}); log.len()"))
    counts = [pending.finish().assert_ok().content["execution_count"] for pending in pendings]
    assert sorted(counts) == list(range(2, 22)), "each has a number of its own"
    assert kernel.ok("log.len()").result() == "20"


def test_a_failure_aborts_the_cells_of_its_sender_that_wait(
    kernel: Kernel, other: BlockingKernelClient
) -> None:
    failing = kernel.start('sleep(0.5); throw "stop"')
    failing.wait_for("execute_input")
    behind = kernel.start("1")
    beside = start(other, "2 + 2")
    assert failing.finish().content["status"] == "error"
    assert behind.finish().content["status"] == "aborted"
    assert beside.finish().assert_ok().result() == "4", "another front end's"


def test_who_leaves_takes_nothing_along(kernel: Kernel) -> None:
    size = 2000
    with front_end(kernel) as leaver:
        # The leaver's own cell, and one of who stays, are under way when it goes.
        own = start(leaver, f"for i in 0..{size} {{ display(i); }}")
        staying = kernel.start(f"for i in 0..{size} {{ display(i); }} 42")
        own.wait_for("display_data")
    run = staying.finish().assert_ok()
    assert run.result() == "42"
    shown = [content["data"]["text/plain"] for content in run.of("display_data")]
    assert shown == [str(number) for number in range(size)]
    assert kernel.ok("1 + 1").result() == "2"


def test_who_comes_during_a_cell_sees_the_rest_of_it(kernel: Kernel) -> None:
    pending = kernel.start("let n = 0; while n < 1000 { sleep(0.02); n += 1; print(n); }")
    pending.wait_for("stream")
    with front_end(kernel, wait_for_ready=False) as late:
        lines = ""
        while lines.count("\n") < 5:
            message = late.get_iopub_msg(timeout=TIMEOUT_S)
            if message["msg_type"] == "stream":
                assert message["parent_header"]["msg_id"] == pending.msg_id
                lines += message["content"]["text"]
        numbers = [int(line) for line in lines.splitlines()]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        # And it may interrupt what another has begun.
        late.control_channel.send(late.session.msg("interrupt_request", {}))
        assert late.get_control_msg(timeout=TIMEOUT_S)["content"]["status"] == "ok"
    assert pending.finish().content["ename"] == "KeyboardInterrupt"


def test_a_shutdown_by_one_is_seen_by_all(kernel: Kernel, other: BlockingKernelClient) -> None:
    other.control_channel.send(other.session.msg("shutdown_request", {"restart": False}))
    assert other.get_control_msg(timeout=TIMEOUT_S)["content"]["status"] == "ok"
    states = []
    while states[-1:] != ["idle"]:
        message = kernel.client.get_iopub_msg(timeout=TIMEOUT_S)
        parent = message["parent_header"]
        of_other = parent.get("session") == other.session.session
        if of_other and parent["msg_type"] == "shutdown_request":
            states.append(message["content"]["execution_state"])
    assert states == ["busy", "idle"]


@pytest.mark.parametrize(("mode", "cell_id"), [("live", None), ("headless", "c1")])
def test_the_environment_decides_how_displays_are_sent(mode: str, cell_id: str | None) -> None:
    kernel = Kernel(env={"FLOWNO_DISPLAY": mode})
    try:
        run = kernel.ok("flow.a = 1;", cell_id=cell_id)
        (display,) = run.of("display_data")
        assert ("display_id" in display["transient"]) == (mode == "live")
    finally:
        kernel.close()


def test_who_asks_for_the_kernel_gets_the_latest_values_also_while_a_cell_runs(
    kernel: Kernel,
) -> None:
    kernel.ok("flow.a = 41;", cell_id="c1")
    running = kernel.start('display("runs"); sleep(60);', cell_id="c2")
    running.wait_for("display_data")
    kernel.client.kernel_info()
    while (message := kernel.client.get_iopub_msg(timeout=TIMEOUT_S))["msg_type"] == "status":
        pass
    assert message["msg_type"] == "update_display_data"
    assert shown_text(message, "flowno/a") == "a = 41"
    kernel.control("interrupt_request")
    assert running.finish().content["ename"] == "KeyboardInterrupt"


def test_messages_that_no_request_caused_have_no_parent(kernel: Kernel) -> None:
    """A new front end's first message is the welcome; nothing of it bears another's header."""
    with front_end(kernel, wait_for_ready=False) as client:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        assert message["msg_type"] == "iopub_welcome"
        assert message["parent_header"] == {}
