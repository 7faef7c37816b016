"""Bytes and messages that no honest peer sends, drawn by a seed."""

import json
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

from flowno_testing.wire import DELIMITER, Wire, frames_for, header_for

#: ZMTP 3.0: what a peer sends first. Then come frames: flags, length, body.
GREETING = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
MORE, LONG, COMMAND = 1, 2, 4

#: Good ones and bad ones.
FLAGS = [0, MORE, COMMAND, LONG, MORE | LONG, 128, 7]

#: To send what a hostile peer has to say, and to hear its end.
SEND_TIMEOUT_S = 2.0

CHANNELS = ("shell", "control", "stdin", "iopub", "hb")


def frame(body: bytes, flags: int = 0) -> bytes:
    """A frame as ZMTP has it."""
    if len(body) > 255 or flags & LONG:
        return bytes([flags | LONG]) + len(body).to_bytes(8, "big") + body
    return bytes([flags, len(body)]) + body


def ready(kind: bytes) -> bytes:
    """The command that ends the handshake, for a socket of this type."""
    body = b"\x05READY" + b"\x0bSocket-Type" + len(kind).to_bytes(4, "big") + kind
    return frame(body, COMMAND)


class Streams:
    """Byte streams of hostile peers."""

    def __init__(self, seed: int, wire: Wire) -> None:
        self._random = random.Random(seed)
        self._wire = wire

    def draw(self) -> bytes:
        """Another stream."""
        kinds: list[Callable[[], bytes]] = [
            self._noise,
            self._broken_greeting,
            self._broken_handshake,
            self._claims,
            self._broken_frames,
            self._unsigned,
            self._mutated,
        ]
        return self._random.choice(kinds)()

    def _noise(self) -> bytes:
        return self._random.randbytes(self._random.randrange(300))

    def _broken_greeting(self) -> bytes:
        greeting = bytearray(GREETING)
        for _ in range(self._random.randrange(1, 4)):
            greeting[self._random.randrange(len(greeting))] = self._random.randrange(256)
        return bytes(greeting[: self._random.randrange(1, len(greeting) + 1)])

    def _broken_handshake(self) -> bytes:
        kind = self._random.choice([b"DEALER", b"SUB", b"REQ", b"PUSH", b"", b"\xff" * 40])
        command = bytearray(ready(kind))
        command[self._random.randrange(len(command))] ^= 1 << self._random.randrange(8)
        return GREETING + bytes(command)

    def _claims(self) -> bytes:
        length = self._random.choice([1 << 31, 1 << 40, (1 << 63) - 1, (1 << 64) - 1, 1 << 27])
        flags = self._random.choice([LONG, LONG | MORE, LONG | COMMAND])
        return self._peer() + bytes([flags]) + length.to_bytes(8, "big") + self._noise()

    def _broken_frames(self) -> bytes:
        frames = [
            frame(
                self._noise()[:200],
                self._random.choice(FLAGS),
            )
            for _ in range(self._random.randrange(1, 40))
        ]
        return self._peer() + b"".join(frames)

    def _unsigned(self) -> bytes:
        signature = self._random.choice([b"", b"0" * 64, self._random.randbytes(64)])
        return self._peer() + message_bytes([DELIMITER, signature, *self._harmful()])

    def _mutated(self) -> bytes:
        """A message that would do harm, well signed, and then changed where it is signed."""
        good = self._wire.message(self._harmful())
        at = self._random.randrange(1, len(good))
        broken = bytearray(good[at] or b"{}")
        broken[self._random.randrange(len(broken))] ^= 1 << self._random.randrange(8)
        good[at] = bytes(broken)
        # A digit whose case alone was changed means the same; make sure of a difference.
        good[1] = b"1" + good[1][1:] if good[1][:1] != b"1" else b"2" + good[1][1:]
        return self._peer() + message_bytes(good)

    def _harmful(self) -> list[bytes]:
        code = "harm += 1; print(harm)"
        return self._random.choice(
            [
                frames_for(header_for("shutdown_request"), {"restart": False}),
                frames_for(header_for("execute_request"), {"code": code, "silent": False}),
                frames_for(header_for("interrupt_request")),
                [json.dumps({"msg_id": "x"}).encode(), b"[" * 1000, b"{}", b"null"],
            ]
        )

    def _peer(self) -> bytes:
        return GREETING + ready(self._random.choice([b"DEALER", b"REQ", b"SUB"]))


def message_bytes(parts: list[bytes]) -> bytes:
    """A multipart message as ZMTP frames."""
    return b"".join(frame(part, MORE) for part in parts[:-1]) + frame(parts[-1])


def attack(wire: Wire, seed: int, count: int) -> Iterator[int]:
    """Sends `count` streams, each on a connection of its own; yields how many have been sent."""
    streams = Streams(seed, wire)
    for number in range(count):
        port = wire.port(CHANNELS[number % len(CHANNELS)])
        with socket.create_connection(("127.0.0.1", port), timeout=SEND_TIMEOUT_S) as peer:
            # No lingering: a million closed connections would use up the ports.
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes([1, 0, 0, 0]) + bytes(4))
            with suppress(OSError):  # cut off in the middle of it
                peer.sendall(streams.draw())
        yield number + 1
