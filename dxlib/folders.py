"""Where the project and its data packages are."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from dxlib import journal
from dxlib.messages import DxError
from dxlib.names import IDENTIFIER

PROJECT = Path(__file__).resolve().parent.parent


def find(folder: str | Path) -> Path:
    """A data folder as the user means it: from the current folder, else from the project's own.

    A notebook's `data/lao-cai` is thus the same folder under papermill, nbconvert and JupyterLab.
    """
    path = Path(folder)
    candidates = [path] if path.is_absolute() else [Path.cwd() / path, PROJECT / path]
    for candidate in candidates:
        if candidate.is_dir():
            if journal.is_open(candidate):  # a change was cut off: all of it counts
                journal.recover(candidate)
            return candidate
    raise DxError("no_package", folder=str(folder), missing=str(folder))


def package_name(folder: Path) -> str:
    """The name that a data package gives itself, read without reading the package. Raises DxError where it has none."""
    path = folder / "datapackage.json"
    if not path.is_file():
        raise DxError("no_package", folder=str(folder), missing=path.name)
    try:
        name = json.loads(path.read_text(encoding="utf-8-sig"))["name"]
    except (ValueError, RecursionError, TypeError, KeyError):
        name = None
    if not isinstance(name, str) or not re.match(IDENTIFIER, name):
        raise DxError("settings", folder=folder.name, place="name", found=repr(name), expected="a-z 0-9 . _ -")
    return name


def digest(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
