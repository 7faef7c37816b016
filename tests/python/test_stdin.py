"""`input` and `password`: the front end that sends a cell is asked."""

import time
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from flowno_testing.kernel import Kernel, Message, Pending, execute_content, front_end
from flowno_testing.wire import frames_for, header_for, wire_of

ANSWER_TIMEOUT_S = 10


def ask(kernel: Kernel, code: str) -> Pending:
    """Starts a cell that may ask."""
    return kernel.start(code, allow_stdin=True)


def question(kernel: Kernel) -> Message:
    """The next question."""
    message: Any = kernel.client.get_stdin_msg(timeout=ANSWER_TIMEOUT_S)
    assert message["msg_type"] == "input_request"
    return message


def test_the_user_is_asked_and_answers(kernel: Kernel) -> None:
    pending = ask(kernel, 'print("before"); input("Name: ") + "!"')
    asked = question(kernel)
    assert asked["content"] == {"prompt": "Name: ", "password": False}
    assert asked["parent_header"]["msg_id"] == pending.msg_id
    kernel.client.input("Ada 😀")
    run = pending.finish().assert_ok()
    assert run.stdout == "before\n"
    assert run.result() == '"Ada 😀!"'


def test_a_password_is_not_to_be_shown(kernel: Kernel) -> None:
    pending = ask(kernel, 'password("Key: ").len()')
    assert question(kernel)["content"] == {"prompt": "Key: ", "password": True}
    kernel.client.input("secret")
    assert pending.finish().assert_ok().result() == "6"


def test_who_cannot_be_asked_gets_an_error(kernel: Kernel) -> None:
    run = kernel.run('input("Name: ")')
    assert run.content["ename"] == "StdinNotImplementedError"
    assert "allow_stdin" in run.content["evalue"]


def test_other_nodes_go_on_while_one_asks(kernel: Kernel) -> None:
    pending = ask(
        kernel,
        'node Ask() { input("?") } node Tick() { sleep(0.1); print("tick"); 1 } '
        "flow.a = Ask(); flow.b = Tick();",
    )
    question(kernel)
    pending.wait_for("stream")
    kernel.client.input("yes")
    run = pending.finish().assert_ok()
    assert run.stdout == "tick\n"
    assert 'a = "yes"' in [c["data"]["text/plain"] for c in run.of("display_data")]


def test_a_question_can_be_interrupted_and_a_late_answer_is_none(kernel: Kernel) -> None:
    pending = ask(kernel, 'input("first")')
    question(kernel)
    kernel.control("interrupt_request")
    assert pending.finish().content["ename"] == "KeyboardInterrupt"
    kernel.client.input("too late")
    kernel.ok("1")
    pending = ask(kernel, 'input("second")')
    assert question(kernel)["content"]["prompt"] == "second"
    kernel.client.input("in time")
    assert pending.finish().assert_ok().result() == '"in time"'


def test_completion_is_answered_while_the_user_thinks(kernel: Kernel) -> None:
    pending = ask(kernel, 'input("?")')
    question(kernel)
    content = {"code": "slee", "cursor_pos": 4}
    reply = kernel.request("complete_request", content).finish()
    assert reply.content["matches"] == ["sleep"]
    kernel.client.input("done")
    pending.finish().assert_ok()


def reply_to(client: BlockingKernelClient, asked: Message, value: str) -> None:
    """Answers as JupyterLab does: the answer names its question."""
    message = client.session.msg("input_reply", {"status": "ok", "value": value}, parent=asked)
    client.stdin_channel.send(message)


def test_a_stale_answer_is_none(kernel: Kernel) -> None:
    pending = ask(kernel, 'input("first") + input("second")')
    first = question(kernel)
    reply_to(kernel.client, first, "1")
    second = question(kernel)
    reply_to(kernel.client, first, "again")
    reply_to(kernel.client, second, "2")
    assert pending.finish().assert_ok().result() == '"12"'


def test_who_sent_the_cell_is_asked_and_nobody_else_answers(kernel: Kernel) -> None:
    with front_end(kernel) as other:
        pending = ask(kernel, 'input("mine")')
        asked = question(kernel)
        assert not other.stdin_channel.msg_ready()
        reply_to(other, asked, "stolen")
        other.input("stolen too")
        time.sleep(0.2)
        assert not kernel.client.shell_channel.msg_ready()
        reply_to(kernel.client, asked, "given")
        assert pending.finish().assert_ok().result() == '"given"'


def test_who_is_asked_may_leave(kernel: Kernel) -> None:
    with front_end(kernel) as leaver:
        content = execute_content('input("?")', allow_stdin=True)
        leaver.shell_channel.send(leaver.session.msg("execute_request", content))
        assert leaver.get_stdin_msg(timeout=ANSWER_TIMEOUT_S)["msg_type"] == "input_request"
    # Nobody must interrupt: the question is given up, and what waits behind its cell runs.
    assert kernel.ok("1 + 1").result() == "2"
    pending = ask(kernel, 'input("?")')
    question(kernel)
    kernel.client.input("here")
    assert pending.finish().assert_ok().result() == '"here"'


def test_who_has_no_stdin_gets_an_error_and_holds_up_nobody(kernel: Kernel) -> None:
    content = execute_content('input("?")', allow_stdin=True)
    with wire_of(kernel.manager.get_connection_info()) as wire:
        shell = wire.connect("shell", identity=b"one")
        wire.connect("stdin", identity=b"another")
        shell.send_multipart(wire.message(frames_for(header_for("execute_request"), content)))
        assert wire.answer(shell).content["ename"] == "StdinNotImplementedError"
    assert kernel.ok("1 + 1").result() == "2"


def test_who_is_asked_may_come_back(kernel: Kernel) -> None:
    """A connection broke; the client connects again under its name and answers."""
    content = execute_content('input("?") + "!"', allow_stdin=True)
    with wire_of(kernel.manager.get_connection_info()) as wire:
        shell, stdin = (wire.connect(channel, identity=b"me") for channel in ("shell", "stdin"))
        shell.send_multipart(wire.message(frames_for(header_for("execute_request"), content)))
        assert wire.answer(stdin).msg_type == "input_request"
        stdin.close()
        stdin = wire.connect("stdin", identity=b"me")
        answer = {"status": "ok", "value": "back"}
        stdin.send_multipart(wire.message(frames_for(header_for("input_reply"), answer)))
        assert wire.answer(shell).content["status"] == "ok"
