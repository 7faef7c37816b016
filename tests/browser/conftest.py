"""Fixtures: the tour in a real JupyterLab, in a real Chromium."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from flowno_testing.browser import browser, page, screenshots
from flowno_testing.lab import Lab, copy_of_tour, running_lab
from flowno_testing.lab_page import NotebookPage, settings_in


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the tour."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    with running_lab(copy_of_tour(folder / "notebooks"), settings_in(folder)) as lab:
        yield lab


@pytest.fixture(scope="session")
def tour(lab: Lab, page: Page) -> NotebookPage:
    """The tour, open, with a kernel and without outputs. The tests go on from one another."""
    notebook = NotebookPage(page, lab.url)
    notebook.hide_side_bar()
    notebook.clear_outputs()
    return notebook
