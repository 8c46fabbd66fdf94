"""A correction that came by telephone: one more row, with the person who gave it and the reason."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dxlib import checks, journal
from dxlib.dataset import load
from dxlib.folders import find
from dxlib.intake.appending import appended, described
from dxlib.intake.context import packed, unpacked
from dxlib.intake.loading import _readable
from dxlib.intake.rows import Reader
from dxlib.intake.sheets import Cell, Finding, Record
from dxlib.messages import DxError, label
from dxlib.period import Period, UnknownPeriod


@dataclass(frozen=True)
class Correction:
    """What was recorded: the figure before and now, and what the content rules say of it."""

    indicator: str
    period: str
    before: str
    after: str
    findings: tuple[Finding, ...]


def correct(
    folder: str | Path,
    indicator: str,
    period: str,
    value: str,
    person: str,
    reason: str,
    area: str = "",
    status: str = "",
) -> Correction:
    """Record a correction of one figure; the rows before stay.

    Parameters: `indicator` and `area` by code or name; `value` as people write it (97,5%, 13/17, 1.234); `person` who gave
    it, `reason` why; `status` a code or a word of the form's list. Raises DxError, in the words of the rule, for anything
    that an intake would call an error, and for a blank person or reason.
    """
    language = _language()
    place = find(folder)
    try:
        when = str(Period.parse(period))
    except UnknownPeriod:
        raise DxError("period", found=period) from None
    for name, text in (("person", person), ("reason", reason)):
        if not text.strip():
            raise DxError("correction", cause=label(language, "intake", f"no_{name}"))
    with journal.alone(place):
        data, today = load(place), dt.date.today()
        known = unpacked(packed(data, when))
        given = {"name": indicator, "area": area, "value": value, "status": status}
        kinds = {"value": "empty" if not value.strip() else "text"}
        cells = {name: Cell(1, n, kinds.get(name, "text"), text.strip()) for n, (name, text) in enumerate(given.items(), 1)}
        reader = Reader(known, when, "")
        reader.read("indicators", [Record("", 1, cells=cells)])
        wrong = [one for one in reader.findings if one.level == "error"]
        if wrong or not reader.rows:
            raise DxError("correction", cause=wrong[0].text(language))
        row = reader.rows[0]
        told = ("value", "numerator", "denominator", "stated_band", "status", "qualifier")
        now = data.current
        held = now[(now["indicator"] == row.id) & (now["area"] == row.area) & (now["period"] == when)]
        line = {
            "indicator": row.id,
            "area": row.area,
            "period": when,
            **{name: row.values.get(name) for name in told},
            "reported_on": today,
            "recorded_at": today,
            "source": label("vi", "intake", "by_telephone", person=" ".join(person.split())),
            "source_cell": f"{dt.datetime.now():%H:%M:%S.%f}"[:12],  # two calls of one day are two rows
            "note": " ".join(reason.split()),
        }
        tables = {"observations": appended(place / "observations.csv", "observations", [line])}
        _readable(place, data, {"observations": [line]})
        about = described(place, tables)
        files = {"observations.csv": tables["observations"], **({"datapackage.json": about} if about else {})}
        findings = tuple(one for one in reader.findings) + _content(data, line, today)
        if (clash := next((one for one in findings if one.rule == "final_stands"), None)) is not None:
            raise DxError("correction", cause=clash.text(language))
        journal.replace(place, files)
    before = checks.shown(held["reported"]).iloc[0] if len(held) else "-"
    after = row.values["value"] if row.values["value"] is not None else row.values["numerator"]
    said = checks.shown(pd.Series([float("nan") if after is None else float(after)])).iloc[0]
    if row.values["value"] is None and row.values["numerator"] is not None:
        said = f"{said}/{checks.shown(pd.Series([float(row.values['denominator'])])).iloc[0]}"
    return Correction(row.id, when, before, said, findings)


def _content(data, line: dict, today: dt.date) -> tuple[Finding, ...]:
    """What the content rules find in the row."""
    numbers = {name: float("nan") if line[name] is None else float(line[name]) for name in ("value", "numerator", "denominator")}
    texts = {name: str(line[name] or "") for name in ("indicator", "area", "period", "stated_band", "status", "qualifier")}
    blank = dict.fromkeys((name for name in checks.EXPLAINED if name != "full_year_estimate"), "-")
    row = {**texts, **numbers, **blank, "sender": "", "file": 0, "form": False, "plan": float("nan"), "full_year_estimate": 0.0}
    found = checks.check(data, pd.DataFrame([row]), pd.Timestamp(today))
    return tuple(Finding(one.rule, one.level, found=one.found, fields=one.fields) for one in found.itertuples())


def _language() -> str:
    from dxlib.messages import error_language

    return error_language()
