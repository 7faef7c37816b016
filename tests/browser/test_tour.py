"""A person goes through the tour. The tests are its steps, in order, in one browser window."""

import time
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import expect

from flowno_testing.deadline import Deadline, wait_until
from flowno_testing.lab_page import SOON_TIMEOUT_MS, NotebookPage

TICKS, LOUD, PAUSE, BILL, TIP, TIPS, CYCLE, REWIRE, ERROR, MEND = range(1, 11)

#: Text, keywords and at least one more kind of token.
LEAST_COLOURS = 3

#: An eye sees a display change when it stays for this long.
LOOK_S = 0.03

FIVE_TICKS = "tick 1 tick 2 tick 3 tick 4 tick 5"


def test_the_kernel_is_named_and_code_is_highlighted(tour: NotebookPage) -> None:
    expect(tour.kernel_name).to_contain_text("Flowno")
    expect(tour.code_cells).to_have_count(MEND)
    # The mode of a language is fetched when it is first needed.
    soon_s = SOON_TIMEOUT_MS / 1000
    wait_until(lambda: len(tour.text_colours(TICKS)) >= LEAST_COLOURS, soon_s, "highlighting")


def test_ticks_appear_one_after_another(tour: NotebookPage) -> None:
    tour.run(TICKS)
    looks: list[str] = []
    deadline = Deadline(SOON_TIMEOUT_MS / 1000)
    while not looks or FIVE_TICKS not in looks[-1]:
        deadline.left(f"the fifth tick; seen: {looks}")
        look = tour.seen(TICKS)
        if look not in looks[-1:]:
            looks.append(look)
        time.sleep(LOOK_S)
    ticking = [look for look in looks if "tick 1" in look]
    assert len(ticking) >= 3, f"the ticks came all at once: {looks}"
    assert all(later.startswith(earlier.rstrip(' "')) for earlier, later in pairwise(ticking)), (
        looks
    )


def test_all_cells_run_and_show_what_they_should(tour: NotebookPage, screenshots: Path) -> None:
    tour.restart()
    tour.clear_outputs()
    tour.run_all()
    tour.screenshot(screenshots / "tour.png")

    assert "TICK 8" in tour.seen(LOUD)
    assert "pace = 0.2" in tour.seen(PAUSE)
    assert "number = 107 (generation 10, paused)" in tour.seen(CYCLE)
    assert "Division by zero" in tour.seen(ERROR)
    assert "Each of the guests pays 22." in tour.seen(MEND)
    assert "share = 22" in tour.seen(MEND)


def test_a_later_cell_has_changed_what_an_earlier_one_shows(tour: NotebookPage) -> None:
    assert "tick 8" in tour.seen(TICKS)
    assert "bill = 66" in tour.seen(BILL)
    assert "waits" not in tour.seen(BILL)
    assert "tip = 6" in tour.seen(TIP)
    assert "tips = [5, 6]" in tour.seen(TIPS)


def test_the_only_error_is_the_one_the_tour_means(tour: NotebookPage, screenshots: Path) -> None:
    expect(tour.errors).to_have_count(1)
    expect(tour.error_of(ERROR)).to_have_count(1)
    told = tour.seen(ERROR)
    for word in ("share", "bill / guests", "^"):
        assert word in told
    tour.screenshot(screenshots / "tour-error.png", ERROR)


def test_a_changed_pace_makes_the_ticks_run_anew(tour: NotebookPage) -> None:
    tour.replace(PAUSE, "flow.pace = 0.2;", "flow.pace = 0.02;")
    tour.replace(PAUSE, "Tick(8,", "Tick(9,")
    tour.run(PAUSE)
    expect(tour.output(PAUSE).first).to_contain_text("pace = 0.02", timeout=SOON_TIMEOUT_MS)
    expect(tour.output(LOUD).first).to_contain_text("TICK 9", timeout=SOON_TIMEOUT_MS)
    tour.wait_until_idle()
    expect(tour.errors).to_have_count(1)


def test_the_stop_button_ends_an_endless_loop(tour: NotebookPage, screenshots: Path) -> None:
    number = tour.add_cell_below_last()
    tour.write(number, 'print("round and round"); loop {}')
    tour.run(number)
    expect(tour.output(number).first).to_contain_text("round and round", timeout=SOON_TIMEOUT_MS)
    tour.interrupt()
    expect(tour.output(number).last).to_contain_text("KeyboardInterrupt", timeout=SOON_TIMEOUT_MS)

    tour.write(number, "flow.bill.value")
    tour.run(number)
    expect(tour.output(number)).to_have_text("66", timeout=SOON_TIMEOUT_MS)
    tour.screenshot(screenshots / "tour-end.png", number)
