"""Live displays behind a real Jupyter Server for a minute: rates, memory, round trips.

A background flow of 60 nodes makes 100,000 values a second. Run it by `cargo xtask bench live`; it
fails where a figure is beyond what must hold.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flowno_testing.lab import copy_of_tour, running_lab
from flowno_testing.server import NODES, VALUES, ServerKernel, Socket, flow_for, last_values

#: How long the flow runs, when its memory is looked at, and how long a front end is away.
FLOW_S, EARLY_S, AWAY_S = 60.0, 10.0, 20.0

#: Round trips of a trivial cell, idle and busy.
TRIPS = 200

#: What must hold, by figure: Jupyter Server drops what is beyond 1,000 messages a second.
MOST = {
    "growth MB": 10.0,
    "busy / idle round trip": 2.0,
    "busiest second, messages": 900.0,
    "words of the server about drops": 0.0,
}

#: For what comes late on a busy machine.
LATE_S = 120.0


def round_trips(socket: Socket) -> float:
    """The median of a trivial cell's time to its reply and its idle status, in milliseconds."""
    times = []
    for _ in range(TRIPS):
        begun = time.perf_counter()
        socket.run("1")
        times.append(1e3 * (time.perf_counter() - begun))
    return statistics.median(times)


def memory_mb(kernel: ServerKernel) -> float:
    """What the kernel has in memory."""
    return kernel.process.memory_info().rss / 1e6


def measure(name: str) -> dict[str, float]:
    """One round."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, running_lab(copy_of_tour(Path(folder))) as lab:
        kernel = ServerKernel(lab, name)
        socket = kernel.open()
        figures["idle round trip ms"] = round_trips(socket)
        socket.run(flow_for(FLOW_S), cell_id="flow")
        begun = time.monotonic()
        time.sleep(EARLY_S)
        figures["memory after 10 s MB"] = memory_mb(kernel)
        figures["busy round trip ms"] = round_trips(socket)
        time.sleep(max(0.0, begun + FLOW_S - 2.0 - time.monotonic()))
        figures["memory after 60 s MB"] = memory_mb(kernel)
        final = last_values(FLOW_S)
        socket.wait(lambda heard: heard.last_shown() == final, LATE_S, "last values")
        took = time.monotonic() - begun
        figures["values a second"] = NODES * VALUES * FLOW_S * 100 / took
        figures["busiest second, messages"] = socket.heard.busiest_second()
        figures["words of the server about drops"] = len(socket.heard.dropped())
        # Away from the first second to long after its end.
        socket.run(flow_for(AWAY_S / 2), cell_id="flow")
        time.sleep(1.0)
        socket.close()
        time.sleep(AWAY_S)
        socket = kernel.open(socket.session_id)
        begun = time.monotonic()
        socket.kernel_info()
        final = last_values(AWAY_S / 2)
        socket.wait(lambda heard: heard.last_shown() == final, LATE_S, "last values")
        figures["last values after coming back s"] = time.monotonic() - begun
        socket.close()
        kernel.close()
    figures["growth MB"] = figures["memory after 60 s MB"] - figures["memory after 10 s MB"]
    figures["busy / idle round trip"] = (
        figures["busy round trip ms"] / figures["idle round trip ms"]
    )
    return figures


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    name = os.environ.get("FLOWNO_TEST_KERNEL", "flowno")
    rounds = [measure(name) for _ in range(options.rounds)]
    median = {key: statistics.median(round_[key] for round_ in rounds) for key in rounds[0]}
    for key, value in median.items():
        print(f"{key:<34} {value:>10.1f}")
    if options.json:
        options.json.write_text(json.dumps(median, indent=2) + "\n")
    beyond = [f"{key} is above {most:g}" for key, most in MOST.items() if median[key] > most]
    if beyond:
        sys.exit("; ".join(beyond))


if __name__ == "__main__":
    main()
