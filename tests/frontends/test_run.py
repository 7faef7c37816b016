"""`flowno run` and `flowno export`: the same as nbclient, without Jupyter."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from conftest import RUN_TIMEOUT_S, Run
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from flowno_testing.lab import ROOT, TOUR

KERNELSPEC = {"name": "flowno", "display_name": "Flowno", "language": "rhai"}

#: Cells whose outputs are of every kind, and texts that are hard to write the same way.
CELLS = [
    'print("one");',
    '"two\\nlines ü 🦀 \\u2028 end\\n"',
    'flow.a = 1; flow.b = [1, 2.5, #{c: "d"}];',
    "flow.a",
    "node Fails(x) { x / 0 } flow.f = Fails(flow.a);",
    "flow.z = 2;",
    "  ",
    "()",
]


def save(path: Path, *cells: nbformat.NotebookNode | str) -> Path:
    """A notebook of ours with these cells."""
    nodes = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    nbformat.write(new_notebook(cells=nodes, metadata={"kernelspec": KERNELSPEC}), path)
    return path


def written_by_nbclient(run: Run, path: Path, *options: str) -> bytes:
    """What `jupyter execute` makes of a notebook, without times."""
    run("jupyter", "execute", "--inplace", *options, path)
    notebook = nbformat.read(path, 4)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, path)
    return path.read_bytes()


def test_the_tour_is_written_byte_by_byte_as_by_nbclient(run: Run, tour: Path) -> None:
    ours = tour.with_name("ours.ipynb")
    run("flowno", "run", tour, "--output", ours)
    assert ours.read_bytes() == written_by_nbclient(run, tour)
    run("flowno", "run", "--inplace", ours)
    assert ours.read_bytes() == tour.read_bytes() == TOUR.read_bytes()


def test_outputs_of_every_kind_are_written_as_by_nbclient(run: Run, tmp_path: Path) -> None:
    failing = new_code_cell(CELLS[4])
    failing.metadata.tags = ["raises-exception"]
    skipped = new_code_cell("throw 1;")
    skipped.metadata.tags = ["skip-execution"]
    cells = [new_markdown_cell("# ü"), *CELLS[:4], failing, skipped, *CELLS[5:]]
    theirs = save(tmp_path / "theirs.ipynb", *cells)
    ours = tmp_path / "ours.ipynb"
    done = run("flowno", "run", theirs, "--output", ours)
    assert "one\n" in done.stdout
    assert "Division by zero" in done.stderr
    assert ours.read_bytes() == written_by_nbclient(run, theirs)


def test_what_another_tool_wrote_is_kept(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", "1")
    notebook = nbformat.read(path, 4)
    notebook.nbformat_minor = 4
    notebook.metadata.update({"own": {"b": 1e-7, "a": 1e16}, "authors": [{"name": "N"}]})
    notebook.cells[0].pop("id")
    notebook.cells[0].metadata["widget"] = {"deep": [None]}
    nbformat.write(notebook, path)
    run("flowno", "run", "--inplace", path)
    assert path.read_bytes() == written_by_nbclient(run, path)
    assert nbformat.read(path, 4).metadata.own == {"b": 1e-7, "a": 1e16}


def test_a_cell_that_fails_ends_it_and_leaves_the_notebook(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", 'print("before");', "throw 7;", 'print("after");')
    before = path.read_bytes()
    done = run("flowno", "run", "--inplace", path, check=False)
    assert done.returncode == 1
    assert done.stdout == "before\n"
    assert "In [2]" in done.stderr
    assert "2 of 3 cells" in done.stderr
    assert path.read_bytes() == before

    out = tmp_path / "out.ipynb"
    done = run("flowno", "run", path, "--output", out, "--allow-errors", check=False)
    assert done.returncode == 1
    assert done.stdout == "before\nafter\n"
    kinds = [[output.output_type for output in c.outputs] for c in nbformat.read(out, 4).cells]
    assert kinds == [["stream"], ["error"], ["stream"]]


def test_names_are_set_and_set_anew(run: Run, tmp_path: Path) -> None:
    defaults = new_code_cell("let x = 1; let y = [];")
    defaults.metadata.tags = ["parameters"]
    path = save(tmp_path / "a.ipynb", "0", defaults, "print(`${x} ${y}`);")
    assert run("flowno", "run", "-q", path).stdout == "0\n1 []\n"
    for value in ("3", "4"):
        done = run("flowno", "run", "-q", "--inplace", path, f"--set=x={value}", '--set=y=["a b"]')
        assert done.stdout == f'0\n{value} ["a b"]\n'
        assert done.stderr == ""
    assert [cell.metadata.get("tags") for cell in nbformat.read(path, 4).cells] == [
        None,
        ["parameters"],
        ["injected-parameters"],
        None,
    ]


def test_a_script_runs_and_can_keep_its_outputs_as_a_notebook(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "a.rhai"
    script.write_text(
        "// %% [markdown]\n// # Title\n\n// %%\nflow.a = 41;\n\n// %%\nflow.a.value\n"
    )
    out = tmp_path / "a.ipynb"
    assert run("flowno", "run", script, "--output", out).stdout == "a = 41\n41\n"
    notebook = nbformat.read(out, 4)
    nbformat.validate(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code"]
    assert run("flowno", "export", out).stdout == script.read_text()


def test_a_script_can_be_a_program_and_errors_name_its_lines(tmp_path: Path) -> None:
    flowno = Path(sys.executable).parent / "flowno"
    script = tmp_path / "a.rhai"
    script.write_text(f"#!/usr/bin/env -S {flowno} run --quiet\n\nprint(6 * 7);\nthrow 1;\n")
    script.chmod(0o755)
    done = subprocess.run(
        [str(script)], capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False
    )
    assert (done.returncode, done.stdout) == (1, "42\n")
    assert "line 4" in done.stderr


def test_what_cells_import_is_beside_their_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "tools.rhai").write_text("fn twice(x) { x * 2 }")
    notebook = save(folder / "uses.ipynb", 'import "tools" as tools; tools::twice(4)')
    output = tmp_path / "written.ipynb"
    # Named from where the command runs, which is another folder.
    notebook, written = (os.path.relpath(path, ROOT) for path in (notebook, output))
    run("flowno", "run", notebook, "--output", written)
    cell = nbformat.read(output, 4).cells[0]
    assert cell.outputs[0].data["text/plain"] == "8"


def test_the_exported_tour_shows_what_the_tour_shows(run: Run, tour: Path) -> None:
    script = tour.with_suffix(".rhai")
    run("flowno", "export", tour, "--output", script)
    assert run("flowno", "run", script).stdout == run("flowno", "run", tour).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere.ipynb"], "cannot read nowhere.ipynb"),
        (["README.md"], "neither a notebook (.ipynb) nor a script (.rhai)"),
        (["notebooks/tour.ipynb", "--output", "x.rhai"], "should end with .ipynb"),
        (["notebooks/tour.ipynb", "--output", "no/where.ipynb"], "cannot write no/where.ipynb"),
    ],
)
def test_files_that_cannot_be_had_are_named(run: Run, words: list[str], told: str) -> None:
    done = run("flowno", "run", *words, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr


@pytest.mark.parametrize("value", ["x", "a b=1", "let=1", "x=99999999999999999999"])
def test_what_cannot_be_set_is_said_before_anything_runs(run: Run, value: str) -> None:
    done = run("flowno", "run", "notebooks/tour.ipynb", f"--set={value}", check=False)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_notebook_of_another_language_is_refused(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", "1")
    notebook = nbformat.read(path, 4)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "P", "language": "python"}
    nbformat.write(notebook, path)
    done = run("flowno", "run", path, check=False)
    assert done.returncode == 1
    assert "is a notebook in python; flowno runs rhai" in done.stderr


def test_ctrl_c_ends_the_cell_and_the_run(tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", 'print("round"); loop {}', 'print("never");')
    command = [str(Path(sys.executable).parent / "flowno"), "run", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "round\n"
        process.send_signal(signal.SIGINT)
        started = time.monotonic()
        out, err = process.communicate(timeout=RUN_TIMEOUT_S)
    finally:
        process.kill()
    assert time.monotonic() - started < 5
    assert process.returncode == 130
    assert "KeyboardInterrupt" in err
    assert out == ""


def test_whoever_stops_reading_ends_nothing(run: Run, tmp_path: Path) -> None:
    path = save(tmp_path / "a.ipynb", "for i in 0..20000 { print(`line ${i} of many`); }", "1")
    flowno = Path(sys.executable).parent / "flowno"
    shell = f"'{flowno}' run -q '{path}' --inplace | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, timeout=RUN_TIMEOUT_S, check=False
    )
    assert (done.returncode, done.stdout) == (0, "line 0 of many\n")
    assert nbformat.read(path, 4).cells[0].outputs[0].text.endswith("line 19999 of many\n")
