"""Notebooks as pages and scripts."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Run


def test_html_has_cells_in_colours_and_their_outputs(run: Run, tour: Path) -> None:
    done = run("jupyter", "nbconvert", "--to", "html", "--execute", tour)
    assert "No lexer found" not in done.stderr
    page = tour.with_suffix(".html").read_text()
    assert "highlight hl-flowno" in page
    assert '<span class="kd">node</span>' in page
    assert '<span class="si">${</span>' in page
    assert "TICK 8" in page


def test_a_script_is_the_program_s_own_and_runs(run: Run, tour: Path) -> None:
    exported = run("flowno", "export", tour).stdout
    run("jupyter", "nbconvert", "--to", "script", tour)
    script = tour.with_suffix(".rhai")
    assert script.read_text() == exported
    notebook = run("flowno", "run", tour)
    assert run("flowno", "run", script).stdout == notebook.stdout


@pytest.mark.skipif(
    not (shutil.which("xelatex") and shutil.which("pandoc")),
    reason="a PDF takes xelatex and pandoc (Debian: texlive-xetex, texlive-plain-generic, "
    "texlive-fonts-recommended, lmodern, pandoc)",
)
def test_a_pdf_is_made_where_its_tools_are(run: Run, tour: Path) -> None:
    run("jupyter", "nbconvert", "--to", "pdf", tour)
    assert tour.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")


def test_without_the_package_there_are_no_colours_but_a_page(tour: Path) -> None:
    """Somebody converts a notebook where only the program is installed, or nothing of ours."""
    program = (
        "import sys, pygments.plugin as plugin; plugin.find_plugin_lexers = lambda: iter(());"
        "import pygments.lexers as lexers; lexers.find_plugin_lexers = plugin.find_plugin_lexers;"
        "from nbconvert.nbconvertapp import main; sys.exit(main())"
    )
    command = [sys.executable, "-W", "always", "-c", program, "--to", "html", str(tour)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "No lexer found for language 'flowno'" in done.stderr
    assert "node Tick(n, pause) {" in tour.with_suffix(".html").read_text()
