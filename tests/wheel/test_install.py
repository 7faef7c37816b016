"""What the wheel carries, where that lies when it is installed, and that nothing stays."""

import json
import re
import zipfile
from pathlib import Path

import nbformat

from flowno_testing.environment import Environment, new_environment
from flowno_testing.lab import ROOT, TOUR

#: Twice what it is now; more would be a surprise.
LARGEST_BYTES = 10_000_000


def test_the_wheel_carries_the_program_its_data_and_all_licences(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for end in (
        ".data/scripts/flowno",
        "share/jupyter/kernels/flowno/kernel.json",
        "share/jupyter/kernels/flowno/logo-svg.svg",
        "share/jupyter/labextensions/flowno-kernel/package.json",
        "flowno_kernel/lexer.py",
        "flowno_kernel/papermill.py",
        "/LICENSE-MIT",
        "/LICENSE-APACHE",
        "/THIRD-PARTY-LICENSES.txt",
    ):
        assert any(name.endswith(end) for name in names), f"{end} is missing in {names}"
    assert not [name for name in names if "node_modules" in name or "__pycache__" in name]
    assert wheel.stat().st_size < LARGEST_BYTES


def test_every_crate_in_the_program_has_its_licence_told(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    name = next(n for n in archive.namelist() if n.endswith("THIRD-PARTY-LICENSES.txt"))
    text = archive.read(name).decode()
    for crate in ("rhai", "zeromq", "tokio", "nbformat", "rustix"):
        assert f"\n{crate} " in f"\n{text}"
    assert "Permission is hereby granted" in text


def test_uninstall_leaves_nothing(wheel: Path, tmp_path: Path) -> None:
    environment = new_environment(tmp_path / "venv")
    before = environment.files()
    environment.pip("install", "--no-deps", str(wheel))
    assert len(environment.files() - before) > 10
    environment.pip("uninstall", "--yes", "flowno-kernel")
    assert environment.files() == before


def test_the_kernelspec_is_found_with_its_logos(environment: Environment) -> None:
    told = json.loads(environment.run("jupyter", "kernelspec", "list", "--json"))
    found = told["kernelspecs"]["flowno"]
    assert found["spec"]["display_name"] == "Flowno"
    folder = Path(found["resource_dir"])
    assert folder == environment.folder / "share/jupyter/kernels/flowno"
    logos = sorted(file.name for file in folder.glob("logo-*"))
    assert logos == ["logo-32x32.png", "logo-64x64.png", "logo-svg.svg"]


def test_the_extension_is_enabled(environment: Environment) -> None:
    told = environment.run("jupyter", "labextension", "list")
    line = next(line for line in told.splitlines() if "flowno-kernel v" in line)
    assert "enabled OK" in re.sub(r"\x1b\[\d+m", "", line)


def test_the_tour_runs_though_the_program_is_not_on_the_path(
    environment: Environment, tmp_path: Path
) -> None:
    copy = tmp_path / "tour.ipynb"
    copy.write_bytes(TOUR.read_bytes())
    environment.run("jupyter", "execute", "--inplace", str(copy))
    outputs = [cell.get("outputs") for cell in nbformat.read(copy, 4).cells]
    assert outputs == [cell.get("outputs") for cell in nbformat.read(TOUR, 4).cells]


def test_an_install_without_pip_runs_too(environment: Environment, tmp_path: Path) -> None:
    """`cargo install` and `flowno install --user`: the program alone."""
    program = ROOT / "target" / "release" / "flowno"
    alone = new_environment(tmp_path / "venv")
    kernels = Path(alone.clean["JUPYTER_DATA_DIR"]) / "kernels" / "flowno"
    alone.run(str(program), "install", "--user")
    spec = json.loads((kernels / "kernel.json").read_text())
    assert spec["argv"][0] == str(program)
