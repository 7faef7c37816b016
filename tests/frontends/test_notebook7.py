"""The tour in Notebook 7, with the same extension."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flowno_testing.deadline import wait_until
from flowno_testing.lab import SERVER_OPTIONS, Lab, copy_of_tour, running_server
from flowno_testing.lab_page import SOON_TIMEOUT_MS, NotebookPage, settings_in

TICKS = 1

LEAST_COLOURS = 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Notebook 7 on a copy of the tour."""
    folder = tmp_path_factory.mktemp("notebook7")
    env = settings_in(folder)
    (folder / "work").mkdir()
    copy_of_tour(folder / "work")
    jupyter = Path(sys.executable).parent / "jupyter"
    with running_server([str(jupyter), "notebook", *SERVER_OPTIONS], folder / "work", env) as lab:
        yield lab


@pytest.fixture(scope="module")
def notebook(server: Lab, page: Page) -> NotebookPage:
    """The tour, open."""
    url = f"http://{server.address}/notebooks/tour.ipynb?token={server.token}"
    return NotebookPage(page, url)


def test_cells_are_in_the_colours_of_our_mode(notebook: NotebookPage) -> None:
    wait_until(
        lambda: len(notebook.text_colours(TICKS)) >= LEAST_COLOURS,
        SOON_TIMEOUT_MS / 1000,
        f"colours; there are {notebook.text_colours(TICKS)}",
    )
    assert notebook.colour_of(TICKS, "node") == notebook.colour_of(TICKS, "for")


def test_a_cell_runs(notebook: NotebookPage, screenshots: Path) -> None:
    notebook.run(TICKS)
    expect(notebook.output(TICKS).first).to_contain_text("tick 5", timeout=SOON_TIMEOUT_MS)
    notebook.wait_until_idle()
    notebook.page.screenshot(path=screenshots / "notebook7.png")
