"""Fixtures: a fresh environment with the wheel and JupyterLab, and nothing else."""

import os
from pathlib import Path

import pytest

from flowno_testing.browser import browser, page, screenshots
from flowno_testing.environment import Environment, new_environment
from flowno_testing.lab import ROOT


@pytest.fixture(scope="session")
def wheel() -> Path:
    """The wheel that `cargo xtask test` has built."""
    return Path(os.environ["FLOWNO_WHEEL"])


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The wheel and JupyterLab."""
    environment = new_environment(tmp_path_factory.mktemp("fresh") / "venv")
    pins = ROOT / "tests" / "constraints.txt"
    environment.pip("install", "jupyterlab", str(wheel), "-c", str(pins))
    return environment
