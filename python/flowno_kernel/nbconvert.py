"""Scripts by nbconvert: ``jupyter nbconvert --to script`` gives what ``flowno export`` writes.

nbconvert's own exporter joins the cells by blank lines. In Rhai a cell's last expression, which no
``;`` ends, would then run into the next cell; the exporter here marks where each begins.
"""

import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode

__all__ = ["FlownoScriptExporter"]


class FlownoScriptExporter(Exporter):
    """A notebook as a ``.rhai`` script, written by the program that runs it."""

    file_extension = ".rhai"
    output_mimetype = "text/rhai"

    def from_notebook_node(
        self, nb: NotebookNode, resources: ResourcesDict | dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The script of a notebook, after nbconvert's preprocessors."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "notebook.ipynb")
            nbformat.write(notebook, file)
            done = subprocess.run(
                [_program(), "export", file], capture_output=True, check=False, encoding="utf-8"
            )
        if done.returncode != 0:
            raise ValueError(f"the notebook cannot be a script: {done.stderr.strip()}")
        return done.stdout, resources


def _program() -> str:
    """The program that this package came with, or else the one on the path."""
    beside = Path(sysconfig.get_path("scripts"), "flowno")
    found = shutil.which(beside) or shutil.which("flowno")
    if found is None:
        raise FileNotFoundError(f"there is no program `flowno` in {beside.parent}, nor on the path")
    return found
