"""Cells of a live flow in JupyterLab: each shows its nodes, whichever cell changes them.

The tests are steps of one person, in order, in one window.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from flowno_testing.deadline import wait_until
from flowno_testing.lab import ROOT, Lab
from flowno_testing.lab_notebook import opened
from flowno_testing.lab_page import RUN_TIMEOUT_MS, SOON_TIMEOUT_MS, NotebookPage

SOON_S = SOON_TIMEOUT_MS / 1000

#: Would rename the page if a browser took it for markup.
HOSTILE = "<img src=x onerror=document.title='owned'><svg onload=document.title='owned'>"

(TYPES, SUM, INPUT, GRAPH, TEXT, TICKS) = range(1, 7)

LIVE = [
    "node Add(x, y = 0) { x + y }\n"
    "node Count(n) { for i in 0..n { yield i; } }\n"
    "node Total(stream xs) { let t = 0; for x in xs { t += x; } t }\n"
    "node Tick(pace) { let i = 0; loop { yield 1; i += 1; sleep(pace); } }\n"
    "template Twice(f, x) { f.once = Add(x, x); Add(f.once, 0) }",
    "flow.sum = Add(flow.a, flow.b);\nflow.twice = Twice(flow.sum);\n"
    "flow.total = Total(flow.numbers);",
    "flow.a = 1; flow.b = 41; flow.numbers = Count(5); flow.steps = Add(1, flow.steps);",
    "flow.graph()",
    f'flow.text = "{HOSTILE}";\n'
    "node Rows(x) { table([[x, 1]]) }\nflow.rows = Rows(flow.text);\nflow.nodes()",
    "flow.ticks = 0;",
]

#: Cells that change nothing of each other's.
PLAIN = [
    LIVE[0],
    "flow.numbers = Count(5); flow.total = Total(flow.numbers);",
    'node Rows(x) { table([#{ name: "total", value: x }]) }\nflow.rows = Rows(flow.total);',
    'print("said"); plot([1, 4, 9])',
    "flow.graph()",
    "flow.total",
]


@pytest.fixture(scope="module")
def live(browser: Browser, lab: Lab, lab_folder: Path) -> Iterator[NotebookPage]:
    """The live notebook, run from top to bottom."""
    notebook = opened(browser, lab, lab_folder, "live.ipynb", LIVE)
    notebook.run_all()
    yield notebook
    notebook.page.context.close()


def shows(notebook: NotebookPage, number: int, text: str) -> None:
    """Until a cell shows a text."""
    wait_until(lambda: text in notebook.seen(number), SOON_S, f"{text} in cell {number}")


def pause(notebook: NotebookPage) -> None:
    """Takes the flow out of the background, in a cell of its own."""
    number = notebook.add_cell_below_last()
    notebook.write(number, "flow.pause(); 1 + 1")
    notebook.run(number)
    shows(notebook, number, "2")


def ticks(notebook: NotebookPage) -> int:
    """How far the background has come."""
    found = re.search(r"ticks = (\d+)", notebook.seen(TICKS))
    return int(found.group(1)) if found else -1


def test_a_notebook_saved_after_run_all_passes_nbval(
    browser: Browser, lab: Lab, lab_folder: Path
) -> None:
    notebook = opened(browser, lab, lab_folder, "plain.ipynb", PLAIN)
    notebook.run_all()
    path = lab_folder / "plain.ipynb"
    notebook.page.keyboard.press("Control+S")
    wait_until(lambda: "total = 10" in path.read_text(), SOON_S, "the saved outputs")
    notebook.page.context.close()
    command = [sys.executable, "-m", "pytest", "-c", "tests/pytest.ini", "--nbval", str(path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout


def test_a_cell_shows_what_later_cells_brought(live: NotebookPage) -> None:
    shows(live, SUM, "sum = 42")
    shows(live, SUM, "twice = 84")
    shows(live, SUM, "total = 10")


def test_a_cell_run_again_rewires_and_other_cells_follow(live: NotebookPage) -> None:
    live.replace(INPUT, "flow.b = 41", "flow.b = flow.a")
    live.run(INPUT)
    shows(live, SUM, "sum = 2")
    shows(live, SUM, "twice = 4")
    picture = live.cell(GRAPH).locator(".jp-OutputArea-output svg")
    expect(picture).to_contain_text("twice = 4", timeout=SOON_TIMEOUT_MS)


def test_text_is_no_markup(live: NotebookPage) -> None:
    seen = live.seen(TEXT)
    assert seen.count("<img src=x") >= 2, seen
    assert live.page.title() != "owned"
    expect(live.cell(TEXT).locator(".jp-OutputArea-output img")).to_have_count(0)
    expect(live.cell(GRAPH).locator(".jp-OutputArea-output img")).to_have_count(0)


def test_the_graph_can_be_read_in_both_themes(live: NotebookPage, screenshots: Path) -> None:
    live.screenshot(screenshots / "live-light.png")
    live.choose_theme("JupyterLab Dark")
    live.screenshot(screenshots / "live-dark.png")
    live.choose_theme("JupyterLab Light")


def test_the_background_goes_on_while_cells_rewire_it(live: NotebookPage) -> None:
    live.replace(TICKS, "flow.ticks = 0;", "flow.ticks = Tick(0.05); flow.start();")
    live.run(TICKS)
    wait_until(lambda: ticks(live) >= 3, SOON_S, "ticks")
    live.wait_until_idle()
    live.replace(INPUT, "flow.a = 1;", "flow.a = 100;")
    live.run(INPUT)
    shows(live, SUM, "sum = 200")
    before = ticks(live)
    wait_until(lambda: ticks(live) > before, SOON_S, "more ticks")


def test_an_interrupt_ends_the_cell_and_not_the_background(live: NotebookPage) -> None:
    number = live.add_cell_below_last()
    live.write(number, 'print("round"); loop {}')
    live.run(number)
    expect(live.output(number).first).to_contain_text("round", timeout=SOON_TIMEOUT_MS)
    live.interrupt()
    shows(live, number, "KeyboardInterrupt")
    before = ticks(live)
    wait_until(lambda: ticks(live) > before, SOON_S, "more ticks")
    live.replace(number, "loop {}", "1")  # Run All would not come past it
    pause(live)


def test_a_deleted_cell_takes_its_nodes_and_undo_brings_them_back(live: NotebookPage) -> None:
    live.replace(TICKS, "flow.ticks = Tick(0.05); flow.start();", "flow.ticks = 5;")
    live.cell(INPUT).locator(".jp-InputPrompt").first.click()
    live.page.keyboard.press("d")
    live.page.keyboard.press("d")
    live.run(GRAPH - 1)
    shows(live, SUM, "sum waits for a")
    live.page.keyboard.press("Escape")
    live.page.keyboard.press("z")
    expect(live.cell(INPUT).locator(".cm-content")).to_contain_text("flow.numbers")
    live.menu("Run", "Run All Cells")
    shows(live, SUM, "sum = 200")
    shows(live, TICKS, "ticks = 5")


def test_after_a_restart_nothing_is_there(live: NotebookPage) -> None:
    live.interrupt()
    live.restart()
    live.run(SUM)
    expect(live.error_of(SUM)).to_have_count(1, timeout=RUN_TIMEOUT_MS)
    live.run(TYPES)
    live.run(SUM)
    shows(live, SUM, "sum waits for a")
