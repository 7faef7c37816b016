"""Every value that displays richly, drawn by JupyterLab, in its light and its dark theme."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from flowno_testing.lab import ROOT, Lab
from flowno_testing.lab_page import SOON_TIMEOUT_MS, NotebookPage

(TABLE, LINES, PLOTS, MARKUP, SVG, JSON, VEGA, NODE, HELP, PROGRESS) = range(1, 11)

DISPLAYS = ROOT / "tests" / "browser" / "displays.ipynb"

#: As high as the notebook, so that one screenshot shows all of it.
VIEWPORT = {"width": 1000, "height": 4200}


@pytest.fixture(scope="module")
def displays(browser: Browser, lab: Lab, lab_folder: Path) -> Iterator[NotebookPage]:
    """The notebook of displays, run."""
    shutil.copy(DISPLAYS, lab_folder)
    context = browser.new_context(viewport=VIEWPORT)
    notebook = NotebookPage(context.new_page(), lab.url.replace("tour.ipynb", DISPLAYS.name))
    notebook.hide_side_bar()
    notebook.clear_outputs()
    notebook.run_all()
    yield notebook
    context.close()


def test_each_is_drawn_and_not_told(displays: NotebookPage) -> None:
    def drawn(number: int, selector: str, count: int = 1) -> None:
        found = displays.cell(number).locator(f".jp-OutputArea-child {selector}")
        expect(found).to_have_count(count, timeout=SOON_TIMEOUT_MS)

    expect(displays.errors).to_have_count(0)
    drawn(TABLE, "table tbody tr", 3)
    drawn(LINES, ".vega-embed canvas, .vega-embed svg.marks")
    drawn(PLOTS, ".vega-embed canvas, .vega-embed svg.marks", 3)
    drawn(MARKUP, ".jp-RenderedMarkdown strong")
    drawn(MARKUP, "mjx-container")
    drawn(MARKUP, ".jp-RenderedHTML b")
    drawn(SVG, "img")
    drawn(JSON, ".jp-RenderedJSON")
    drawn(VEGA, ".vega-embed canvas, .vega-embed svg.marks")
    drawn(NODE, "table tbody tr", 4)
    drawn(HELP, ".jp-RenderedMarkdown pre code", 2)
    drawn(PROGRESS, 'progress[value="20"]')
    assert "20 of 20, 100%" in displays.seen(PROGRESS)


def test_a_table_of_a_node_follows_it(displays: NotebookPage) -> None:
    displays.replace(NODE, "flow.limit = 4;", "flow.limit = 6;")
    displays.run(NODE)
    rows = displays.cell(NODE).locator("table tbody tr")
    expect(rows).to_have_count(6, timeout=SOON_TIMEOUT_MS)


def test_they_can_be_read_in_both_themes(displays: NotebookPage, screenshots: Path) -> None:
    displays.screenshot(screenshots / "displays-light.png")
    displays.choose_theme("JupyterLab Dark")
    displays.screenshot(screenshots / "displays-dark.png")
    displays.choose_theme("JupyterLab Light")


def test_tab_completes_and_shift_tab_explains(displays: NotebookPage, screenshots: Path) -> None:
    number = displays.add_cell_below_last()
    displays.write(number, "flow.squa")
    displays.page.keyboard.press("Tab")
    completer = displays.page.locator(".jp-Completer")
    expect(completer).to_contain_text("squares", timeout=SOON_TIMEOUT_MS)
    displays.page.keyboard.press("Enter")
    expect(displays.cell(number).locator(".cm-content")).to_contain_text("flow.squares")
    displays.write(number, "ta")
    displays.page.keyboard.press("Tab")
    expect(completer).to_contain_text("table", timeout=SOON_TIMEOUT_MS)
    displays.page.screenshot(path=screenshots / "completion.png")
    displays.page.keyboard.press("Escape")
    displays.write(number, "Squares")
    displays.page.keyboard.press("Shift+Tab")
    tooltip = displays.page.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("The squares up to a limit", timeout=SOON_TIMEOUT_MS)
    displays.page.screenshot(path=screenshots / "inspection.png")
    displays.page.keyboard.press("Escape")


def test_input_asks_in_the_cell(displays: NotebookPage) -> None:
    number = displays.add_cell_below_last()
    displays.write(number, 'input("Your name: ") + "!"')
    displays.run(number)
    box = displays.cell(number).locator(".jp-Stdin-input")
    expect(box).to_be_visible(timeout=SOON_TIMEOUT_MS)
    box.fill("Ada")
    box.press("Enter")
    expect(displays.output(number).last).to_contain_text('"Ada!"', timeout=SOON_TIMEOUT_MS)
