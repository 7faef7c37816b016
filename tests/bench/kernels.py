"""The kernel beside ipykernel, in one run: start, round trip, interrupt and memory.

The machine is shared and noisy, so kernels take turns, and what counts is their ratio. Run it by
`cargo xtask bench`.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

#: For anything that is waited for: a kernel that takes longer has failed.
TIMEOUT_S = 60.0

#: How long the kernel is left in its loop before it is interrupted.
LOOP_S = 0.01

#: Rounds run before the first that counts.
WARM_UP = 10


@dataclass(frozen=True)
class Language:
    """What a kernel is asked to do, in its own language."""

    loop: str


LANGUAGES = {"flowno": Language(loop="loop {}"), "python3": Language(loop="while True: pass")}


@dataclass
class Figures:
    """All that was measured of one kernel, in milliseconds unless named otherwise."""

    start_ms: list[float] = field(default_factory=list)
    round_trip_ms: list[float] = field(default_factory=list)
    interrupt_ms: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)


class Session:
    """A running kernel and its client."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def reply(self, msg_id: str) -> dict:
        """The shell reply to a request."""
        deadline = time.perf_counter() + TIMEOUT_S
        while time.perf_counter() < deadline:
            try:
                message = self.client.get_shell_msg(timeout=1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") == msg_id:
                return message["content"]
        raise TimeoutError("no reply")

    def wait_for(self, msg_id: str, msg_type: str, state: str | None = None) -> None:
        """Until an iopub message of this request comes."""
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT_S)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            same_state = state is None or message["content"].get("execution_state") == state
            if message["msg_type"] == msg_type and same_state:
                return

    def run(self, code: str) -> dict:
        """Runs a cell to its idle status."""
        msg_id = self.client.execute(code, store_history=False)
        self.wait_for(msg_id, "status", "idle")
        return self.reply(msg_id)


@contextmanager
def started(name: str, figures: Figures) -> Iterator[Session]:
    """A kernel in a process of its own; notes how long it took to answer, and its memory."""
    manager = KernelManager(kernel_name=name)
    begin = time.perf_counter()
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    session = Session(manager, client)
    try:
        session.reply(client.kernel_info())
        figures.start_ms.append(1e3 * (time.perf_counter() - begin))
        client.wait_for_ready(timeout=TIMEOUT_S)
        memory = psutil.Process(manager.provisioner.pid).memory_info().rss
        figures.memory_mb.append(memory / 2**20)
        yield session
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def measure(name: str, runs: int, interrupts: int, figures: Figures) -> None:
    """One round of one kernel."""
    with started(name, figures) as session:
        for index in range(WARM_UP + runs):
            begin = time.perf_counter()
            session.run("1")
            if index >= WARM_UP:
                figures.round_trip_ms.append(1e3 * (time.perf_counter() - begin))
        for _ in range(interrupts):
            msg_id = session.client.execute(LANGUAGES[name].loop, store_history=False)
            session.wait_for(msg_id, "execute_input")
            time.sleep(LOOP_S)
            begin = time.perf_counter()
            session.manager.interrupt_kernel()
            reply = session.reply(msg_id)
            figures.interrupt_ms.append(1e3 * (time.perf_counter() - begin))
            assert reply["status"] == "error", reply
            session.wait_for(msg_id, "status", "idle")


def quantile(values: list[float], q: float) -> float:
    """Nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(q * (len(ranked) - 1)))]


def summary(figures: Figures) -> dict[str, float]:
    """Medians, and the tail of what a user waits for."""
    return {
        "start ms": statistics.median(figures.start_ms),
        "round trip ms": statistics.median(figures.round_trip_ms),
        "round trip p99 ms": quantile(figures.round_trip_ms, 0.99),
        "interrupt ms": statistics.median(figures.interrupt_ms),
        "interrupt p99 ms": quantile(figures.interrupt_ms, 0.99),
        "memory MB": statistics.median(figures.memory_mb),
    }


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="fresh processes a kernel")
    parser.add_argument("--runs", type=int, default=200, help="trivial cells a round")
    parser.add_argument("--interrupts", type=int, default=50, help="interrupted loops a round")
    parser.add_argument("--json", help="also write the figures to this file")
    args = parser.parse_args()

    figures = {name: Figures() for name in LANGUAGES}
    for _ in range(args.rounds):
        for name, of_kernel in figures.items():
            measure(name, args.runs, args.interrupts, of_kernel)
    rows = {name: summary(of_kernel) for name, of_kernel in figures.items()}
    ours, theirs = rows["flowno"], rows["python3"]
    print(f"{'':<20}{'flowno':>10}{'ipykernel':>12}{'ratio':>8}")
    for key, value in ours.items():
        print(f"{key:<20}{value:>10.2f}{theirs[key]:>12.2f}{value / theirs[key]:>8.3f}")
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
