"""Flowno 0.1.19 itself: a graph is made and run once, which is all that a process should ask of it.

`flowno_peer.py chain|cycle|stream SIZE` prints the items done and the CPU time of the run. Making
the graph does not count, as in the engine's own bench.
"""

import json
import sys
import time
from collections.abc import AsyncIterator, Callable

from flowno import FlowHDL, Stream, TerminateLimitReached, node


@node
async def Zero() -> int:
    return 0


@node
async def Increment(x: int) -> int:
    return x + 1


@node
async def IncrementFromZero(x: int = 0) -> int:
    return x + 1


@node
async def Numbers(end: int) -> AsyncIterator[int]:
    for i in range(end):
        yield i


@node(stream_in=["numbers"])
async def Odd(numbers: Stream[int]) -> AsyncIterator[int]:
    async for x in numbers:
        yield 2 * x + 1


@node(stream_in=["numbers"])
async def Total(numbers: Stream[int]) -> int:
    total = 0
    async for x in numbers:
        total += x
    return total


def chain(nodes: int) -> tuple[int, int]:
    """A source of zero and nodes that add one; an item is a call."""
    with FlowHDL() as flow:
        flow.n0 = Zero()
        for i in range(1, nodes):
            setattr(flow, f"n{i}", Increment(getattr(flow, f"n{i - 1}")))
    cpu_ns = measure(flow.run_until_complete)
    assert getattr(flow, f"n{nodes - 1}").get_data() == (nodes - 1,)
    return nodes, cpu_ns


def cycle(generations: int) -> tuple[int, int]:
    """Two nodes that read each other, up to a generation; an item is a call."""
    with FlowHDL() as flow:
        flow.n0 = IncrementFromZero(flow.n1)
        flow.n1 = Increment(flow.n0)

    def run() -> None:
        try:
            flow.run_until_complete(stop_at_node_generation=(generations,))
        except TerminateLimitReached:
            return
        raise AssertionError("a cycle goes on for ever")

    cpu_ns = measure(run)
    # Generations count from zero, and the run ends with the first node's last.
    calls = 2 * generations + 1
    assert flow.n0.get_data() == (calls,)
    return calls, cpu_ns


def stream(chunks: int) -> tuple[int, int]:
    """Integers through a node that transforms to one that sums; an item is a chunk through all."""
    with FlowHDL() as flow:
        flow.numbers = Numbers(chunks)
        flow.odd = Odd(flow.numbers)
        flow.total = Total(flow.odd)
    cpu_ns = measure(flow.run_until_complete)
    assert flow.total.get_data() == (chunks * chunks,)
    return chunks, cpu_ns


def measure(run: Callable[[], None]) -> int:
    """CPU time of the process while this runs."""
    begin = time.process_time_ns()
    run()
    return time.process_time_ns() - begin


def main() -> None:
    """Measures, and prints a line of JSON."""
    workload, size = sys.argv[1], int(sys.argv[2])
    items, cpu_ns = {"chain": chain, "cycle": cycle, "stream": stream}[workload](size)
    print(json.dumps({"items": items, "amount": cpu_ns}))


if __name__ == "__main__":
    main()
