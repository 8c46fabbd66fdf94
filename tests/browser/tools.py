"""Programs from npm that judge a page: installed outside the checkout, in fixed versions, by npm where it is there."""

import os
import shutil
import subprocess
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

VERSIONS = {"axe-core": "4.14.1", "lighthouse": "13.5.0"}
_QUIET = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
FOLDER = "DX_TOOLS"  # where they are; default: the user's cache


def installed(name: str) -> Path | None:
    """The folder of a program, installed if it has to be; None where that cannot be done."""
    named = os.environ.get(FOLDER)
    folder = (Path(named) if named else user_cache_path("dx-review", appauthor=False) / "tools") / f"{name}-{VERSIONS[name]}"
    package = folder / "node_modules" / name
    npm = shutil.which("npm")
    if npm and not (package / "package.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            if not (package / "package.json").is_file():
                subprocess.run([npm, "install", *_QUIET, "--prefix", str(folder), f"{name}@{VERSIONS[name]}"], timeout=600)
    return package if (package / "package.json").is_file() else None
