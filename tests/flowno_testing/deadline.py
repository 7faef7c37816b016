"""Waiting with an end."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

#: How often a condition without a notification is looked at.
POLL_S = 0.02


class Deadline:
    """A moment after which waiting is an error."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, what: str) -> float:
        """Seconds left to wait for `what`; raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"waited too long for {what}")
        return left


def wait_until(condition: Callable[[], T], seconds: float, what: str) -> T:
    """Looks until `condition` gives something true, and returns that."""
    deadline = Deadline(seconds)
    while not (found := condition()):
        deadline.left(what)
        time.sleep(POLL_S)
    return found
