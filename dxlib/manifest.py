"""What a report was made of, each part by its hash: tells whether it is up to date, and why a rerun differs.

A manifest holds no moment and no place, so that a rerun of the same inputs gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dxlib.folders import PROJECT, digest

PAGE, FIGURES, MANIFEST = "page.html", "figures.json", "manifest.json"
SHOWN_FIGURES = "application/vnd.dx-review.figures+json"  # the notebook's output that figures.json is taken from
LIBRARIES = (
    "dx-review", "altair", "babel", "ipykernel", "nbconvert", "pandas", "papermill", "vl-convert-python",
)  # fmt: skip
_CODE = (".py", ".toml", ".j2", ".css", ".js", ".json")


def made_of(notebook: Path, data: Path, package: str, parameters: dict[str, str]) -> dict:
    """Everything that a run's result depends on, known before it runs.

    Keys: `parameters` (with the data package's name for its folder), `inputs` (sha256 by file of the package),
    `notebook`, `code`, `lock`, `python`, `libraries` (versions by name).
    """
    tables = sorted(path for path in data.glob("*.csv"))
    lock = PROJECT / "requirements.lock"
    return {
        "parameters": {**parameters, "data": package},
        "inputs": {path.name: digest(path) for path in [data / "datapackage.json", *tables]},
        "notebook": {notebook.name: digest(notebook)},
        "code": code_hash(),
        "lock": digest(lock) if lock.is_file() else None,
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
    }


def finished(parts: dict, figures: dict, folder: Path) -> dict:
    """The manifest of a finished run: what it was made of, and what it gave.

    Adds `as_of`, `as_of_from` (parameter, meeting or clock), `checksum` of the figures, `outputs` (sha256 by file).
    """
    given = "parameter" if parts["parameters"].get("as_of") else "meeting" if figures["meeting_day"] else "clock"
    result = {"as_of": figures["as_of"], "as_of_from": given, "checksum": figures["checksum"]}
    return {**parts, **result, "outputs": {name: digest(folder / name) for name in (PAGE, FIGURES)}}


def read(folder: Path) -> dict | None:
    """A run's manifest, or None where the folder holds no whole run: a file missing, or not what was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        whole = all(digest(folder / name) == given for name, given in manifest["outputs"].items())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return manifest if whole else None


def is_current(manifest: dict | None, parts: dict) -> bool:
    """Whether a report with this manifest is what a run made of these parts would give today."""
    if manifest is None or any(manifest.get(name) != value for name, value in parts.items()):
        return False
    return manifest["as_of_from"] != "clock" or manifest["as_of"] == dt.date.today().isoformat()


@cache
def code_hash() -> str:
    """One hash of the package's own code and texts: a version number does not tell an edited checkout from another."""
    code, package = hashlib.sha256(), Path(__file__).parent
    for path in sorted(path for path in package.rglob("*") if path.suffix in _CODE):
        code.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return code.hexdigest()


@cache
def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
