"""Hostile peers by the thousand: no reply, no effect, nothing kept, a good client served.

FLOWNO_FUZZ says how many bad inputs there are (10,000), FLOWNO_FUZZ_SEED which.
"""

import os
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import zmq

from flowno_testing.deadline import wait_until
from flowno_testing.fuzz import CHANNELS, GREETING, Streams, attack, frame, ready
from flowno_testing.kernel import Kernel
from flowno_testing.process import Held, assert_gives_back
from flowno_testing.wire import DELIMITER, Wire, frames_for, header_for, wire_of

INPUTS = int(os.environ.get("FLOWNO_FUZZ", "10000"))
SEED = int(os.environ.get("FLOWNO_FUZZ_SEED", "1"))

#: A bad input may leave nothing; the allocator may keep so much.
GROWTH_BYTES = 10 << 20

#: What may be kept for a peer that takes no echoes, with much to spare.
ECHO_BYTES = 64 << 20

#: How often the good client asks for something.
GOOD_EVERY = 500

#: Rough, for a slow machine: each input is a connection.
SECONDS_PER_INPUT = 0.02


@pytest.fixture
def wire(kernel: Kernel) -> Iterator[Wire]:
    """Raw clients of a kernel that counts the harm done to it."""
    kernel.ok("let harm = 0;")
    with wire_of(kernel.manager.get_connection_info()) as wire:
        yield wire


def warm_up(kernel: Kernel, wire: Wire) -> Held:
    """Lets the kernel have what it needs for any attack; gives what it holds then."""
    for _ in attack(wire, SEED + 1, 500):
        pass
    kernel.ok("harm")
    kernel.control("kernel_info_request")
    return Held.by(kernel.pid)


@pytest.mark.timeout(120 + INPUTS * SECONDS_PER_INPUT)
def test_bad_bytes_do_nothing(kernel: Kernel, wire: Wire) -> None:
    baseline = warm_up(kernel, wire)
    number = kernel.ok("harm").content["execution_count"]
    for sent in attack(wire, SEED, INPUTS // 2):
        if sent % GOOD_EVERY == 0:
            number += 1
            run = kernel.ok("harm")
            assert (run.result(), run.content["execution_count"]) == ("0", number)
    assert_gives_back(kernel.pid, baseline, GROWTH_BYTES)
    assert kernel.ok("harm").result() == "0"


@pytest.mark.timeout(120 + INPUTS * SECONDS_PER_INPUT)
def test_bad_messages_get_no_reply(kernel: Kernel, wire: Wire) -> None:
    """One peer that keeps its connection: nothing but the good request at the end is answered."""
    baseline = warm_up(kernel, wire)
    draw = random.Random(SEED)
    socks = {channel: wire.connect(channel) for channel in ("shell", "control", "stdin")}
    replayed = wire.message(frames_for(header_for("kernel_info_request")))
    socks["shell"].send_multipart(replayed)
    wire.answer(socks["shell"])
    for number in range(INPUTS // 2):
        sock = socks[draw.choice(list(socks))]
        sock.send_multipart(bad_message(draw, wire, replayed))
        if number % GOOD_EVERY == 0:
            assert kernel.ok("harm").result() == "0"
    for channel in ("shell", "control"):
        header = header_for("kernel_info_request")
        socks[channel].send_multipart(wire.message(frames_for(header)))
        assert wire.answer(socks[channel]).parent["msg_id"] == header["msg_id"]
        assert socks[channel].poll(100) == 0
    assert socks["stdin"].poll(100) == 0
    for sock in socks.values():
        sock.close()
    assert_gives_back(kernel.pid, baseline, GROWTH_BYTES)
    assert kernel.ok("harm").result() == "0"


def bad_message(draw: random.Random, wire: Wire, replayed: list[bytes]) -> list[bytes]:
    """A multipart message that is wrong in one of many ways, none of which its reader can trust."""
    harm = frames_for(header_for("execute_request"), {"code": "harm += 1"})
    end = frames_for(header_for("shutdown_request"), {"restart": False})
    noise = [draw.randbytes(draw.randrange(64)) for _ in range(draw.randrange(1, 12))]
    key, wire.key = wire.key, draw.randbytes(16)
    forged = wire.message(draw.choice([harm, end]))
    wire.key = key
    cut = wire.message(draw.choice([harm, end]))[: draw.randrange(1, 6)]
    return draw.choice(
        [
            noise,
            [DELIMITER, *noise],
            [DELIMITER, b"", *harm],
            forged,
            cut,
            replayed,
            [*replayed, *noise],
            wire.message([b"{", *end[1:]]),
            wire.message([b'{"msg_id":1,"msg_type":"shutdown_request"}', *end[1:]]),
            wire.message([json_bomb(draw), *end[1:]]),
        ]
    )


def json_bomb(draw: random.Random) -> bytes:
    """Deep, or long, or not text."""
    depth = draw.randrange(1, 20_000)
    return draw.choice([b"[" * depth, b'{"a":' * depth, b'"' + b"\xff" * 50, b"1" * 10_000])


def test_a_thousand_connections(kernel: Kernel, wire: Wire) -> None:
    """More than there are places for: who has finished no handshake makes room for who does.

    The first wave may leave the allocator with the room that a thousand peers take; later ones
    leave nothing.
    """
    crowd(kernel, wire)
    settled = wait_until_settled(kernel)
    for _ in range(3):
        crowd(kernel, wire)
    assert_gives_back(kernel.pid, settled, GROWTH_BYTES // 4)


def crowd(kernel: Kernel, wire: Wire) -> None:
    """A thousand peers that say the beginning of something, all at a time."""
    peers = []
    try:
        for number in range(1000):
            port = wire.port(CHANNELS[number % len(CHANNELS)])
            peer = socket.create_connection(("127.0.0.1", port), timeout=5)
            peer.sendall(GREETING[: number % len(GREETING)])
            peers.append(peer)
            if number % 100 == 0:
                assert kernel.ok("harm").result() == "0"
        newcomer = wire.connect("shell")
        newcomer.send_multipart(wire.message(frames_for(header_for("kernel_info_request"))))
        assert wire.answer(newcomer).content["status"] == "ok"
        newcomer.close()
    finally:
        for peer in peers:
            peer.close()


def wait_until_settled(kernel: Kernel) -> Held:
    """What the kernel holds when the peers that were there are gone."""
    few = 100
    wait_until(lambda: Held.by(kernel.pid).descriptors < few, 20, "peers that left to be let go")
    return Held.by(kernel.pid)


def test_a_thousand_connections_to_one_channel(kernel: Kernel, wire: Wire) -> None:
    peers = [
        socket.create_connection(("127.0.0.1", wire.port("shell")), timeout=5) for _ in range(1000)
    ]
    try:
        newcomer = wire.connect("shell")
        newcomer.send_multipart(wire.message(frames_for(header_for("kernel_info_request"))))
        assert wire.answer(newcomer).content["status"] == "ok"
        assert kernel.ok("harm").result() == "0"
    finally:
        for peer in peers:
            peer.close()


def test_slow_and_large_messages_beside_a_good_client(kernel: Kernel, wire: Wire) -> None:
    """Peers that send a large message and never finish it hold no more than what they have sent."""
    baseline = warm_up(kernel, wire)
    unfinished = GREETING + ready(b"DEALER") + b"\x03" + (32 << 20).to_bytes(8, "big") + b"x" * 1000
    peers = []
    for _ in range(20):
        peer = socket.create_connection(("127.0.0.1", wire.port("shell")), timeout=5)
        peer.sendall(unfinished)
        peers.append(peer)
    assert kernel.ok("harm").result() == "0"
    for peer in peers:
        peer.close()
    assert_gives_back(kernel.pid, baseline, GROWTH_BYTES)


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_claims_of_strangers_cost_scripts_nothing(channel: str) -> None:
    """Nobody must know the key to say how long a message will be: 9 GB in all."""
    kernel = Kernel(arguments=["--memory", "1GiB"])
    unfinished = GREETING + ready(b"DEALER") + b"\x03" + (60 << 20).to_bytes(8, "big") + b"x"
    try:
        kernel.ok("let kept = [1, 2, 3];")
        pending = kernel.start('input("go on?"); for i in 0..100000 {}', allow_stdin=True)
        kernel.client.get_stdin_msg(timeout=10)
        with wire_of(kernel.manager.get_connection_info()) as wire, ExitStack() as peers:
            for _ in range(150):
                peer = socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=5)
                peers.enter_context(peer).sendall(unfinished)
                assert peer.recv(1) == GREETING[:1]
            kernel.control("kernel_info_request")
            kernel.client.input("yes")
            pending.finish().assert_ok()
            assert kernel.ok("kept.len()").result() == "3"
    finally:
        kernel.close()


def test_an_echo_that_nobody_takes_fills_no_memory(kernel: Kernel, wire: Wire) -> None:
    kernel.client.hb_channel.stop()  # who is alone is waited for
    kernel.ok("harm")
    baseline = Held.by(kernel.pid)
    beats = frame(b"x" * 1000) * 1000
    with socket.create_connection(("127.0.0.1", wire.port("hb")), timeout=5) as peer:
        peer.sendall(GREETING + ready(b"DEALER"))
        with suppress(TimeoutError, ConnectionError):  # it is not read from any more
            for _ in range(200):
                peer.sendall(beats)
        assert Held.by(kernel.pid).memory_bytes - baseline.memory_bytes < ECHO_BYTES
    assert kernel.ok("harm").result() == "0"


@pytest.mark.parametrize(("channel", "most"), [("hb", 1 << 10), ("stdin", 1 << 20)])
def test_messages_are_as_short_as_their_channel_has_them(
    kernel: Kernel, wire: Wire, channel: str, most: int
) -> None:
    longer = b"\x02" + (most + 1).to_bytes(8, "big")
    with socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=10) as peer:
        peer.sendall(GREETING + ready(b"DEALER") + longer)
        with suppress(ConnectionError):
            while peer.recv(1 << 16):
                pass
    assert kernel.ok("harm").result() == "0"


def test_strangers_that_stay_keep_nobody_out(kernel: Kernel, wire: Wire) -> None:
    """They shake hands and say something, more of them than there are places."""
    word = GREETING + ready(b"DEALER") + frame(b"hello")
    with ExitStack() as peers:
        for number in range(300):
            for channel in ("shell", "stdin"):
                peer = socket.create_connection(("127.0.0.1", wire.port(channel)), timeout=5)
                peers.enter_context(peer).sendall(word)
            if number % 50 == 0:
                kernel.control("kernel_info_request")
        newcomer = wire.connect("shell")
        newcomer.send_multipart(wire.message(frames_for(header_for("kernel_info_request"))))
        assert wire.answer(newcomer).content["status"] == "ok"
        pending = kernel.start('input("still here?")', allow_stdin=True)
        kernel.client.get_stdin_msg(timeout=10)
        kernel.client.input("yes")
        assert pending.finish().assert_ok().result() == '"yes"'


def test_a_large_honest_message_is_taken(kernel: Kernel) -> None:
    assert kernel.ok(large_cell()).result() == "42"


def test_a_large_honest_message_is_taken_beside_unfinished_ones(kernel: Kernel, wire: Wire) -> None:
    """Strangers hold all the room that there is for theirs."""
    begun = GREETING + ready(b"DEALER") + b"\x03" + (60 << 20).to_bytes(8, "big")
    with ExitStack() as peers:
        for _ in range(3):
            peer = socket.create_connection(("127.0.0.1", wire.port("shell")), timeout=5)
            peers.enter_context(peer).sendall(begun)
            peer.settimeout(2)
            with suppress(TimeoutError):
                peer.sendall(bytes(59 << 20))
        assert kernel.ok(large_cell()).result() == "42"


def large_cell() -> str:
    """8 MiB of source."""
    lines = f"// {'x' * 1000}\n" * (8 << 10)
    return f"{lines} 6 * 7"


def test_attackers_beside_a_running_cell(kernel: Kernel, wire: Wire) -> None:
    pending = kernel.start("let n = 0; while n < 40 { sleep(0.05); n += 1; print(n); }")
    pending.wait_for("execute_input")
    threads = [
        threading.Thread(target=lambda seed=seed: [None for _ in attack(wire, seed, 200)])
        for seed in range(4)
    ]
    for thread in threads:
        thread.start()
    run = pending.finish().assert_ok()
    for thread in threads:
        thread.join()
    assert run.stdout.split() == [str(number) for number in range(1, 41)]
    assert kernel.ok("harm").result() == "0"


@pytest.mark.parametrize(
    "subscription",
    [frame(b"\x01" + b"x" * 1024), frame(b"\x01stream") * 65],
    ids=["a long topic", "many topics"],
)
def test_a_flood_of_subscriptions_is_cut_off(
    wire: Wire, kernel: Kernel, subscription: bytes
) -> None:
    """Nobody must know the key to subscribe."""
    with socket.create_connection(("127.0.0.1", wire.port("iopub")), timeout=10) as peer:
        peer.sendall(GREETING + ready(b"SUB") + subscription)
        with suppress(ConnectionError):
            while peer.recv(1 << 16):
                pass
    assert kernel.ok("1 + 2").result() == "3"


def test_subscribers_that_come_and_go_flood_nobody(kernel: Kernel, wire: Wire) -> None:
    """Welcomes are published, so each reaches who has subscribed to everything."""
    sock = wire.connect("iopub", zmq.SUB, high_water_mark=0)
    assert wire.answer(sock).msg_type == "iopub_welcome"
    connections, topics = 30, 64
    for number in range(connections):
        subscriptions = b"".join(frame(b"\x01%d.%d" % (number, topic)) for topic in range(topics))
        with socket.create_connection(("127.0.0.1", wire.port("iopub")), timeout=5) as peer:
            peer.sendall(GREETING + ready(b"SUB") + subscriptions)
            heard = 0
            while heard <= len(GREETING):  # the kernel has seen the handshake's end
                heard += len(peer.recv(4096))
    marker = kernel.request("kernel_info_request", {}).msg_id
    welcomes = 0
    while (heard := wire.answer(sock)).parent.get("msg_id") != marker:
        welcomes += heard.msg_type == "iopub_welcome"
    assert welcomes < connections * topics / 4


def test_the_fuzzer_draws_the_same_again(wire: Wire) -> None:
    def lengths(seed: int) -> list[int]:
        # Not the bytes: messages have identities of their own.
        streams = Streams(seed, wire)
        return [len(streams.draw()) for _ in range(50)]

    assert len(set(lengths(SEED))) > 10
    assert lengths(SEED) == lengths(SEED)
    assert lengths(SEED) != lengths(SEED + 1)
    assert frame(b"a" * 300)[:1] == b"\x02"
