"""Live displays through a real Jupyter Server, which drops silently what comes too fast.

The same for minutes, with memory and round trips: `cargo xtask bench live`.
"""

import time
from collections.abc import Iterator

import pytest

from flowno_testing.kernel import KERNEL_NAME
from flowno_testing.lab import Lab, copy_of_tour, running_lab
from flowno_testing.server import ServerKernel, Socket, flow_for, last_values

#: Below what Jupyter Server forwards, 1,000 a second.
MESSAGES_A_SECOND = 900

#: For a flow that is late on a machine that does other things too.
LATE_S = 40.0


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Jupyter Server, as a person starts it."""
    with running_lab(copy_of_tour(tmp_path_factory.mktemp("lab"))) as lab:
        yield lab


@pytest.fixture
def kernel(lab: Lab) -> Iterator[ServerKernel]:
    """A kernel of one test's own."""
    kernel = ServerKernel(lab, KERNEL_NAME)
    try:
        yield kernel
    finally:
        kernel.close()


def assert_nothing_dropped(socket: Socket) -> None:
    """Neither too many messages nor a word of the server about it."""
    assert socket.heard.dropped() == []
    assert socket.heard.busiest_second() <= MESSAGES_A_SECOND


def test_a_fast_flow_in_the_background_is_shown_to_its_last_value(kernel: ServerKernel) -> None:
    seconds = 4.0
    socket = kernel.open()
    socket.run(flow_for(seconds), cell_id="flow")
    final = last_values(seconds)
    socket.wait(lambda heard: heard.last_shown() == final, seconds + LATE_S, "last values")
    assert_nothing_dropped(socket)
    socket.close()


@pytest.mark.parametrize("comes_back_as", ["the same front end", "another one"])
def test_a_front_end_that_comes_back_gets_every_last_value(
    kernel: ServerKernel, comes_back_as: str
) -> None:
    seconds, away_s = 4.0, 8.0
    socket = kernel.open()
    socket.run(flow_for(seconds), cell_id="flow")
    time.sleep(1.0)
    socket.close()
    time.sleep(away_s)  # the flow has ended meanwhile, if the machine is quiet
    socket = kernel.open(socket.session_id if comes_back_as == "the same front end" else None)
    socket.kernel_info()
    final = last_values(seconds)
    socket.wait(lambda heard: heard.last_shown() == final, LATE_S, "last values")
    assert_nothing_dropped(socket)
    socket.close()


def test_a_hundred_thousand_prints_arrive_whole(kernel: ServerKernel) -> None:
    socket = kernel.open()
    count = 100_000
    msg_id = socket.run(f"for i in 0..{count} {{ print(i); }}", cell_id="prints", timeout=60)
    assert socket.heard.printed(msg_id) == "".join(f"{number}\n" for number in range(count))
    assert_nothing_dropped(socket)
    socket.close()


def test_nodes_that_print_beside_live_displays_are_paced_together(kernel: ServerKernel) -> None:
    socket = kernel.open()
    define = "node Say(n) { for i in 0..n { yield i; print(`${n}:${i}`); sleep(0.001); } n }"
    socket.run(f'flow.show = "each"; {define}', cell_id="define")
    cells = [socket.run(f"flow.s{n} = Say({1_000 + n}); flow.start();", f"c{n}") for n in range(40)]
    final = {f"flowno/s{n}": f"s{n} = {1_000 + n}" for n in range(40)}
    socket.wait(lambda heard: heard.last_shown() == final, LATE_S, "last values")
    socket.run("flow.pause();", cell_id="pause")
    time.sleep(0.5)
    for number, msg_id in enumerate(cells):
        count = 1_000 + number
        lines = "".join(f"{count}:{i}\n" for i in range(count))
        assert socket.heard.printed(msg_id) == lines
    assert_nothing_dropped(socket)
    socket.close()
