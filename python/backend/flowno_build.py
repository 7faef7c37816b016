"""The build backend: lays out what the wheel carries as data, then lets maturin build it.

The wheel's data are files below the environment's root, so that Jupyter finds them and ``pip
uninstall`` removes them: the kernelspec, and the JupyterLab extension, which npm builds from
``labextension/``. Beside the project's own licences the wheel holds those of the crates that are
linked into the program.

Everything is made in ``target/wheel``. What npm installs stays there, so a second build is quick.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import maturin

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target" / "wheel"

#: Where files of the environment lie in a wheel's data folder.
SHARE = TARGET / "data" / "data" / "share" / "jupyter"

#: Set by who wants a wheel without the extension, and needs no npm then.
WITHOUT_EXTENSION = "FLOWNO_WITHOUT_LABEXTENSION"

NPM_MISSING = f"""\
npm is needed to build the JupyterLab extension, and was not found.

Install Node.js 20 or newer, or set {WITHOUT_EXTENSION}=1 to build without:
the kernel works, but JupyterLab shows cells as if they were Rust."""

#: What a frontend passes on from its user.
Settings = dict[str, Any] | None

#: Names of files in which crates keep their licences.
LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")

# What does not change the wheel's content is maturin's as it is.
get_requires_for_build_wheel = maturin.get_requires_for_build_wheel
get_requires_for_build_sdist = maturin.get_requires_for_build_sdist
get_requires_for_build_editable = maturin.get_requires_for_build_editable


def build_wheel(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Builds a wheel (PEP 517)."""
    lay_out()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None
) -> str:
    """Builds a wheel that refers to this folder (PEP 660)."""
    lay_out()
    return maturin.build_editable(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Packs the sources (PEP 517); data are laid out when a wheel is built from them."""
    TARGET.mkdir(parents=True, exist_ok=True)
    return maturin.build_sdist(sdist_directory, config_settings)


def prepare_metadata_for_build_wheel(
    metadata_directory: str, config_settings: Settings = None
) -> str:
    """Says what the wheel will be (PEP 517): its licences belong to that; its data may wait."""
    write_licences()
    (TARGET / "data").mkdir(exist_ok=True)
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def lay_out() -> None:
    """Makes ``target/wheel/data`` anew."""
    shutil.rmtree(TARGET / "data", ignore_errors=True)
    kernelspec = SHARE / "kernels" / "flowno"
    kernelspec.mkdir(parents=True)
    for pattern in ("kernel.json", "logo-*"):
        for file in (ROOT / "kernelspec").glob(pattern):
            shutil.copy(file, kernelspec)
    if not os.environ.get(WITHOUT_EXTENSION):
        shutil.copytree(build_extension(), SHARE / "labextensions" / "flowno-kernel")
    write_licences()


def build_extension() -> Path:
    """Builds the JupyterLab extension; gives its folder."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(NPM_MISSING)
    work = TARGET / "labextension"
    stamp = work / "node_modules" / "installed-lock.json"
    lock = (ROOT / "labextension" / "package-lock.json").read_text()
    shutil.copytree(
        ROOT / "labextension",
        work,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("node_modules", "build"),
    )
    if not stamp.exists() or stamp.read_text() != lock:
        run([npm, "ci", "--no-audit", "--no-fund"], work)
        stamp.write_text(lock)
    run([npm, "run", "build"], work)
    install = {
        "packageManager": "python",
        "packageName": "flowno-kernel",
        "uninstallInstructions": "pip uninstall flowno-kernel",
    }
    built = work / "build" / "flowno-kernel"
    (built / "install.json").write_text(json.dumps(install, indent=2) + "\n")
    return built


def write_licences() -> None:
    """Writes the licences of all crates in the program, each text once."""
    command = ["cargo", "metadata", "--format-version=1", "--locked"]
    told = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    metadata = json.loads(told)
    linked = linked_packages(metadata)
    texts = {}
    for package in sorted(metadata["packages"], key=lambda package: package["name"]):
        if package["source"] is None or package["id"] not in linked:
            continue
        title = f"{package['name']} {package['version']} ({package['license']})"
        found = licence_texts(Path(package["manifest_path"]).parent) or ["(No text is included.)"]
        for text in found:
            texts.setdefault(text, []).append(title)
    parts = ["\n".join([*titles, "", text]) for text, titles in texts.items()]
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "THIRD-PARTY-LICENSES.txt").write_text(f"\n\n{'-' * 79}\n\n".join(parts) + "\n")


def linked_packages(metadata: dict[str, Any]) -> set[str]:
    """The ids of all that is linked into the program, for any platform."""
    kernel = next(p["id"] for p in metadata["packages"] if p["name"] == "flowno-kernel")
    needs = {
        node["id"]: [
            needed["pkg"]
            for needed in node["deps"]
            if any(kind["kind"] is None for kind in needed["dep_kinds"])
        ]
        for node in metadata["resolve"]["nodes"]
    }
    found, left = {kernel}, [kernel]
    while left:
        for needed in needs[left.pop()]:
            if needed not in found:
                found.add(needed)
                left.append(needed)
    return found


def licence_texts(folder: Path) -> list[str]:
    """The licence texts that lie in a crate's folder."""
    files = sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and file.name.upper().startswith(LICENCE_NAMES)
    )
    return [file.read_text(encoding="utf-8", errors="replace").strip() for file in files]


def run(command: list[str], folder: Path) -> None:
    """Runs a step of the build; a failure names it, its output having been shown."""
    # npm's chatter is kept off standard output, which belongs to the frontend.
    code = subprocess.run(command, cwd=folder, stdout=sys.stderr).returncode
    if code != 0:
        sys.exit(f"`{' '.join(command)}` in {folder} ended with exit code {code}; see above.")
