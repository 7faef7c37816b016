"""The wire by hand: frames, signatures and sockets, without jupyter_client's help."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import zmq

DELIMITER = b"<IDS|MSG>"

#: For an answer that must come.
ANSWER_TIMEOUT_S = 10.0


class Wire:
    """Raw clients of a kernel, by its connection file."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self._connection = connection
        key = connection["key"]
        self.key: bytes = key if isinstance(key, bytes) else key.encode()
        self._context = zmq.Context()

    def close(self) -> None:
        """Closes every socket that was opened here."""
        self._context.destroy(linger=0)

    def url(self, channel: str) -> str:
        """Where a channel listens."""
        port = self._connection[f"{channel}_port"]
        if self._connection["transport"] == "ipc":
            return f"ipc://{self._connection['ip']}-{port}"
        return f"tcp://{self._connection['ip']}:{port}"

    def port(self, channel: str) -> int:
        """The port of a channel."""
        return self._connection[f"{channel}_port"]

    def connect(
        self,
        channel: str,
        kind: int = zmq.DEALER,
        identity: bytes | None = None,
        topic: bytes = b"",
        high_water_mark: int | None = None,
        receive_buffer: int | None = None,
    ) -> zmq.Socket:
        """A new socket on a channel, whose reads give up after ANSWER_TIMEOUT_S.

        It holds as many messages as `high_water_mark` says (0: any number) and then reads no more.
        """
        sock = self._context.socket(kind)
        sock.setsockopt(zmq.LINGER, 0)
        sock.setsockopt(zmq.RCVTIMEO, int(ANSWER_TIMEOUT_S * 1000))
        if identity is not None:
            sock.setsockopt(zmq.IDENTITY, identity)
        if high_water_mark is not None:
            sock.setsockopt(zmq.RCVHWM, high_water_mark)
        if receive_buffer is not None:
            sock.setsockopt(zmq.RCVBUF, receive_buffer)
        if kind == zmq.SUB:
            sock.setsockopt(zmq.SUBSCRIBE, topic)
        sock.connect(self.url(channel))
        return sock

    def sign(self, frames: list[bytes]) -> bytes:
        """The signature over exactly these frames."""
        return hmac.new(self.key, b"".join(frames), hashlib.sha256).hexdigest().encode()

    def message(self, frames: list[bytes], *buffers: bytes) -> list[bytes]:
        """A well-signed message of these frames."""
        return [DELIMITER, self.sign(frames), *frames, *buffers]

    def answer(self, sock: zmq.Socket) -> "Answer":
        """The next message on `sock`, its signature checked."""
        parts = sock.recv_multipart()
        at = parts.index(DELIMITER)
        signature, frames = parts[at + 1], parts[at + 2 : at + 6]
        assert signature == self.sign(frames), "a message of the kernel's is not signed rightly"
        return Answer(parts[:at], *map(json.loads, frames))


class Answer:
    """A message from the kernel."""

    def __init__(
        self, identities: list[bytes], header: Any, parent: Any, metadata: Any, content: Any
    ) -> None:
        self.identities = identities
        self.header = header
        self.parent = parent
        self.metadata = metadata
        self.content = content

    @property
    def msg_type(self) -> str:
        """The header's type."""
        return self.header["msg_type"]


def header_for(msg_type: str) -> dict[str, Any]:
    """A new header, as a front end writes it."""
    return {
        "msg_id": uuid.uuid4().hex,
        "msg_type": msg_type,
        "username": "tester",
        "session": uuid.uuid4().hex,
        "date": "2026-01-01T00:00:00.000000Z",
        "version": "5.3",
    }


def frames_for(header: dict[str, Any], content: dict[str, Any] | None = None) -> list[bytes]:
    """The four signed frames of a message."""
    return [json.dumps(part).encode() for part in (header, {}, {}, content or {})]


@contextmanager
def wire_of(connection: dict[str, Any]) -> Iterator[Wire]:
    """Raw clients that are closed at the end."""
    wire = Wire(connection)
    try:
        yield wire
    finally:
        wire.close()
