"""Streams reach the client while they are made."""

import time
from itertools import pairwise
from statistics import median

from flowno_testing.kernel import Kernel, shown_text

ITEMS = 5
PAUSE_S = 0.2

#: Half of the pause: what mostly came closer together than this was not sent when it was made.
LEAST_GAP_S = PAUSE_S / 2

SLOW = f"node Slow(n) {{ for i in 0..n {{ yield i; sleep({PAUSE_S}); }} }}"


def test_each_item_reaches_the_client_before_the_next_is_made(kernel: Kernel) -> None:
    kernel.ok(SLOW, cell_id="c1")
    pending = kernel.start(f"flow.s = Slow({ITEMS})", cell_id="c2")
    arrivals: dict[str, float] = {}
    for message in pending:
        if message["msg_type"] == "update_display_data" and (
            text := shown_text(message, "flowno/s")
        ):
            arrivals.setdefault(text, time.monotonic())
    pending.finish().assert_ok()

    # 0, 0+1, 0+1+2, ...: the first text may have come with the display itself.
    times = list(arrivals.values())
    assert ITEMS - 1 <= len(times) <= ITEMS + 1, list(arrivals)
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert median(gaps) > LEAST_GAP_S, gaps
    assert list(arrivals)[-1] == "s = 10"


def test_an_item_is_shown_while_its_node_waits_for_an_answer(kernel: Kernel) -> None:
    """No clock: the node would wait for ever after its first item, until it is answered.

    The answer is an interrupt, sent when the item has come. Were items held back until the next is
    made, or until the stream ends, neither would ever come.
    """
    kernel.ok("node Ask() { yield 7; loop { sleep(60); } }", cell_id="c1")
    pending = kernel.start("flow.s = Ask()", cell_id="c2")
    for message in pending:
        if "7" in (shown_text(message, "flowno/s") or ""):
            break
    kernel.control("interrupt_request")
    assert pending.finish().content["ename"] == "KeyboardInterrupt"


def test_a_streaming_input_reads_items_as_they_are_made(kernel: Kernel) -> None:
    kernel.ok("node Count(n) { for i in 0..n { print(`made ${i}`); yield i; } }")
    kernel.ok("node Read(stream xs) { for x in xs { print(`read ${x}`); } 0 }")
    run = kernel.ok("flow.numbers = Count(3); flow.reader = Read(flow.numbers)")
    lines = run.stdout.splitlines()
    assert [line for line in lines if line.startswith("read")] == ["read 0", "read 1", "read 2"]
    # Back-pressure: an item is not made before the one before it was asked for and read.
    assert lines.index("read 0") < lines.index("made 2")


def test_a_headless_stream_shows_its_end_once(kernel: Kernel) -> None:
    kernel.ok('node Say() { yield "a"; yield "b"; yield "c"; }')
    run = kernel.ok("flow.s = Say()")
    assert [content["data"]["text/plain"] for content in run.of("display_data")] == ['s = "abc"']
    assert run.of("update_display_data") == []
