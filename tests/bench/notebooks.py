"""`flowno run` beside `jupyter execute`: the same notebook, the same outputs, the time each takes.

Two notebooks: the tour, which mostly sleeps, and one cell that does nothing, which is what it costs
to run a notebook at all.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "notebooks" / "tour.ipynb"
KERNELSPEC = {"name": "flowno", "display_name": "Flowno", "language": "rhai"}

TIMEOUT_S = 120.0


def run(command: list[str]) -> float:
    """Seconds that a program takes."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    return time.perf_counter() - begin


def outputs(path: Path) -> list:
    """What the cells of a notebook show."""
    return [cell.get("outputs") for cell in nbformat.read(path, 4).cells]


def measure(notebook: Path, flowno: str, rounds: int, folder: Path) -> dict[str, float]:
    """Medians of both, after a look whether they give the same."""
    ours, theirs = folder / "ours.ipynb", folder / "theirs.ipynb"
    jupyter = str(Path(sys.executable).parent / "jupyter")
    seconds: dict[str, list[float]] = {"flowno run s": [], "jupyter execute s": []}
    for _ in range(rounds):
        for path in (ours, theirs):
            path.write_bytes(notebook.read_bytes())
        seconds["flowno run s"].append(run([flowno, "run", "--inplace", str(ours)]))
        command = [jupyter, "execute", "--inplace", str(theirs)]
        seconds["jupyter execute s"].append(run(command))
        assert outputs(ours) == outputs(theirs), f"{notebook.name}: the outputs differ"
    return {name: statistics.median(values) for name, values in seconds.items()}


def main() -> None:
    """Measures, and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is run")
    parser.add_argument("--json", help="also write the figures to this file")
    parser.add_argument("--flowno", default=str(ROOT / "target" / "release" / "flowno"))
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nothing = folder / "nothing.ipynb"
        notebook = new_notebook(cells=[new_code_cell("1")], metadata={"kernelspec": KERNELSPEC})
        nbformat.write(notebook, nothing)
        rows = {
            path.stem: measure(path, args.flowno, args.rounds, folder) for path in (TOUR, nothing)
        }
    print(f"{'':<10}{'flowno run':>14}{'jupyter execute':>18}{'ratio':>8}")
    for name, row in rows.items():
        ours, theirs = row.values()
        print(f"{name:<10}{ours:>12.3f} s{theirs:>16.3f} s{ours / theirs:>8.3f}")
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
