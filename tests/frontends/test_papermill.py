"""Parameters from papermill, as values of cells."""

import math
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from conftest import Run
from nbformat.v4 import new_code_cell, new_notebook
from papermill.exceptions import PapermillException
from papermill.translators import papermill_translators

KERNELSPEC = {"name": "flowno", "display_name": "Flowno", "language": "rhai"}

#: A value, and how Rhai shows it in its debug form.
VALUES = [
    (3, "3"),
    (-3, "-3"),
    (2**63 - 1, "9223372036854775807"),
    (-(2**63), "-9223372036854775808"),
    (2.0, "2.0"),
    (0.25, "0.25"),
    (1e-7, "1e-7"),
    (1e300 * 1e10, "inf"),
    (True, "true"),
    (None, "()"),
    ("", '""'),
    ('say "hi"', r'"say \"hi\""'),
    ("${x} `y` \\ 'z'", r'''"${x} `y` \\ 'z'"'''),
    ("one\ntwo\t", r'"one\ntwo\t"'),
    ("ü 🦀", '"ü 🦀"'),
    ([], "[]"),
    ([1, [2, None]], "[1, [2, ()]]"),
    ({}, "#{}"),
    ({"a": {"b c": [1, {"d": "e"}]}}, '#{"a": #{"b c": [1, #{"d": "e"}]}}'),
]


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """One cell with a default, and one that shows what counts."""
    cells = [new_code_cell("let x = 1; // how many"), new_code_cell("x")]
    cells[0].metadata.tags = ["parameters"]
    path = tmp_path / "in.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNELSPEC}), path)
    return path


def test_a_parameter_on_the_command_line(run: Run, notebook: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    run("papermill", notebook, out, "-p", "x", "3", "--no-progress-bar")
    cells = nbformat.read(out, 4).cells
    assert cells[1].metadata.tags == ["injected-parameters"]
    assert cells[1].source == "// Parameters\nlet x = 3;\n"
    assert cells[2].outputs[0].data["text/plain"] == "3"


def test_every_type_arrives_as_it_was(notebook: Path, tmp_path: Path) -> None:
    names = [f"v{number}" for number in range(len(VALUES))]
    nb = nbformat.read(notebook, 4)
    nb.cells[1:] = [new_code_cell(f"[{name}]") for name in names]
    nbformat.write(nb, notebook)
    parameters = dict(zip(names, (value for value, _ in VALUES), strict=True))
    done = papermill.execute_notebook(
        str(notebook), str(tmp_path / "out.ipynb"), parameters, progress_bar=False
    )
    shown = [cell.outputs[0].data["text/plain"] for cell in done.cells[2:]]
    assert shown == [f"[{text}]" for _, text in VALUES]


def test_not_a_number() -> None:
    translate = papermill_translators.find_translator("flowno", "rhai").translate
    assert translate(math.nan) == "(0.0 / 0.0)"


@pytest.mark.parametrize(("name", "value"), [("a b", 1), ("1x", 1), ("x", 2**63), ("x", [2**64])])
def test_what_no_cell_can_hold_is_refused(name: str, value: Any) -> None:
    translator = papermill_translators.find_translator("other", "rhai")
    with pytest.raises(PapermillException):
        translator.codify({name: value})


def test_the_parameters_of_a_notebook_are_told(run: Run, notebook: Path) -> None:
    told = run("papermill", notebook, "--help-notebook").stdout
    assert "x: int (default 1)" in " ".join(told.split())
    assert "how many" in told
