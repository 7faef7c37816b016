"""What a process holds: memory, files, threads, children."""

from dataclasses import dataclass

import psutil

from flowno_testing.deadline import wait_until

#: For a process to give back what it held for others, at its leisure.
SETTLE_TIMEOUT_S = 20.0


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment."""

    memory_bytes: int
    descriptors: int
    threads: int

    @classmethod
    def by(cls, pid: int) -> "Held":
        """What the process with this id holds now."""
        process = psutil.Process(pid)
        with process.oneshot():
            return cls(process.memory_info().rss, process.num_fds(), process.num_threads())


def assert_gives_back(pid: int, baseline: Held, growth_bytes: int) -> None:
    """Waits until a process holds no more files and threads than before, and little more memory."""

    def is_back() -> bool:
        held = Held.by(pid)
        return (
            held.descriptors <= baseline.descriptors
            and held.threads <= baseline.threads
            and held.memory_bytes <= baseline.memory_bytes + growth_bytes
        )

    try:
        wait_until(is_back, SETTLE_TIMEOUT_S, "the process to give back what it held")
    except TimeoutError:
        raise AssertionError(f"before: {baseline}, now: {Held.by(pid)}") from None
