"""Python environments of a test's own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

#: For pip to install JupyterLab from its cache, or from a slow index.
INSTALL_TIMEOUT_S = 400.0

RUN_TIMEOUT_S = 120.0


@dataclass
class Environment:
    """A Python environment."""

    folder: Path

    @property
    def clean(self) -> dict[str, str]:
        """Variables that know of no other environment, nor of the person's own Jupyter."""
        unknown = ("VIRTUAL_ENV", "CONDA_PREFIX", "JUPYTER_PATH", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if name not in unknown}
        own = {
            f"JUPYTER_{name}_DIR": str(self.folder / "own" / name.lower())
            for name in ("CONFIG", "DATA", "RUNTIME")
        }
        # The environment is not "activated": its programs are called by their paths.
        return {**kept, **own, "PATH": "/usr/local/bin:/usr/bin:/bin"}

    def program(self, name: str) -> str:
        """The path of one of its programs."""
        return str(self.folder / "bin" / name)

    def run(self, *words: str, timeout: float = RUN_TIMEOUT_S) -> str:
        """Runs a program of it, or one by its path; what that says."""
        command = [self.program(words[0]), *words[1:]]
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            env=self.clean,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}"
        return done.stdout

    def pip(self, *words: str) -> str:
        """Runs pip in it."""
        quiet = ("--quiet", "--disable-pip-version-check", "--no-input")
        return self.run("python", "-m", "pip", *words, *quiet, timeout=INSTALL_TIMEOUT_S)

    def files(self) -> set[str]:
        """All files in it but those that Python and Jupyter write while they run."""
        files = (file for file in self.folder.rglob("*") if file.is_file())
        found = (file.relative_to(self.folder) for file in files)
        return {str(file) for file in found if not {"__pycache__", "own"} & set(file.parts)}


def new_environment(folder: Path) -> Environment:
    """An environment with pip alone."""
    command = [sys.executable, "-m", "venv", "--clear", str(folder)]
    subprocess.run(command, check=True, timeout=INSTALL_TIMEOUT_S)
    return Environment(folder)
