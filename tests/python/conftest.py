"""Fixtures: the real kernel, by the kernelspec that the environment has."""

from collections.abc import Iterator

import pytest

from flowno_testing.kernel import Kernel


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """A kernel of one test's own."""
    kernel = Kernel()
    try:
        yield kernel
    finally:
        kernel.close()


@pytest.fixture(scope="module")
def shared_kernel() -> Iterator[Kernel]:
    """A kernel for tests that leave nothing behind in it."""
    kernel = Kernel()
    try:
        yield kernel
    finally:
        kernel.close()
