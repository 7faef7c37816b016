"""A program that embeds the kernel: nodes in Rust and a comm target, from examples/embedding.rs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager

from flowno_testing.kernel import KERNEL_NAME, Kernel


@pytest.fixture(scope="module")
def program() -> Path:
    """The example, built beside the kernel's own program."""
    own = Path(KernelSpecManager().get_kernel_spec(KERNEL_NAME).argv[0])
    program = own.parent / "examples" / f"embedding{own.suffix}"
    assert program.exists(), "cargo build --package flowno-kernel --example embedding makes it"
    return program


@pytest.fixture
def embedded(program: Path) -> Iterator[Kernel]:
    """The example as a kernel."""
    kernel = Kernel(program=program)
    try:
        yield kernel
    finally:
        kernel.close()


def test_a_native_node_is_wired_like_any_other(embedded: Kernel) -> None:
    run = embedded.ok("flow.scaled = Scale(flow.xs, 10); flow.xs = [1, 2.5]")
    shown = [content["data"]["text/plain"] for content in run.of("display_data")]
    assert "scaled = [10.0, 25.0]" in shown
    assert embedded.ok("flow.xs = [3]; flow.scaled.value").result() == "[30.0]"
    assert embedded.ok("flow.half = Scale([1]); flow.half.value").result() == "[2.0]"


def test_it_keeps_its_state_and_each_node_has_its_own(embedded: Kernel) -> None:
    embedded.ok("flow.by_one = Counter(flow.step); flow.by_ten = Counter(10); flow.step = 1")
    assert embedded.ok("flow.step = 2; flow.by_one.value").result() == "3"
    assert embedded.ok("flow.by_ten.value").result() == "10"


def test_each_of_its_outputs_is_wired_by_name_or_index(embedded: Kernel) -> None:
    embedded.ok("flow.s = Split(17, 5); flow.whole = Scale([1], flow.s.whole);")
    assert embedded.ok("flow.whole.value").result() == "[3.0]"
    assert embedded.ok("flow.rest = flow.s[1]; flow.rest.value").result() == "2"
    assert embedded.ok("flow.s = Split(9, 5); flow.rest.value").result() == "4"


def test_others_run_while_it_waits(embedded: Kernel) -> None:
    code = (
        'flow.a = Later("a", 0.4); flow.b = Later("b", 0.4); flow.c = Later("c", 0.4);'
        "flow.joined = Watch(flow.a, flow.b, flow.c)"
    )
    embedded.ok("node Watch(a, b, c) { a + b + c }")
    run = embedded.ok(code)
    shown = [content["data"]["text/plain"] for content in run.of("display_data")]
    assert 'joined = "abc"' in shown


def test_an_interrupt_ends_its_wait(embedded: Kernel) -> None:
    pending = embedded.start('print("ready"); flow.slow = Later("late", 3600.0)')
    pending.wait_for("stream")
    embedded.control("interrupt_request")
    assert pending.finish().content["ename"] == "KeyboardInterrupt"
    assert embedded.ok("flow.quick = Scale([1])").content["status"] == "ok"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("Divide(1, 0)", "division by zero"),
        ("Divide(1, 0, true)", "divide by zero"),
        ('Divide("a", 1)', "parameter `a`: expected int, got string"),
        ("Divide(1, 2.5)", "parameter `b`: expected int, got f64"),
    ],
    ids=["error", "panic", "string", "float"],
)
def test_its_failures_are_errors_of_the_node(embedded: Kernel, call: str, told: str) -> None:
    run = embedded.run(f"flow.bad = {call}")
    assert run.content["status"] == "error"
    assert told in "\n".join(run.content["traceback"]) + run.content["evalue"]
    assert embedded.ok("flow.bad = Divide(6, 3); flow.bad.value").result() == "2"


def test_a_wrong_number_of_arguments_is_an_error(embedded: Kernel) -> None:
    assert embedded.run("flow.bad = Scale([1], 2, 3)").content["status"] == "error"
    told = embedded.run("flow.bad = Counter()").content["evalue"]
    assert "parameter `step` of Counter has neither an argument nor a default" in told


def test_a_cell_may_define_another_of_its_name(embedded: Kernel) -> None:
    embedded.ok("flow.c = Counter(5)")
    embedded.ok("node Counter(step) { step * 100 }")
    assert embedded.ok("flow.d = Counter(5); flow.d.value").result() == "500"


def test_its_comm_target_answers_with_buffers(embedded: Kernel) -> None:
    client = embedded.client

    def send(msg_type: str, content: dict, buffers: list[bytes]) -> list[dict]:
        message = client.session.msg(msg_type, content)
        client.session.send(client.shell_channel.socket, message, buffers=buffers)
        seen = []
        while not seen or seen[-1]["content"].get("execution_state") != "idle":
            heard = client.get_iopub_msg(timeout=10)
            if heard["parent_header"].get("msg_id") == message["header"]["msg_id"]:
                seen.append(heard)
        return seen

    opened = send("comm_open", {"comm_id": "c", "target_name": "echo", "data": {"a": 1}}, [])
    assert [m["msg_type"] for m in opened] == ["status", "comm_msg", "status"]
    _, echo, _ = send("comm_msg", {"comm_id": "c", "data": {"b": [2]}}, [b"\x00\xff", b""])
    assert echo["content"] == {"comm_id": "c", "data": {"b": [2]}}
    assert [bytes(buffer) for buffer in echo["buffers"]] == [b"\x00\xff", b""]

    info = embedded.request("comm_info_request", {"target_name": "echo"}).finish()
    assert info.content["comms"] == {"c": {"target_name": "echo"}}
    send("comm_close", {"comm_id": "c", "data": {}}, [])
    info = embedded.request("comm_info_request", {}).finish()
    assert info.content["comms"] == {}


def test_a_thread_that_sends_for_ever_holds_up_nobody(embedded: Kernel) -> None:
    """It sends faster than a front end reads, and outputs and replies of cells come beside."""
    embedded.request("comm_open", {"comm_id": "c", "target_name": "count", "data": {}})
    while (first := embedded.client.get_iopub_msg(timeout=10))["msg_type"] != "comm_msg":
        pass
    assert first["content"]["data"] == {"number": 0}
    for turn in range(5):
        assert embedded.ok(f"print({turn}); {turn} * 2").result() == str(turn * 2)
    info = embedded.request("comm_info_request", {"target_name": "count"}).finish()
    assert list(info.content["comms"]) == ["c"]
    for _ in embedded.request("comm_close", {"comm_id": "c", "data": {}}):
        pass
    info = embedded.request("comm_info_request", {}).finish()
    assert info.content["comms"] == {}
