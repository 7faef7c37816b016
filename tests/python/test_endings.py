"""How a kernel ends: the last message leaves, and nothing is left behind.

FLOWNO_ENDINGS says how often each ending is tried (10; a hundred on request).
"""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file
from jupyter_client.kernelspec import KernelSpecManager

from flowno_testing.deadline import wait_until
from flowno_testing.kernel import HERMETIC, KERNEL_NAME, Kernel
from flowno_testing.process import Held, assert_gives_back

TIMES = int(os.environ.get("FLOWNO_ENDINGS", "10"))

#: The contract: a kernel has ended within 2 s of whatever ends it. The rest is for a busy machine.
END_TIMEOUT_S = 5.0

#: After the first interrupts, the allocator may still take so much.
GROWTH_BYTES = 8 << 20

#: Seconds for one try.
SECONDS_EACH = 6.0

BUSY = ["1", "loop {}", "sleep(3600)"]


@pytest.fixture
def runtime_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the kernels of a test may put socket files; must be empty at the end."""
    folder = tmp_path_factory.mktemp("run")
    yield folder
    assert list(folder.iterdir()) == []


def wait_dead(pid: int) -> None:
    """Waits until no such process runs; a zombie runs no more."""

    def is_dead() -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    wait_until(is_dead, END_TIMEOUT_S, f"the kernel {pid} to end")


def by_request(kernel: Kernel) -> None:
    """Front ends ask."""
    assert kernel.control("shutdown_request", {"restart": False})["content"]["status"] == "ok"


def by_sigterm(kernel: Kernel) -> None:
    """A system that goes down."""
    os.kill(kernel.pid, signal.SIGTERM)


def by_kill(kernel: Kernel) -> None:
    """No chance to tidy up."""
    os.kill(kernel.pid, signal.SIGKILL)


@pytest.mark.timeout(60 + TIMES * SECONDS_EACH)
@pytest.mark.parametrize("end", [by_request, by_sigterm, by_kill])
def test_nothing_is_left_of_a_kernel(end: Callable[[Kernel], None], runtime_dir: Path) -> None:
    files = temporary_files()
    for turn in range(TIMES):
        kernel = Kernel(env={"XDG_RUNTIME_DIR": str(runtime_dir)})
        try:
            code = BUSY[turn % len(BUSY)]
            pending = kernel.start(code)
            pending.wait_for("execute_input")
            pid, children = kernel.pid, psutil.Process(kernel.pid).children(recursive=True)
            assert children == []
            end(kernel)
            wait_dead(pid)
            # What ran is answered before the end, unless there was no time for anything.
            if end is not by_kill:
                run = pending.finish()
                assert run.content["status"] == ("ok" if code == "1" else "error")
                assert run.states == ["busy", "idle"]
        finally:
            kernel.close()
    assert temporary_files() <= files


def temporary_files() -> set[str]:
    """What kernels have put among the temporary files."""
    return {path.name for path in Path(tempfile.gettempdir()).glob("flowno-*")}


#: A client that starts a kernel, says its number, and then waits to be killed.
CLIENT = textwrap.dedent(
    """
    import sys, time
    from flowno_testing.kernel import Kernel
    kernel = Kernel()
    pending = kernel.start(sys.argv[1])
    pending.wait_for("execute_input")
    print(kernel.pid, flush=True)
    time.sleep(600)
    """
)


#: Before it: kernels are not told the number of their parent.
NAMELESS = textwrap.dedent(
    """
    from subprocess import DEVNULL, Popen
    import jupyter_client.provisioning.local_provisioner as provisioner
    def launch_kernel(cmd, env=None, **kw):
        env.pop("JPY_PARENT_PID", None)
        return Popen(cmd, env=env, stdin=DEVNULL, start_new_session=True)
    provisioner.launch_kernel = launch_kernel
    """
)


#: Before it: a wrapper stands between client and kernel, and outlives the client.
WRAPPED = textwrap.dedent(
    """
    import os
    from subprocess import DEVNULL, Popen
    import jupyter_client.provisioning.local_provisioner as provisioner
    def launch_kernel(cmd, env=None, **kw):
        cmd = ["sh", "-c", '"$@"; exit', "sh", *cmd]
        env = {**env, "JPY_PARENT_PID": str(os.getpid())}
        return Popen(cmd, env=env, stdin=DEVNULL, start_new_session=True)
    provisioner.launch_kernel = launch_kernel
    import psutil
    from flowno_testing.kernel import Kernel
    def pid(self):
        return psutil.Process(self.manager.provisioner.pid).children()[0].pid
    Kernel.pid = property(pid)
    """
)


@pytest.mark.timeout(60 + TIMES * SECONDS_EACH)
@pytest.mark.parametrize("before", ["", NAMELESS, WRAPPED], ids=["named", "not named", "wrapped"])
def test_a_kernel_does_not_outlive_its_parent(before: str) -> None:
    """The parent is killed: known by the number that Jupyter gives, and by the process tree.

    It is a zombie until the kernel has ended.
    """
    tests = Path(__file__).parent.parent
    program = before + CLIENT
    for turn in range(TIMES):
        client = subprocess.Popen(
            [sys.executable, "-c", program, BUSY[turn % len(BUSY)]],
            cwd=tests,
            env={**os.environ, "PYTHONPATH": str(tests)},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert client.stdout is not None
            pid = int(client.stdout.readline())
            client.kill()
            wait_dead(pid)
        finally:
            client.kill()
            client.wait(timeout=10)


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_kernel_outlives_who_is_named_and_has_not_started_it(when: str, tmp_path: Path) -> None:
    """The variable is passed on by who starts a kernel in a console or a terminal of Jupyter's."""
    file, _ = write_connection_file(str(tmp_path / "kernel.json"), key=b"key")
    program = KernelSpecManager().get_kernel_spec(KERNEL_NAME).argv[0]
    command = [program, "kernel", "--connection-file", file]
    other = subprocess.Popen(["sleep", "60"])

    def end_other() -> None:
        other.kill()
        other.wait(timeout=10)

    if when == "before":
        end_other()
    environment = {**os.environ, **HERMETIC, "JPY_PARENT_PID": str(other.pid)}
    kernel = subprocess.Popen(command, env=environment)
    client = BlockingKernelClient(connection_file=file)
    client.load_connection_file()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=20)
        end_other()
        client.execute_interactive("sleep(1)", timeout=10)  # it looks at its parent meanwhile
        assert kernel.poll() is None
    finally:
        client.stop_channels()
        kernel.kill()
        kernel.wait(timeout=10)


@pytest.mark.timeout(60 + TIMES * SECONDS_EACH)
def test_interrupts_leave_nothing(kernel: Kernel) -> None:
    def interrupt(turn: int) -> None:
        pending = kernel.start(BUSY[1 + turn % 2])
        pending.wait_for("execute_input")
        if turn % 3 == 0:
            os.kill(kernel.pid, signal.SIGINT)
        else:
            kernel.control("interrupt_request")
        assert pending.finish().content["ename"] == "KeyboardInterrupt"

    for turn in range(10):
        interrupt(turn)
    baseline = Held.by(kernel.pid)
    for turn in range(5 * TIMES):
        interrupt(turn)
    assert_gives_back(kernel.pid, baseline, GROWTH_BYTES)
    assert kernel.ok("1 + 1").result() == "2"


def test_two_signals_are_one_interrupt(kernel: Kernel) -> None:
    """Who presses Ctrl-C twice interrupts what runs; neither the kernel ends nor the next cell."""
    for _ in range(5):
        pending = kernel.start("loop {}")
        pending.wait_for("execute_input")
        os.kill(kernel.pid, signal.SIGINT)
        os.kill(kernel.pid, signal.SIGINT)
        assert pending.finish().content["ename"] == "KeyboardInterrupt"
        kernel.control("kernel_info_request")
        assert kernel.ok("1 + 1").result() == "2"


@pytest.mark.timeout(60 + TIMES * SECONDS_EACH)
def test_restarts_leave_nothing() -> None:
    kernel = Kernel()
    try:
        for turn in range(TIMES):
            pid = kernel.pid
            kernel.start(BUSY[turn % len(BUSY)]).wait_for("execute_input")
            kernel.manager.restart_kernel(now=turn % 2 == 0)
            wait_dead(pid)
            kernel.client.wait_for_ready(timeout=30)
            assert kernel.run("1 + 1").result() == "2"
    finally:
        kernel.close()


@pytest.mark.timeout(60 + TIMES * SECONDS_EACH)
def test_clients_that_are_killed_leave_nothing(kernel: Kernel) -> None:
    """Front ends come, run something and vanish; the kernel belongs to another."""

    def come_and_go() -> None:
        connection = kernel.manager.get_connection_info()
        code = textwrap.dedent(
            f"""
            import os, signal
            from jupyter_client.blocking.client import BlockingKernelClient
            client = BlockingKernelClient()
            client.load_connection_info({connection!r})
            client.start_channels()
            client.wait_for_ready(timeout=20)
            client.execute("for i in 0..2000 {{ print(i); }}")
            client.get_iopub_msg(timeout=10)
            os.kill(os.getpid(), signal.SIGKILL)
            """
        )
        ended = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
        assert ended.returncode == -signal.SIGKILL

    come_and_go()
    kernel.ok("1")
    baseline = Held.by(kernel.pid)
    for _ in range(TIMES):
        come_and_go()
    kernel.ok("1")
    assert_gives_back(kernel.pid, baseline, GROWTH_BYTES)


def test_the_last_outputs_leave_before_the_end(kernel: Kernel) -> None:
    """What was shown before the shutdown arrives, though read after it; and so does the reply."""
    pending = kernel.start("for i in 0..3000 { display(i); } sleep(3600)")
    pending.wait_for("display_data")
    by_request(kernel)
    run = pending.finish()
    shown = [content["data"]["text/plain"] for content in run.of("display_data")]
    assert shown == [str(number) for number in range(len(shown))]
    assert run.content["status"] == "error"
    assert run.states == ["busy", "idle"]
    wait_dead(kernel.pid)
