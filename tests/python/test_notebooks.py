"""The notebooks that ship are whole: nbval would pass one that was never run."""

import re
from pathlib import Path

import nbformat
import pytest

from flowno_testing.lab import ROOT, TOUR

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

#: An id that a person chose, not one that a front end drew.
READABLE_ID = re.compile(r"[a-z]+(-[a-z]+)*")

TOUR_CELLS = 10


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
class TestEach:
    """What holds for every notebook. `cargo xtask notebooks` saves one so."""

    def test_it_was_saved_after_a_run_from_top_to_bottom(self, path: Path) -> None:
        counts = [cell.execution_count for cell in code_cells(path)]
        assert counts == list(range(1, len(counts) + 1))

    def test_it_names_our_kernel_and_language(self, path: Path) -> None:
        metadata = nbformat.read(path, as_version=4).metadata
        assert metadata.kernelspec.name == "flowno"
        assert metadata.language_info.name == "rhai"
        assert metadata.language_info.file_extension == ".rhai"

    def test_its_cells_have_readable_ids_and_no_times(self, path: Path) -> None:
        for cell in nbformat.read(path, as_version=4).cells:
            assert READABLE_ID.fullmatch(cell.id), cell.id
            assert "execution" not in cell.metadata, cell.id

    def test_an_error_in_it_is_meant(self, path: Path) -> None:
        for cell in code_cells(path):
            fails = any(output.output_type == "error" for output in cell.outputs)
            assert fails == ("raises-exception" in cell.metadata.get("tags", [])), cell.id


def test_each_of_the_ten_cells_of_the_tour_shows_something() -> None:
    cells = code_cells(TOUR)
    assert len(cells) == TOUR_CELLS
    assert [cell.id for cell in cells if not cell.outputs] == []


def test_the_third_cell_of_the_tour_invites_to_change_it() -> None:
    assert "change 0.2 to 0.02, run again" in code_cells(TOUR)[2].source
