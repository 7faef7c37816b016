"""Fixtures: programs of the environment that the wheel has been installed into."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flowno_testing.browser import browser, page, screenshots
from flowno_testing.lab import ROOT, TOUR

#: For one program: most start a Python, Jupyter's machinery and a kernel.
RUN_TIMEOUT_S = 120.0

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs a program of the environment; fails with what that said, unless `check` is false."""

    def run(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
        program = Path(sys.executable).parent / words[0]
        command = [str(program), *map(str, words[1:])]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=RUN_TIMEOUT_S, cwd=ROOT, check=False
        )
        if check:
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture
def tour(tmp_path: Path) -> Path:
    """A tour that may be changed."""
    copy = tmp_path / "tour.ipynb"
    copy.write_bytes(TOUR.read_bytes())
    return copy
