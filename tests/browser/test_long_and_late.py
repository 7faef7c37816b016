"""Much output at once, and a page that is loaded again."""

from pathlib import Path

from playwright.sync_api import Browser

from flowno_testing.deadline import wait_until
from flowno_testing.lab import Lab
from flowno_testing.lab_notebook import opened
from flowno_testing.lab_page import RUN_TIMEOUT_MS, SOON_TIMEOUT_MS, NotebookPage

#: More messages than Jupyter Server passes on in a second, were each line one.
LINES = 30_000

SOON_S = SOON_TIMEOUT_MS / 1000


def test_a_long_stream_arrives_whole_and_in_order(
    browser: Browser, lab: Lab, lab_folder: Path, screenshots: Path
) -> None:
    code = f"for i in 0..{LINES} {{ print(`line ${{i}}`) }}"
    notebook = opened(browser, lab, lab_folder, "long.ipynb", [code])
    notebook.run_all()

    def lines() -> list[str]:
        return "".join(notebook.output(1).all_text_contents()).splitlines()

    last = f"line {LINES - 1}"
    wait_until(lambda: last in lines()[-2:], RUN_TIMEOUT_MS / 1000, "the last line")
    assert [line for line in lines() if line] == [f"line {i}" for i in range(LINES)]
    notebook.screenshot(screenshots / "long-stream.png", 1)
    notebook.page.context.close()


def test_a_page_loaded_again_shows_nodes_that_then_follow(
    browser: Browser, lab: Lab, lab_folder: Path
) -> None:
    cells = [
        "node Inc(x) { x + 1 }\nflow.b = 1;\nflow.sum = Inc(flow.b);",
        "flow.sum.show();",
        "flow.b = 41;",
    ]
    before = opened(browser, lab, lab_folder, "late.ipynb", cells)
    before.run(1)
    wait_until(lambda: "sum = 2" in before.seen(1), SOON_S, "the first value")
    before.page.keyboard.press("Control+S")  # else the browser asks before it leaves the page
    path = lab_folder / "late.ipynb"
    wait_until(lambda: "sum = 2" in path.read_text(), SOON_S, "the saved outputs")

    page = NotebookPage(before.page, before.page.url)
    page.run(2)
    wait_until(lambda: "sum = 2" in page.seen(2), SOON_S, "the node of the kernel that went on")
    page.run(3)
    wait_until(lambda: "sum = 42" in page.seen(2), SOON_S, "the new value")
    page.page.context.close()
