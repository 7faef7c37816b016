"""The five sockets, signatures, and messages no front end would send."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
import zmq
from jupyter_client.session import Session

from flowno_testing.fuzz import COMMAND, GREETING, frame, ready
from flowno_testing.kernel import Kernel, execute_content
from flowno_testing.wire import DELIMITER, Wire, frames_for, header_for, wire_of

CHANNELS = ("shell", "iopub", "stdin", "control", "hb")

LONG_COMMAND = b"\x06"

#: For a hostile peer to see that it was cut off.
HOSTILE_TIMEOUT_S = 10.0


@pytest.fixture
def wire(kernel: Kernel) -> Iterator[Wire]:
    """Raw clients of a kernel of one test's own."""
    with wire_of(kernel.manager.get_connection_info()) as wire:
        yield wire


def assert_answers(wire: Wire, sock: zmq.Socket) -> None:
    """The next thing that comes on `sock` answers a good request sent now.

    What was sent on it before, in order, has thereby got no answer.
    """
    header = header_for("kernel_info_request")
    sock.send_multipart(wire.message(frames_for(header)))
    answer = wire.answer(sock)
    assert answer.msg_type == "kernel_info_reply"
    assert answer.parent["msg_id"] == header["msg_id"]
    assert answer.content["status"] == "ok"


class TestSockets:
    """Each of the five is there and does its own work."""

    def test_there_are_five(self, wire: Wire) -> None:
        assert len({wire.port(channel) for channel in CHANNELS}) == len(CHANNELS)

    @pytest.mark.parametrize("channel", ["shell", "control"])
    def test_shell_and_control_answer(self, wire: Wire, channel: str) -> None:
        assert_answers(wire, wire.connect(channel))

    def test_stdin_listens(self, wire: Wire, kernel: Kernel) -> None:
        with socket.create_connection(("127.0.0.1", wire.port("stdin")), timeout=5) as peer:
            assert peer.recv(1) == GREETING[:1]

    @pytest.mark.parametrize("beat", [b"ping", b"", b"\x00" * 1000])
    def test_the_heartbeat_is_an_echo(self, wire: Wire, beat: bytes) -> None:
        sock = wire.connect("hb", zmq.REQ)
        sock.send(beat)
        assert sock.recv() == beat

    def test_the_heartbeat_and_control_answer_while_a_cell_runs(
        self, wire: Wire, kernel: Kernel
    ) -> None:
        pending = kernel.start("loop {}")
        pending.wait_for("execute_input")
        heartbeat = wire.connect("hb", zmq.REQ)
        heartbeat.send(b"alive")
        assert heartbeat.recv() == b"alive"
        assert_answers(wire, wire.connect("control"))
        kernel.control("interrupt_request")
        assert pending.finish().content["status"] == "error"

    def test_a_reply_goes_to_who_asked(self, wire: Wire) -> None:
        one = wire.connect("shell", identity=b"one")
        two = wire.connect("shell", identity=b"two")
        for sock in (one, two, one):
            assert_answers(wire, sock)

    @pytest.mark.parametrize("channel", ["shell", "control"])
    def test_a_name_can_be_used_twice_but_not_taken(self, wire: Wire, channel: str) -> None:
        """Everybody who reads iopub knows the names of the clients."""
        honest = wire.connect(channel, identity=b"me")
        assert_answers(wire, honest)
        stranger = wire.connect(channel, identity=b"me")
        stranger.send_multipart([b"hello"])
        for _ in range(3):
            assert_answers(wire, honest)
        assert_answers(wire, stranger)  # had it known the key all along
        assert_answers(wire, honest)

    def test_who_comes_back_under_its_name_gets_its_reply(self, wire: Wire, kernel: Kernel) -> None:
        header = header_for("execute_request")
        content = execute_content('input("?")', allow_stdin=True)
        stdin, shell = (wire.connect(channel, identity=b"me") for channel in ("stdin", "shell"))
        shell.send_multipart(wire.message(frames_for(header, content)))
        assert wire.answer(stdin).msg_type == "input_request"
        shell.close()
        shell = wire.connect("shell", identity=b"me")
        assert_answers(wire, shell)
        answer = {"status": "ok", "value": ""}
        stdin.send_multipart(wire.message(frames_for(header_for("input_reply"), answer)))
        assert wire.answer(shell).parent["msg_id"] == header["msg_id"]

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_a_ping_is_answered(self, wire: Wire, channel: str) -> None:
        kind = b"SUB" if channel == "iopub" else b"DEALER"
        with socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=10) as peer:
            peer.sendall(GREETING + ready(kind))
            for context in (b"one", b"two"):
                peer.sendall(frame(b"\x04PING\x00\x64" + context, COMMAND))
                pong, heard = frame(b"\x04PONG" + context, COMMAND), b""
                while pong not in heard:
                    heard += (more := peer.recv(4096))
                    assert more, "cut off"

    def test_iopub_welcomes_a_subscriber(self, wire: Wire) -> None:
        welcome = wire.answer(wire.connect("iopub", zmq.SUB))
        assert welcome.msg_type == "iopub_welcome"

    def test_only_loopback_listens(self, wire: Wire) -> None:
        # 127.0.0.2 is loopback too, and another address: a listener on all addresses takes it.
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", wire.port("shell")), timeout=5).close()


class TestSignatures:
    """A message counts only with the HMAC over exactly its four frames."""

    @pytest.mark.parametrize("signature", [b"", b"0" * 64, b"f00", b"\xff" * 64])
    def test_a_wrong_signature_is_dropped(self, wire: Wire, signature: bytes) -> None:
        sock = wire.connect("shell")
        good = wire.message(frames_for(header_for("kernel_info_request")))
        sock.send_multipart([good[0], signature, *good[2:]])
        assert_answers(wire, sock)

    @pytest.mark.parametrize("changed", range(4), ids=["header", "parent", "metadata", "content"])
    def test_each_of_the_four_frames_is_signed(self, wire: Wire, changed: int) -> None:
        sock = wire.connect("shell")
        message = wire.message(frames_for(header_for("kernel_info_request")))
        message[2 + changed] += b" "
        sock.send_multipart(message)
        assert_answers(wire, sock)

    def test_buffers_are_not_signed(self, wire: Wire) -> None:
        sock = wire.connect("shell")
        header = header_for("kernel_info_request")
        sock.send_multipart(wire.message(frames_for(header), b"a buffer", b"\xff\x00"))
        assert wire.answer(sock).parent["msg_id"] == header["msg_id"]

    @pytest.mark.parametrize("channel", ["shell", "control"])
    def test_a_copy_of_a_message_is_not_obeyed(self, wire: Wire, channel: str) -> None:
        message = wire.message(frames_for(header_for("kernel_info_request")))
        sender, copier = wire.connect("shell"), wire.connect(channel)
        sender.send_multipart(message)
        assert wire.answer(sender).content["status"] == "ok"
        for copy in (
            message,
            [*message, b"a buffer"],
            [message[0], message[1].upper(), *message[2:]],
        ):
            copier.send_multipart(copy)
        assert_answers(wire, copier)

    def test_a_copied_cell_does_not_run_again(self, wire: Wire, kernel: Kernel) -> None:
        kernel.ok("let runs = 0;")
        sock = wire.connect("shell")
        content = execute_content("runs += 1;")
        message = wire.message(frames_for(header_for("execute_request"), content))
        for _ in range(3):
            sock.send_multipart(message)
        assert wire.answer(sock).content["status"] == "ok"
        assert_answers(wire, sock)
        assert kernel.ok("runs").result() == "1"

    def test_another_kernels_key_opens_nothing(self, wire: Wire) -> None:
        sock = wire.connect("control")
        key, wire.key = wire.key, b"another key"
        message = wire.message(frames_for(header_for("shutdown_request"), {"restart": False}))
        wire.key = key
        sock.send_multipart(message)
        assert_answers(wire, sock)


def malformed(wire: Wire) -> dict[str, list[bytes]]:
    """Messages that are wrong in one way each, by that way."""
    good = wire.message(frames_for(header_for("kernel_info_request")))
    header = json.dumps(header_for("kernel_info_request")).encode()
    no_type = {k: v for k, v in header_for("x").items() if k != "msg_type"}
    return {
        "one empty frame": [b""],
        "no delimiter": good[1:],
        "delimiter alone": good[:1],
        "no signature": [good[0]],
        "no frames": good[:2],
        "three frames": wire.message(frames_for(header_for("kernel_info_request"))[:3]),
        "many frames": [b"x"] * 500,
        "not JSON": wire.message([b"{", b"{}", b"{}", b"{}"]),
        "not UTF-8": wire.message([b"\xff\xfe", b"{}", b"{}", b"{}"]),
        "header is a list": wire.message([b"[]", b"{}", b"{}", b"{}"]),
        "header is empty": wire.message([b"{}", b"{}", b"{}", b"{}"]),
        "header without a type": wire.message(frames_for(no_type)),
        "content is not JSON": wire.message([header, b"{}", b"{}", b"nonsense"]),
        "deep JSON": wire.message([b"[" * 100_000, b"{}", b"{}", b"{}"]),
        "unknown type": wire.message(frames_for(header_for("no_such_request"))),
        "a reply": wire.message(frames_for(header_for("kernel_info_reply"), {"status": "ok"})),
    }


class TestMalformed:
    """What is malformed is dropped; the kernel lives on."""

    @pytest.mark.parametrize("channel", ["shell", "control"])
    def test_malformed_messages_are_dropped(self, wire: Wire, channel: str) -> None:
        for what, frames in malformed(wire).items():
            sock = wire.connect(channel)
            sock.send_multipart(frames)
            header = header_for("kernel_info_request")
            sock.send_multipart(wire.message(frames_for(header)))
            # Some may get an error reply; none may be taken for the good one or stop it.
            while (answer := wire.answer(sock)).parent.get("msg_id") != header["msg_id"]:
                assert answer.content.get("status") == "error", what
            sock.close()

    def test_an_execute_request_without_code_is_refused(self, wire: Wire) -> None:
        sock = wire.connect("shell")
        for content in ({}, {"code": 3}, {"code": None}, {"code": ["a"]}):
            header = header_for("execute_request")
            sock.send_multipart(wire.message(frames_for(header, content)))
            answer = wire.answer(sock)
            assert answer.msg_type == "execute_reply"
            assert answer.parent["msg_id"] == header["msg_id"]
            assert answer.content["status"] == "error"
            assert "execute_request" in answer.content["evalue"]
        assert_answers(wire, sock)

    @pytest.mark.parametrize("channel", ["shell", "control"])
    @pytest.mark.parametrize("content", [b"null", b"[]", b"{", b""])
    def test_a_content_that_is_none_is_refused(
        self, wire: Wire, kernel: Kernel, channel: str, content: bytes
    ) -> None:
        sock = wire.connect(channel)
        header = header_for("kernel_info_request")
        frames = frames_for(header)
        frames[3] = content
        sock.send_multipart(wire.message(frames))
        answer = wire.answer(sock)
        assert (answer.msg_type, answer.parent["msg_id"]) == (
            "kernel_info_reply",
            header["msg_id"],
        )
        assert (answer.content["status"], answer.content["ename"]) == ("error", "ValueError")
        states = [kernel.client.get_iopub_msg(timeout=10) for _ in range(2)]
        assert [state["content"]["execution_state"] for state in states] == ["busy", "idle"]

    @pytest.mark.parametrize("metadata", [b"null", b"[]", b"{"])
    def test_odd_metadata_says_nothing(self, wire: Wire, metadata: bytes) -> None:
        sock = wire.connect("shell")
        header = header_for("execute_request")
        frames = frames_for(header, execute_content("1"))
        frames[2] = metadata
        sock.send_multipart(wire.message(frames))
        answer = wire.answer(sock)
        assert (answer.parent["msg_id"], answer.content["status"]) == (header["msg_id"], "ok")

    @pytest.mark.parametrize("channel", CHANNELS)
    @pytest.mark.parametrize(
        "sent",
        [
            b"GET / HTTP/1.1\r\nHost: kernel\r\n\r\n",
            bytes(64),
            GREETING + LONG_COMMAND + (1 << 40).to_bytes(8, "big") + b"x",
            GREETING + LONG_COMMAND + b"\xff" * 8,
        ],
        ids=["http", "zeros", "a frame of 2^40 bytes", "a frame of 2^64 bytes"],
    )
    def test_hostile_bytes_end_their_peer_and_not_the_kernel(
        self, wire: Wire, kernel: Kernel, channel: str, sent: bytes
    ) -> None:
        with socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=5) as peer:
            peer.sendall(sent)
            peer.settimeout(HOSTILE_TIMEOUT_S)
            with suppress(ConnectionError):
                while peer.recv(4096):
                    pass
        assert_answers(wire, wire.connect("shell"))
        assert kernel.manager.is_alive()

    @pytest.mark.parametrize("channel", CHANNELS)
    def test_half_a_greeting_holds_up_nobody(self, wire: Wire, channel: str) -> None:
        with socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=5) as peer:
            peer.sendall(GREETING[:10])
            assert_answers(wire, wire.connect("shell"))


def test_without_a_key_nothing_is_signed_and_copies_are_answered() -> None:
    kernel = Kernel(session=Session(key=b""))
    try:
        assert kernel.ok("1 + 2").result() == "3"
        with wire_of(kernel.manager.get_connection_info()) as wire:
            shell = wire.connect("shell")
            request = [DELIMITER, b"", *frames_for(header_for("kernel_info_request"))]
            for _ in range(2):
                shell.send_multipart(request)
                answer = shell.recv_multipart()
                assert answer[answer.index(DELIMITER) + 1] == b""
    finally:
        kernel.close()


def test_everything_runs_over_ipc(tmp_path_factory: pytest.TempPathFactory) -> None:
    # A socket's path may have 107 bytes: tmp_path, which bears the test's name, is too long.
    folder = tmp_path_factory.mktemp("ipc")
    kernel = Kernel(transport="ipc", ip=str(folder / "k"))
    try:
        sockets = [p for p in folder.iterdir() if p.name.startswith("k-") and p.is_socket()]
        assert len(sockets) == len(CHANNELS)
        assert kernel.ok("1 + 2").result() == "3"
        kernel.client.stop_channels()
        kernel.manager.shutdown_kernel()
        left = [path for path in sockets if path.exists()]
        assert left == []
    finally:
        kernel.close()
