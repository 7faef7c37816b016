"""Subshells (JEP 91): made, listed, deleted on control, named in headers of requests on shell."""

from typing import Any

import pytest

from flowno_testing.deadline import Deadline, wait_until
from flowno_testing.kernel import REQUEST_TIMEOUT_S, Kernel, Pending, Run, execute_content
from flowno_testing.process import Held, assert_gives_back


def make(kernel: Kernel) -> str:
    """A new subshell."""
    content = kernel.control("create_subshell_request")["content"]
    assert content["status"] == "ok"
    return content["subshell_id"]


def listed(kernel: Kernel) -> list[str]:
    """The subshells there are."""
    content = kernel.control("list_subshell_request")["content"]
    assert content["status"] == "ok"
    return content["subshell_id"]


def test_they_are_made_listed_and_deleted(kernel: Kernel) -> None:
    assert listed(kernel) == []
    one, two = make(kernel), make(kernel)
    assert one != two
    assert listed(kernel) == [one, two]
    assert kernel.control("delete_subshell_request", {"subshell_id": one})["content"] == {
        "status": "ok"
    }
    assert listed(kernel) == [two]


@pytest.mark.parametrize("content", [{}, {"subshell_id": "nobody"}, {"subshell_id": 3}])
def test_one_that_is_not_there_cannot_be_deleted(kernel: Kernel, content: dict[str, Any]) -> None:
    reply = kernel.control("delete_subshell_request", content)
    assert reply["msg_type"] == "delete_subshell_reply"
    assert reply["content"]["status"] == "error"
    assert "subshell" in reply["content"]["evalue"]


@pytest.mark.parametrize("msg_type", ["kernel_info_request", "comm_info_request"])
def test_requests_are_answered_while_a_cell_runs(kernel: Kernel, msg_type: str) -> None:
    subshell = make(kernel)
    running = kernel.start("loop {}")
    running.wait_for("execute_input")
    run = kernel.request(msg_type, {}, subshell_id=subshell).finish()
    assert run.content["status"] == "ok"
    assert run.reply["parent_header"]["subshell_id"] == subshell
    kernel.control("interrupt_request")
    assert running.finish().content["status"] == "error"


def test_a_request_for_no_subshell_is_refused(kernel: Kernel) -> None:
    subshell = make(kernel)
    kernel.control("delete_subshell_request", {"subshell_id": subshell})
    for gone in (subshell, "nobody"):
        run = kernel.request("kernel_info_request", {}, subshell_id=gone).finish()
        assert run.reply["msg_type"] == "kernel_info_reply"
        assert run.content["status"] == "error"
        assert gone in run.content["evalue"]
    assert kernel.ok("1").result() == "1"


def test_they_are_announced(kernel: Kernel) -> None:
    info = kernel.request("kernel_info_request", {}).finish()
    assert "kernel subshells" in info.content["supported_features"]


def test_a_question_does_not_overtake_the_making(kernel: Kernel) -> None:
    """The engine thread computes, and hears of both when it looks up."""
    running = kernel.start("loop {}")
    running.wait_for("execute_input")
    complete = {"code": "pri", "cursor_pos": 3}
    for _ in range(30):
        first = kernel.request("complete_request", complete)
        subshell = make(kernel)
        second = kernel.request("complete_request", complete, subshell_id=subshell)
        for run in finish_all(kernel, first, second):
            assert run.assert_ok().content["matches"]
    kernel.control("interrupt_request")
    assert running.finish().content["status"] == "error"


def start_in(kernel: Kernel, subshell: str | None, code: str, **content: Any) -> Pending:
    """Starts a cell in a subshell, or in the main shell."""
    header = {"subshell_id": subshell} if subshell else {}
    return kernel.request("execute_request", execute_content(code, **content), **header)


def run_in(kernel: Kernel, subshell: str, code: str, **content: Any) -> Run:
    """Runs a cell in a subshell."""
    return start_in(kernel, subshell, code, **content).finish()


def finish_all(kernel: Kernel, *pendings: Pending) -> list[Run]:
    """Reads the messages of cells that run side by side, until all have ended."""
    left, deadline = {p.msg_id: p for p in pendings}, Deadline(REQUEST_TIMEOUT_S)
    replies: dict[str, Any] = {}
    while left:
        message = kernel.client.get_iopub_msg(timeout=deadline.left("the cells to end"))
        pending = left.get(message["parent_header"].get("msg_id"))
        if pending is not None:
            pending.messages.append(message)
            if message["content"].get("execution_state") == "idle":
                del left[pending.msg_id]
    while len(replies) < len(pendings):
        reply = kernel.client.get_shell_msg(timeout=deadline.left("the replies"))
        replies[reply["parent_header"]["msg_id"]] = reply
    return [Run(replies[p.msg_id], p.messages) for p in pendings]


@pytest.mark.parametrize(
    "main",
    ["sleep(60)", "loop {}", "node Slow(x) { sleep(60); x } flow.slow = Slow(1)"],
    ids=["sleeps", "computes", "runs the flow"],
)
def test_cells_run_beside_the_main_shells(kernel: Kernel, main: str) -> None:
    subshell = make(kernel)
    kernel.ok("let x = 1; node Add(x, y = 0) { x + y } flow.a = 40;")
    busy = kernel.start(main)
    busy.wait_for("execute_input")
    run = run_in(
        kernel, subshell, 'let x = 2; print("here"); flow.b = Add(flow.a, x); flow.b.value'
    )
    run.assert_ok()
    assert run.result() == "42"
    assert run.stdout == "here\n"
    assert run.states == ["busy", "idle"]
    assert {m["parent_header"]["subshell_id"] for m in run.messages} == {subshell}
    assert run_in(kernel, subshell, "x").result() == "2", "variables are the subshell's own"
    kernel.control("interrupt_request")
    assert busy.finish().content["ename"] == "KeyboardInterrupt"
    assert kernel.ok("x").result() == "1"
    assert kernel.ok("flow.a = 1; flow.b.value").result() == "3"


def test_two_of_them_take_turns(kernel: Kernel) -> None:
    one, two = make(kernel), make(kernel)
    code = "let n = 0; while n < 20 { sleep(0.01); n += 1; print(n); } n"
    runs = finish_all(kernel, *(start_in(kernel, shell, code) for shell in (None, one, two)))
    assert [run.result() for run in runs] == ["20"] * 3
    lines = "".join(f"{n}\n" for n in range(1, 21))
    assert [run.stdout for run in runs] == [lines] * 3
    counts = [run.content["execution_count"] for run in runs]
    assert sorted(counts) == [1, 2, 3], "each cell has a number of its own"


def test_a_failure_aborts_what_waits_in_its_own_shell(kernel: Kernel) -> None:
    subshell = make(kernel)
    failing = start_in(kernel, subshell, 'sleep(0.3); throw "no"')
    behind = start_in(kernel, subshell, "1")
    main = [kernel.start("sleep(0.5); 1"), kernel.start("2")]
    runs = finish_all(kernel, failing, behind, *main)
    assert [run.content["status"] for run in runs] == ["error", "aborted", "ok", "ok"]


def test_an_interrupt_ends_the_cells_of_all(kernel: Kernel) -> None:
    subshell = make(kernel)
    running = [kernel.start("loop {}"), start_in(kernel, subshell, "sleep(60)")]
    waiting = [kernel.start("1"), start_in(kernel, subshell, "1")]
    for _ in range(2):  # until both have begun
        while kernel.client.get_iopub_msg(timeout=10)["msg_type"] != "execute_input":
            pass
    kernel.control("interrupt_request")
    runs = finish_all(kernel, *running, *waiting)
    assert [run.content["status"] for run in runs] == ["error", "error", "aborted", "aborted"]
    assert kernel.ok("1").result() == "1"
    assert run_in(kernel, subshell, "2").result() == "2"


def test_completion_knows_their_variables(kernel: Kernel) -> None:
    subshell = make(kernel)
    kernel.ok("let of_main = 1;")
    run_in(kernel, subshell, "let of_shell = 2;").assert_ok()
    content = {"code": "of_", "cursor_pos": 3}
    reply = kernel.request("complete_request", content, subshell_id=subshell).finish()
    assert reply.content["matches"] == ["of_shell"]
    reply = kernel.request("complete_request", content).finish()
    assert reply.content["matches"] == ["of_main"]


def test_who_types_in_one_is_asked(kernel: Kernel) -> None:
    subshell = make(kernel)
    busy = kernel.start("sleep(60)")
    busy.wait_for("execute_input")
    pending = start_in(kernel, subshell, 'input("Name: ")', allow_stdin=True)
    asked = kernel.client.get_stdin_msg(timeout=10)
    assert asked["parent_header"]["msg_id"] == pending.msg_id
    kernel.client.input("Ada")
    assert pending.finish().assert_ok().result() == '"Ada"'
    kernel.control("interrupt_request")
    assert busy.finish().content["status"] == "error"


def test_one_that_is_deleted_ends_its_cell_first(kernel: Kernel) -> None:
    subshell = make(kernel)
    running, waiting = (start_in(kernel, subshell, f"sleep(0.5); {n}") for n in range(2))
    running.wait_for("execute_input")
    kernel.control("delete_subshell_request", {"subshell_id": subshell})
    runs = finish_all(kernel, running, waiting)
    assert [run.content["status"] for run in runs] == ["ok", "aborted"]


def test_a_kernel_ends_while_they_run(kernel: Kernel) -> None:
    subshell = make(kernel)
    running = start_in(kernel, subshell, "loop {}")
    running.wait_for("execute_input")
    assert kernel.control("shutdown_request", {"restart": False})["content"]["status"] == "ok"
    assert running.finish().content["status"] == "error", "the last message leaves"
    wait_until(lambda: not kernel.manager.is_alive(), 5, "the kernel to end")


def test_they_leave_nothing_behind(kernel: Kernel) -> None:
    baseline = None
    for turn in range(120):
        subshell = make(kernel)
        run_in(kernel, subshell, "let kept = []; kept.pad(10000, 7); spawn(|| 1);").assert_ok()
        kernel.control("delete_subshell_request", {"subshell_id": subshell})
        if turn == 20:
            baseline = Held.by(kernel.pid)
    assert baseline is not None
    assert_gives_back(kernel.pid, baseline, 4 << 20)
    assert listed(kernel) == []
