"""JupyterLab without the wheel: the kernel and its kernelspec, as `flowno install` leaves them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flowno_testing.deadline import wait_until
from flowno_testing.lab import SERVER_OPTIONS, Lab, copy_of_tour, running_server
from flowno_testing.lab_page import SOON_TIMEOUT_MS, NotebookPage, settings_in

TICKS = 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the tour, with our extension switched off."""
    folder = tmp_path_factory.mktemp("without")
    config = folder / "config" / "labconfig"
    config.mkdir(parents=True)
    page_config = {"disabledExtensions": {"flowno-kernel": True}}
    (config / "page_config.json").write_text(json.dumps(page_config))
    env = {**settings_in(folder), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    (folder / "work").mkdir()
    copy_of_tour(folder / "work")
    jupyter = Path(sys.executable).parent / "jupyter"
    with running_server([str(jupyter), "lab", *SERVER_OPTIONS], folder / "work", env) as lab:
        yield lab


def test_cells_are_in_the_colours_of_rust(server: Lab, page: Page) -> None:
    url = f"http://{server.address}/lab/tree/tour.ipynb?token={server.token}"
    notebook = NotebookPage(page, url)
    coloured = notebook.cell(TICKS).locator(".cm-line span")
    soon_s = SOON_TIMEOUT_MS / 1000
    wait_until(lambda: "for" in coloured.all_inner_texts(), soon_s, "Rust's keywords")
    # Rust knows no `node`, so this is Rust's mode and not ours.
    if "node" in coloured.all_inner_texts():
        assert notebook.colour_of(TICKS, "node") != notebook.colour_of(TICKS, "for")
    notebook.run(TICKS)
    expect(notebook.output(TICKS).first).to_contain_text("tick 5", timeout=SOON_TIMEOUT_MS)
