"""A running JupyterLab, started as a person starts it."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from flowno_testing.deadline import wait_until

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "notebooks" / "tour.ipynb"

#: The environment and the kernel are there already; JupyterLab takes some seconds to start.
START_TIMEOUT_S = 90.0

#: From Ctrl-C to the end, kernels included.
END_TIMEOUT_S = 30.0

#: What Jupyter Server says when a kernel ends by itself.
DIED = "KernelRestarter: restarting kernel"

URL = re.compile(r"http://(?:127\.0\.0\.1|localhost):\d+/\S*token=\w+")


@dataclass
class Lab:
    """Where a JupyterLab is to be found."""

    #: As printed: leads to the notebook and holds the token.
    url: str
    process: subprocess.Popen[str]

    @property
    def token(self) -> str:
        """What lets in."""
        return parse_qs(urlsplit(self.url).query)["token"][0]

    @property
    def address(self) -> str:
        """Host and port."""
        return urlsplit(self.url).netloc


#: What a server needs to be told that nobody types at: no question, no browser, this machine only.
SERVER_OPTIONS = [
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.answer_yes=True",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=",
]


def command() -> list[str]:
    """`cargo xtask`, or the very program of that name that runs these tests."""
    built = os.environ.get("FLOWNO_XTASK")
    return [built] if built else shlex.split("cargo xtask")


@contextmanager
def running_lab(notebook: Path, env: dict[str, str] | None = None) -> Iterator[Lab]:
    """JupyterLab on `notebook`, ended by one Ctrl-C."""
    with running_server([*command(), "lab", "--no-browser", str(notebook)], ROOT, env) as lab:
        yield lab


@contextmanager
def running_server(
    command: list[str], folder: Path, env: dict[str, str] | None = None
) -> Iterator[Lab]:
    """Any Jupyter server, started in `folder`, ended by one Ctrl-C. No kernel of it may die."""
    # Tests that were started in the background ignore it, and the server would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        yield Lab(wait_until(lambda: _url(process, lines), START_TIMEOUT_S, "the URL"), process)
    finally:
        _end(process)
        reader.join(END_TIMEOUT_S)
    died = [line for line in lines if DIED in line]
    assert not died, "a kernel died:\n" + "".join(died)


def _url(process: subprocess.Popen[str], lines: list[str]) -> str | None:
    assert process.poll() is None, "JupyterLab ended at once:\n" + "".join(lines)
    found = URL.search("".join(lines))
    return found.group() if found else None


def _end(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def copy_of_tour(folder: Path) -> Path:
    """A tour that may be changed."""
    return Path(shutil.copy(TOUR, folder))
