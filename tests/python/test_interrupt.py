"""An interrupt ends what runs, wherever it is, and nothing else."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from flowno_testing.deadline import Deadline
from flowno_testing.kernel import Kernel

#: The aim is 0.1 s, which a bench measures; a test only tells an end from a hang.
WATCHDOG_S = 5.0

READY = "ready"


def by_message(kernel: Kernel) -> None:
    """As front ends do: an interrupt_request on the control channel."""
    assert kernel.manager.kernel_spec.interrupt_mode == "message"
    assert kernel.control("interrupt_request")["content"]["status"] == "ok"


def by_signal(kernel: Kernel) -> None:
    """As Ctrl-C in a terminal does."""
    os.kill(kernel.pid, signal.SIGINT)
    settle(kernel)


def settle(kernel: Kernel) -> None:
    """Until the kernel has seen what was sent before: a whole round trip takes longer."""
    kernel.control("kernel_info_request")


@pytest.fixture
def summed(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel in which flow.sum is 42."""
    kernel.ok("node Add(x, y) { x + y }")
    kernel.ok("flow.b = 41; flow.sum = Add(1, flow.b)")
    yield kernel
    assert kernel.ok("flow.sum.value").result() == "42"


def interrupt(kernel: Kernel, code: str, how: Callable[[Kernel], None]) -> None:
    """Runs `code`, interrupts it once it has printed READY, and checks how it ends."""
    pending = kernel.start(code)
    pending.wait_for("stream")
    how(kernel)
    watchdog = Deadline(WATCHDOG_S)
    run = pending.finish()
    watchdog.left("the end of an interrupted cell")
    assert READY in run.stdout
    assert run.content["status"] == "error"
    assert run.content["ename"] == "KeyboardInterrupt"
    assert [error["ename"] for error in run.of("error")] == ["KeyboardInterrupt"]


@pytest.mark.parametrize("how", [by_message, by_signal])
@pytest.mark.parametrize(
    "work",
    [
        "loop {}",
        "sleep(3600)",
        "let i = 0; while i >= 0 { i += 1; i -= 1; }",
        "try { loop {} } catch { loop {} }",
    ],
    ids=["loop", "sleep", "count", "catch"],
)
def test_an_interrupt_ends_a_cell(summed: Kernel, work: str, how: Callable[[Kernel], None]) -> None:
    interrupt(summed, f'print("{READY}"); {work}', how)


def test_a_bare_loop_is_interrupted(summed: Kernel) -> None:
    pending = summed.start("loop {}")
    pending.wait_for("execute_input")
    by_message(summed)
    assert pending.finish().content["ename"] == "KeyboardInterrupt"


@pytest.mark.parametrize("work", ["loop {}", "sleep(3600)"])
def test_an_interrupt_ends_a_node(summed: Kernel, work: str) -> None:
    code = f'node Spin(x) {{ print("{READY}"); {work}; x }} flow.spin = Spin(1)'
    interrupt(summed, code, by_message)


def test_an_interrupt_aborts_the_cells_behind(summed: Kernel) -> None:
    first = summed.start(f'print("{READY}"); loop {{}}')
    first.wait_for("stream")
    second = summed.start("flow.b = 0")
    settle(summed)
    by_message(summed)
    assert first.finish().content["ename"] == "KeyboardInterrupt"
    assert second.finish().content["status"] == "aborted"


@pytest.mark.parametrize("how", [by_message, by_signal])
def test_an_interrupt_between_cells_does_nothing(
    summed: Kernel, how: Callable[[Kernel], None]
) -> None:
    how(summed)
    assert summed.ok("1 + 1").result() == "2"
