"""Each kind of request: its reply, and exactly one busy and one idle."""

from typing import Any

import pytest

from flowno_testing.deadline import wait_until
from flowno_testing.kernel import Kernel, Run, execute_content

#: The contract is 2 s; this is when a process that does not end is called one.
END_TIMEOUT_S = 5.0


def execute(code: str, **content: Any) -> tuple[str, dict[str, Any]]:
    """An execute request."""
    return "execute_request", execute_content(code, **content)


REQUESTS = {
    "kernel_info": ("kernel_info_request", {}),
    "execute": execute("1 + 1"),
    "execute with prints": execute('for i in 0..20 { print("x"); }'),
    "execute with an error": execute("no_such_name", stop_on_error=False),
    "execute with a syntax error": execute("let = ;", stop_on_error=False),
    "execute nothing": execute(""),
    "execute silently": execute("flow.quiet = 1", silent=True),
    "is_complete": ("is_complete_request", {"code": "1 +"}),
    "comm_info": ("comm_info_request", {}),
    "history": (
        "history_request",
        {"output": False, "raw": True, "hist_access_type": "tail", "n": 3},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_is_busy_once_and_idle_once(shared_kernel: Kernel, name: str) -> None:
    msg_type, content = REQUESTS[name]
    first = shared_kernel.request(msg_type, content)
    run = first.finish()
    assert run.reply["msg_type"] == msg_type.replace("request", "reply")
    assert run.states == ["busy", "idle"]
    assert run.messages[0]["msg_type"] == "status"
    assert run.messages[-1]["msg_type"] == "status"

    # Anything late of the first would come before the second's end.
    second = shared_kernel.request("kernel_info_request", {})
    late = []
    while True:
        message = shared_kernel.client.get_iopub_msg(timeout=10)
        parent = message["parent_header"].get("msg_id")
        if parent == first.msg_id:
            late.append(message)
        if parent == second.msg_id and message["content"].get("execution_state") == "idle":
            break
    assert late == []


def test_kernel_info_says_what_this_is(shared_kernel: Kernel) -> None:
    info = shared_kernel.request("kernel_info_request", {}).finish().content
    assert info["status"] == "ok"
    assert info["implementation"] == "flowno"
    language = info["language_info"]
    assert language["name"] == "rhai"
    assert language["file_extension"] == ".rhai"
    assert language["codemirror_mode"] == {
        "name": "rhai",
        "mime": "text/x-rustsrc",
        "version": 1,
    }
    assert language.get("pygments_lexer") != "", "an empty lexer breaks nbconvert"


class TestExecute:
    """What an execute request may ask for."""

    def test_cells_are_counted(self, kernel: Kernel) -> None:
        counts = [kernel.ok("1").content["execution_count"] for _ in range(3)]
        assert counts == [1, 2, 3]

    def test_the_input_is_announced_before_any_output(self, kernel: Kernel) -> None:
        run = kernel.ok("7")
        types = [message["msg_type"] for message in run.messages]
        assert types == ["status", "execute_input", "execute_result", "status"]
        (announced,) = run.of("execute_input")
        assert announced == {"code": "7", "execution_count": 1}
        (result,) = run.of("execute_result")
        assert result["execution_count"] == 1

    def test_store_history_off_does_not_count(self, kernel: Kernel) -> None:
        kernel.ok("1", store_history=False)
        assert kernel.ok("1").content["execution_count"] == 1

    def test_silent_shows_nothing_and_does_not_count(self, kernel: Kernel) -> None:
        run = kernel.ok('flow.a = 5; print("x"); 7', silent=True)
        assert [message["msg_type"] for message in run.messages] == ["status", "status"]
        assert kernel.ok("flow.a.value").result() == "5"
        assert kernel.ok("1").content["execution_count"] == 2

    def test_user_expressions_are_answered(self, kernel: Kernel) -> None:
        run = kernel.ok("let x = 20;", user_expressions={"good": "x + 1", "bad": "no_such_name"})
        answers = run.content["user_expressions"]
        assert answers["good"]["status"] == "ok"
        assert answers["good"]["data"]["text/plain"] == "21"
        assert answers["bad"]["status"] == "error"
        assert answers["bad"]["ename"]

    def test_an_error_aborts_the_cells_behind_it(self, kernel: Kernel) -> None:
        assert statuses_behind_an_error(kernel, stop_on_error=True) == ["error", "aborted"]

    def test_stop_on_error_off_lets_them_run(self, kernel: Kernel) -> None:
        assert statuses_behind_an_error(kernel, stop_on_error=False) == ["error", "ok"]


def statuses_behind_an_error(kernel: Kernel, stop_on_error: bool) -> list[str]:
    """How two queued cells end when the first fails."""
    failing = kernel.start('sleep(0.5); throw "stop"', stop_on_error=stop_on_error)
    behind = kernel.start("1")
    runs: list[Run] = [failing.finish(), behind.finish()]
    return [run.content["status"] for run in runs]


class TestCompleteness:
    """Whether Enter should run a console's cell or open a new line."""

    @pytest.mark.parametrize(
        ("code", "status"),
        [
            ("1 + 1", "complete"),
            ("node Add(x, y) { x + y }", "complete"),
            ("node Add(x, y) {", "incomplete"),
            ("flow.sum = Add(1,", "incomplete"),
            ("let x = ;", "invalid"),
        ],
    )
    def test_is_complete(self, shared_kernel: Kernel, code: str, status: str) -> None:
        reply = shared_kernel.request("is_complete_request", {"code": code}).finish()
        assert reply.content["status"] == status


class TestShutdown:
    """The end of a kernel."""

    @pytest.mark.parametrize("restart", [False, True])
    def test_a_shutdown_is_answered_and_then_carried_out(
        self, kernel: Kernel, restart: bool
    ) -> None:
        reply = kernel.control("shutdown_request", {"restart": restart})
        assert reply["msg_type"] == "shutdown_reply"
        assert reply["content"] == {"status": "ok", "restart": restart}
        wait_until(lambda: not kernel.manager.is_alive(), END_TIMEOUT_S, "the process to end")

    def test_a_shutdown_ends_a_running_cell(self, kernel: Kernel) -> None:
        kernel.start("loop {}").wait_for("execute_input")
        kernel.control("shutdown_request", {"restart": False})
        wait_until(lambda: not kernel.manager.is_alive(), END_TIMEOUT_S, "the process to end")

    def test_a_restart_begins_anew(self, kernel: Kernel) -> None:
        kernel.ok("let x = 1; flow.a = 2")
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=30)
        assert kernel.run("x").content["status"] == "error"
        assert kernel.ok("1").content["execution_count"] == 2
