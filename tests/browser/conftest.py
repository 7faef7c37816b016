"""Fixtures: the tour in a real JupyterLab, in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from flowno_testing.browser import browser, page, screenshots
from flowno_testing.lab import Lab, copy_of_tour, running_lab
from flowno_testing.lab_page import NotebookPage, settings_in


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where JupyterLab finds its notebooks."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def lab(lab_folder: Path) -> Iterator[Lab]:
    """JupyterLab on a copy of the tour."""
    with running_lab(copy_of_tour(lab_folder), settings_in(lab_folder.parent)) as lab:
        yield lab


@pytest.fixture(scope="session")
def tour(lab: Lab, page: Page) -> NotebookPage:
    """The tour, open, with a kernel and without outputs. The tests go on from one another."""
    notebook = NotebookPage(page, lab.url)
    notebook.hide_side_bar()
    notebook.clear_outputs()
    return notebook
