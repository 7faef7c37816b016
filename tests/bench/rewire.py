"""Rewiring one leaf of a small graph beside one of a large one: the cell must not take longer.

Run it by `cargo xtask bench rewire`; it fails where that does not hold.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flowno_testing.kernel import Kernel

#: Nodes of the graphs; half of them are a chain, the others its leaves.
SIZES = (100, 10_000)

#: How much longer a cell may take in the large one.
RATIO_MAX = 2.0

#: Cells that rewire, in each graph.
CELLS = 200

NAME = os.environ.get("FLOWNO_TEST_KERNEL", "flowno")


def grown(size: int) -> Kernel:
    """A kernel with a graph of that size."""
    kernel = Kernel(NAME)
    chain = size // 2
    define = f"""
        flow.show = "none";
        node Inc(x) {{ x + 1 }}
        flow.n0 = Inc(0);
        for i in 1..{chain} {{ flow[`n${{i}}`] = Inc(flow[`n${{i - 1}}`]); }}
        for i in 0..{chain} {{ flow[`leaf${{i}}`] = Inc(flow[`n${{i}}`]); }}
    """
    kernel.request("execute_request", {"code": define}, timeout=120.0).finish().assert_ok()
    kernel.ok('flow.show = "each";', cell_id="show")
    return kernel


def rewire(kernel: Kernel, round_: int) -> float:
    """Milliseconds of a cell that wires one leaf to another node."""
    begun = time.perf_counter()
    run = kernel.ok(f"flow.leaf7 = Inc(flow.n{10 + round_ % 30});", cell_id="rewire")
    took = 1e3 * (time.perf_counter() - begun)
    assert run.shown("flowno/leaf7")[-1] == f"leaf7 = {12 + round_ % 30}", run.outputs
    return took


def measure() -> dict[str, float]:
    """The medians of cells that take turns, and their ratio."""
    kernels = [grown(size) for size in SIZES]
    try:
        times: list[list[float]] = [[] for _ in SIZES]
        for round_ in range(CELLS):
            turns = list(zip(kernels, times, strict=True))
            # Who comes first finds the machine asleep.
            for kernel, own in turns[:: 1 if round_ % 2 else -1]:
                own.append(rewire(kernel, round_))
    finally:
        for kernel in kernels:
            kernel.close()
    small, large = (statistics.median(own) for own in times)
    return {f"{SIZES[0]} nodes ms": small, f"{SIZES[1]} nodes ms": large, "ratio": large / small}


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rounds = [measure() for _ in range(options.rounds)]
    median = {key: statistics.median(round_[key] for round_ in rounds) for key in rounds[0]}
    for key, value in median.items():
        print(f"{key:<20} {value:>8.2f}")
    if options.json:
        options.json.write_text(json.dumps(median, indent=2) + "\n")
    if median["ratio"] > RATIO_MAX:
        sys.exit(f"the ratio is above {RATIO_MAX}")


if __name__ == "__main__":
    main()
