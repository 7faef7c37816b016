"""Bursts of output: whole, in order, idle last, in bounded memory, stalled by no reader."""

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest
import zmq

from flowno_testing.deadline import Deadline
from flowno_testing.fuzz import GREETING, frame, ready
from flowno_testing.kernel import Kernel, Pending
from flowno_testing.wire import Answer, Wire, wire_of

#: Displays, since prints are joined.
BURST = 200_000
BURST_TIMEOUT_S = 150.0

#: What it may grow by while it waits for readers: its queue, backlogs, what ZeroMQ holds.
GROWTH_BYTES = 64 << 20

#: A reader that lags for so long still loses nothing.
LAG_S = 3.0

#: When a stalled reader is cut off, with much to spare.
CUT_OFF_S = 20.0


@pytest.fixture
def wire(kernel: Kernel) -> Iterator[Wire]:
    """Raw clients of a kernel of one test's own."""
    with wire_of(kernel.manager.get_connection_info()) as wire:
        yield wire


def burst(kernel: Kernel, size: int) -> Pending:
    """Starts a cell that shows the numbers below `size`, each as an output."""
    code = f"for i in 0..{size} {{ display(i); }}"
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return kernel.request("execute_request", content, timeout=BURST_TIMEOUT_S)


def raw_outputs(wire: Wire, sock: zmq.Socket, msg_id: str) -> Iterator[Answer]:
    """What a raw subscriber gets of one cell, to its idle status."""
    while True:
        answer = wire.answer(sock)
        if answer.parent.get("msg_id") != msg_id:
            continue
        yield answer
        if answer.content.get("execution_state") == "idle":
            return


def shown(answers: list[Answer]) -> list[str]:
    """The texts of displays."""
    return [a.content["data"]["text/plain"] for a in answers if a.msg_type == "display_data"]


def subscribed(wire: Wire) -> zmq.Socket:
    """A raw subscriber whose subscription holds, and who is never full."""
    sock = wire.connect("iopub", zmq.SUB, high_water_mark=0)
    assert wire.answer(sock).msg_type == "iopub_welcome"
    return sock


def test_a_burst_arrives_whole_and_in_order(kernel: Kernel, wire: Wire) -> None:
    kernel.client.iopub_channel.stop()  # one reader, which is quick
    process = psutil.Process(kernel.pid)
    before = process.memory_info().rss
    sock = subscribed(wire)
    pending = burst(kernel, BURST)
    answers, highest = [], before
    for answer in raw_outputs(wire, sock, pending.msg_id):
        answers.append(answer)
        if len(answers) % 10_000 == 0:
            highest = max(highest, process.memory_info().rss)
    assert shown(answers) == [str(number) for number in range(BURST)]
    assert [a.msg_type for a in answers[:2]] == ["status", "execute_input"]
    assert answers[-1].content == {"execution_state": "idle"}
    assert highest - before < GROWTH_BYTES


def test_a_reader_that_lags_loses_nothing(kernel: Kernel) -> None:
    process = psutil.Process(kernel.pid)
    kernel.ok("1")
    before = process.memory_info().rss
    size = 30_000
    pending = burst(kernel, size)
    time.sleep(LAG_S)  # neither this client nor, when its buffers are full, its system reads
    assert process.memory_info().rss - before < GROWTH_BYTES
    run = pending.finish().assert_ok()
    texts = [content["data"]["text/plain"] for content in run.of("display_data")]
    assert texts == [str(number) for number in range(size)]
    assert run.states == ["busy", "idle"]


def test_a_stalled_subscriber_stalls_nobody(kernel: Kernel, wire: Wire) -> None:
    kernel.client.iopub_channel.stop()
    # Takes a few messages, then nothing more: a page that hangs.
    stalled = wire.connect("iopub", zmq.SUB, high_water_mark=10, receive_buffer=4096)
    assert wire.answer(stalled).msg_type == "iopub_welcome"
    good = subscribed(wire)
    size = 60_000
    pending = burst(kernel, size)
    started, last, worst = time.monotonic(), time.monotonic(), 0.0
    answers = []
    for answer in raw_outputs(wire, good, pending.msg_id):
        now = time.monotonic()
        worst, last = max(worst, now - last), now
        answers.append(answer)
    Deadline(CUT_OFF_S - (last - started)).left("a burst beside a stalled subscriber")
    assert shown(answers) == [str(number) for number in range(size)]
    # It may be waited for once, until it is cut off; not longer.
    assert worst < 5.0


def trickle(peer: socket.socket) -> None:
    """Reads a little now and then, until it is cut off."""
    with suppress(OSError):
        while peer.recv(1024):
            time.sleep(0.3)


def test_a_subscriber_that_takes_a_little_now_and_then_stalls_nobody(
    kernel: Kernel, wire: Wire
) -> None:
    kernel.client.iopub_channel.stop()
    good = subscribed(wire)
    with socket.socket() as peer:
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", wire.port("iopub")))
        peer.sendall(GREETING + ready(b"SUB") + frame(b"\x01"))
        trickling = threading.Thread(target=trickle, args=(peer,), daemon=True)
        trickling.start()
        assert wire.answer(good).msg_type == "iopub_welcome"  # the other's, which has subscribed
        size = 60_000
        answers = list(raw_outputs(wire, good, burst(kernel, size).msg_id))
        assert shown(answers) == [str(number) for number in range(size)]
        with suppress(OSError):  # it was cut off
            peer.shutdown(socket.SHUT_RDWR)
        trickling.join()


def test_a_slow_line_is_waited_for(kernel: Kernel, wire: Wire) -> None:
    """A megabit and a half a second, while others wait for it; then it catches up."""
    kernel.client.iopub_channel.stop()
    good = subscribed(wire)
    heard = itertools.count()
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        slow.connect(("127.0.0.1", wire.port("iopub")))
        slow.sendall(GREETING + ready(b"SUB") + frame(b"\x01"))
        assert wire.answer(good).msg_type == "iopub_welcome"  # the other's, which has subscribed
        pending = burst(kernel, 10_000_000)
        reading = threading.Thread(
            target=lambda: [next(heard) for _ in raw_outputs(wire, good, pending.msg_id)]
        )
        reading.start()
        held, before = 0, next(heard)
        while held < HELD_TURNS:
            read_some(slow, SLOW_BYTES, socket.MSG_WAITALL)
            time.sleep(TURN_S)
            now = next(heard)
            held, before = held + (now - before < HELD_MESSAGES), now
        kernel.control("interrupt_request")
        slow.settimeout(1)
        while reading.is_alive():
            with suppress(TimeoutError):  # it has caught up
                read_some(slow, 1 << 20)
        slow.settimeout(CUT_OFF_S)
        burst(kernel, 1)
        last, tail = b'"code":"for i in 0..1 ', b""
        while last not in tail:
            tail = tail[-len(last) :] + read_some(slow, 1 << 20)


#: A slow reader takes so much, and then waits.
SLOW_BYTES, TURN_S = 24 << 10, 0.125

#: What others get meanwhile is a tenth of this when they wait for it, and ten times as much else.
HELD_MESSAGES = 300

#: So long they wait: half of the time after which it would be cut off.
HELD_TURNS = 40


def read_some(peer: socket.socket, size: int, flags: int = 0) -> bytes:
    """So much at most. Fails when the peer is cut off."""
    heard = peer.recv(size, flags)
    assert heard, "cut off"
    return heard


def test_a_cell_whose_reader_has_stopped_is_interrupted(kernel: Kernel, wire: Wire) -> None:
    pending = burst(kernel, 10_000_000)
    pending.wait_for("display_data")
    time.sleep(1.0)  # the kernel waits for this client
    assert kernel.control("interrupt_request")["content"]["status"] == "ok"
    # The reply comes although the outputs before it have not been read.
    assert kernel.client.get_shell_msg(timeout=10)["content"]["status"] == "error"
    *_, last = pending
    assert last["content"] == {"execution_state": "idle"}
    assert kernel.ok("1 + 1").result() == "2"


def test_every_subscription_is_welcomed(wire: Wire) -> None:
    """JEP 65: each topic that a subscriber asks for is named to it."""
    sock = wire.connect("iopub", zmq.SUB)
    welcome = wire.answer(sock)
    assert (welcome.msg_type, welcome.content, welcome.parent) == (
        "iopub_welcome",
        {"subscription": ""},
        {},
    )
    sock.setsockopt(zmq.SUBSCRIBE, b"stream")
    welcome = wire.answer(sock)
    assert welcome.content == {"subscription": "stream"}
    assert welcome.identities == [b"stream"]


def test_a_topic_brings_its_message_type_alone(kernel: Kernel, wire: Wire) -> None:
    sock = wire.connect("iopub", zmq.SUB, topic=b"execute_input")
    assert wire.answer(sock).msg_type == "iopub_welcome"
    kernel.ok('print("x"); 1')
    kernel.ok("2")
    assert [wire.answer(sock).content["code"] for _ in range(2)] == ['print("x"); 1', "2"]
