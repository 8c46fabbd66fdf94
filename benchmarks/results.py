"""benchmarks/RESULTS.md: one section a benchmark, each with the machine it ran on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

FILE = Path(__file__).with_name("RESULTS.md")


def machine() -> str:
    """What the figures were measured on."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "altair", "papermill"))
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, {libraries}"


def write(title: str, heading: str, lines: list[str]) -> None:
    """Print a section, and put it in the place of the one of the same title."""
    rule = "|" + "---|" * heading.strip("|").count("|") + "---|"
    section = "\n".join([f"## {title}", "", machine(), "", heading, rule, *lines, ""])
    old = FILE.read_text(encoding="utf-8") if FILE.exists() else "# Results\n"
    parts = [part for part in old.split("\n## ")[1:] if not part.startswith(f"{title}\n")]
    kept = "".join(f"\n## {part.rstrip()}\n" for part in parts)
    FILE.write_text(f"# Results\n\nWritten by `make bench`.\n{kept}\n{section}", encoding="utf-8", newline="\n")
    print(section)
