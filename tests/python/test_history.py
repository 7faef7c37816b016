"""The history: what was typed, across kernels and also when one is killed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from flowno_testing.kernel import Kernel

Opener = Callable[[], Kernel]


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """A history of one test's own."""
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def opened(history: Path, request: pytest.FixtureRequest) -> Opener:
    """Makes kernels that share that history."""

    def make() -> Kernel:
        kernel = Kernel(env={"FLOWNO_HISTORY": str(history)})
        request.addfinalizer(kernel.close)
        return kernel

    return make


def ask(kernel: Kernel, kind: str, **content: Any) -> list[Any]:
    """What a history request of this kind finds."""
    asked = {"hist_access_type": kind, "raw": True, "output": False, **content}
    reply = kernel.request("history_request", asked).finish()
    assert reply.content["status"] == "ok", reply.content
    return reply.content["history"]


def sources(entries: list[Any]) -> list[str]:
    """The sources alone."""
    return [source for _, _, source in entries]


def test_cells_are_kept_across_kernels(opened: Opener) -> None:
    first = opened()
    first.ok("let a = 1;")
    first.ok("a + 1")
    first.manager.shutdown_kernel()
    second = opened()
    assert ask(second, "tail", n=10) == [[1, 1, "let a = 1;"], [1, 2, "a + 1"]]
    second.ok("2")
    assert ask(second, "range", session=0, start=0, stop=None) == [[2, 1, "2"]]
    assert ask(second, "range", session=-1, start=2, stop=3) == [[1, 2, "a + 1"]]
    assert sources(ask(second, "tail", n=2)) == ["a + 1", "2"]


def test_results_come_when_asked_for(opened: Opener) -> None:
    kernel = opened()
    kernel.ok("6 * 7")
    kernel.ok("let x = 1;")
    found = ask(kernel, "range", session=0, start=1, stop=9, output=True)
    assert found == [[1, 1, ["6 * 7", "42"]], [1, 2, ["let x = 1;", None]]]


def test_a_search_takes_patterns(opened: Opener) -> None:
    kernel = opened()
    for code in ("let a = 1;", "a", "let b = 2;", "let a = 1;"):
        kernel.ok(code)
    assert sources(ask(kernel, "search", pattern="let*")) == [
        "let a = 1;",
        "let b = 2;",
        "let a = 1;",
    ]
    assert sources(ask(kernel, "search", pattern="let*", unique=True)) == [
        "let b = 2;",
        "let a = 1;",
    ]
    assert sources(ask(kernel, "search", pattern="let ?*", n=1)) == ["let a = 1;"]
    assert ask(kernel, "search", pattern="nothing like it") == []


def test_what_fails_is_kept_and_what_is_not_for_keeping_is_not(opened: Opener) -> None:
    kernel = opened()
    kernel.ok("1", store_history=False)
    kernel.ok("2", silent=True)
    kernel.ok("   ")
    kernel.run("no_such_name")
    assert sources(ask(kernel, "tail", n=10)) == ["no_such_name"]


def test_a_killed_kernel_has_kept_what_it_ran(opened: Opener) -> None:
    killed = opened()
    killed.ok("let before = 1;")
    running = killed.start("loop { sleep(0.1) }")
    running.wait_for("execute_input")
    assert sources(ask(killed, "tail", n=1)) == ["loop { sleep(0.1) }"]
    killed.manager.provisioner.process.kill()
    killed.manager.provisioner.process.wait(timeout=5)
    assert sources(ask(opened(), "tail", n=5)) == ["let before = 1;", "loop { sleep(0.1) }"]


def test_kernels_share_it_at_the_same_time(opened: Opener) -> None:
    kernels = [opened(), opened(), opened()]

    def work(kernel: Kernel) -> None:
        for number in range(30):
            kernel.ok(f"{number}")

    with ThreadPoolExecutor() as pool:
        list(pool.map(work, kernels))
    for kernel in kernels:
        own = ask(kernel, "range", session=0, start=0, stop=None)
        assert sources(own) == [str(number) for number in range(30)]
        assert len(ask(kernel, "tail", n=1000)) == 90


def test_it_can_be_off(tmp_path: Path) -> None:
    kernel = Kernel(env={"FLOWNO_HISTORY": "off", "XDG_DATA_HOME": str(tmp_path)})
    try:
        kernel.ok("1 + 1")
        assert sources(ask(kernel, "tail", n=5)) == ["1 + 1"], "it lives as long as the kernel"
    finally:
        kernel.close()
    assert list(tmp_path.iterdir()) == []


def test_it_is_in_the_users_data_directory(tmp_path: Path) -> None:
    kernel = Kernel(env={"FLOWNO_HISTORY": "", "XDG_DATA_HOME": str(tmp_path)})
    try:
        assert list(tmp_path.iterdir()) == [], (
            "nothing is written before there is something to write"
        )
        kernel.ok("1 + 1")
        ask(kernel, "tail", n=1)
        assert (tmp_path / "flowno" / "history.sqlite").stat().st_mode & 0o777 == 0o600
    finally:
        kernel.close()


def test_a_place_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    kernel = Kernel(env={"FLOWNO_HISTORY": str(blocked / "history.sqlite")})
    try:
        assert kernel.ok("1 + 1").result() == "2"
        assert sources(ask(kernel, "tail", n=5)) == ["1 + 1"]
    finally:
        kernel.close()


@pytest.mark.parametrize(
    "content", [{"hist_access_type": "all"}, {"n": "many"}, {"output": 1}, {"session": 0.5}]
)
def test_a_request_that_means_nothing_is_refused(
    shared_kernel: Kernel, content: dict[str, Any]
) -> None:
    asked = {"hist_access_type": "range", **content}
    asked = {**asked, "hist_access_type": "tail"} if "n" in content else asked
    run = shared_kernel.request("history_request", asked).finish()
    assert run.reply["msg_type"] == "history_reply"
    assert run.content["status"] == "error"
    assert next(iter(content)) in run.content["evalue"]
