"""Rerun a report in a fresh folder and say whether it is the same, and what is not."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from dxlib import manifest, publish
from dxlib.differences import differences, parts_changed
from dxlib.messages import DxError


@dataclass(frozen=True)
class Verdict:
    """What a rerun gave: `figures` that differ (see `dxlib.differences.differences`), whether the `page` is the same
    (None where there was none to compare), and the `parts` that have changed since."""

    figures: pd.DataFrame
    page: bool | None
    parts: list[str]

    @property
    def identical(self) -> bool:
        return self.figures.empty and self.page is not False


def verify(wanted: publish.Target, against: Path | None = None) -> Verdict:
    """Make a target's current report again, from the data as they stand now, and compare.

    `against`: a figures.json to compare with instead of the current run's. What was reviewed as known on the day it
    was made is rerun as known on that day. Raises DxError where there is no run to verify, or it is not whole.
    """
    if against is None:
        run = wanted.current
        made = run and manifest.read(run.folder)
        if run is None or made is None:
            raise DxError(
                "no_run" if run is None else "damaged", target=str(wanted), folder=str(run.folder if run else "")
            )
        old = figures(run.folder)
        if made["as_of_from"] == "clock":
            wanted = replace(wanted, parameters={**wanted.parameters, "as_of": made["as_of"]})
    else:
        run, made, old = None, None, figures(against)
    with tempfile.TemporaryDirectory(prefix="dx-verify-") as fresh:
        again = publish.report(replace(wanted, out=Path(fresh)))
        new = figures(again.folder)
        parts = None if made is None else parts_changed(made, manifest.read(again.folder))
        page = None if run is None else run.page.read_bytes() == again.page.read_bytes()
    return Verdict(differences(old, new, parts), page, parts or [])


def current_or_file(name: str, data: str, language: str, out: str) -> Path:
    """What `dx diff` compares: a path that is there, else the folder of the current report of a period."""
    if Path(name).exists():
        return Path(name)
    wanted = publish.target(name, data, language, out=out)
    if wanted.current is None:
        raise DxError("no_run", target=str(wanted))
    return wanted.current.folder


def figures(path: Path) -> dict:
    """The figures of a report, from its folder or from a figures.json. Raises DxError where they cannot be read."""
    path = path / manifest.FIGURES if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if {"figures", "period", "package"} <= set(content):
            return content
    except (OSError, ValueError, TypeError):
        pass
    raise DxError("figures_file", path=str(path))
