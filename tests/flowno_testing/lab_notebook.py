"""New notebooks in a running JupyterLab."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser

from flowno_testing.lab import Lab
from flowno_testing.lab_page import NotebookPage

VIEWPORT = {"width": 1280, "height": 1500}

KERNELSPEC = {"name": "flowno", "display_name": "Flowno", "language": "rhai"}


def opened(browser: Browser, lab: Lab, folder: Path, name: str, cells: list[str]) -> NotebookPage:
    """A new notebook with these cells, open in a window of its own."""
    notebook = new_notebook(
        cells=[new_code_cell(cell) for cell in cells], metadata={"kernelspec": KERNELSPEC}
    )
    nbformat.write(notebook, folder / name)
    page = browser.new_context(viewport=VIEWPORT).new_page()
    # Without the tabs of other windows: while JupyterLab brings those back it connects to kernels
    # anew, and what had been run by then is forgotten.
    notebook_page = NotebookPage(page, lab.url.replace("tour.ipynb", name) + "&reset")
    notebook_page.hide_side_bar()
    notebook_page.clear_outputs()
    return notebook_page
