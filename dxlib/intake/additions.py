"""What a draft adds to each table: rows that say something new, each with its file, sheet and cell."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from dxlib import checks
from dxlib.dataset import Dataset
from dxlib.intake.drafting import Draft, Row, place_of
from dxlib.intake.sheets import Finding
from dxlib.messages import label

_EXPLAINED = ("cause", "remedy", "committed", "proposal", "full_year_estimate")
_WORK = ("state", "done_on", "result", "cause")


@dataclass(frozen=True)
class Addition:
    """Rows by table."""

    rows: dict[str, list[dict]] = field(default_factory=dict)


def additions(
    data: Dataset, files: dict[int, tuple[Draft, list[Finding], set]], received: dt.date, today: dt.date
) -> dict[int, Addition]:
    """What each file adds: `files` are drafts with their findings and bad rows. Every file that is taken adds its
    submission, even where all it says is known."""
    explained = _last(data, "explanations", ["indicator", "area", "period"], _EXPLAINED)
    worked = {name: _last(data, f"{key}_reports", [key], _WORK) for name, key in (("tasks", "task"), ("decisions", "decision"))}
    codes = set(data["areas"]["area"])
    made = {}
    for n, (draft, findings, bad) in files.items():
        silent = {place_of(one) for one in findings if one.rule in checks.LEFT_OUT}
        rows: dict[str, list[dict]] = {"observations": [], "explanations": [], "task_reports": [], "decision_reports": []}
        for row in draft.rows:
            if (row.sheet, row.row) in bad:
                continue
            where = _where(draft, row, received, today)
            if row.table == "indicators":
                if "status" in row.values and (row.sheet, row.row) not in silent:
                    rows["observations"].append(_observation(draft, row, where))
                if said := _explanation(draft, row, explained):
                    rows["explanations"].append({**said, **where, "source_cell": _cell(draft, row, "cause")})
            elif said := _report(row, worked[row.table]):
                key = {"tasks": "task", "decisions": "decision"}[row.table]
                rows[f"{key}_reports"].append({key: row.id, **said, **where, "source_cell": _cell(draft, row, "state")})
        rows["submissions"] = [_submission(draft, codes, bad, received)]
        made[n] = Addition(rows)
    return made


def _last(data: Dataset, table: str, key: list[str], columns: tuple[str, ...]) -> dict[tuple, tuple]:
    """The last row of each key, as compared: blanks None."""
    frame = data[table].sort_values("recorded_at", kind="stable").drop_duplicates(key, keep="last")
    keys = zip(*(frame[name] for name in key))
    values = zip(*(frame[name] for name in columns))
    return {one: tuple(_plain(value) for value in told) for one, told in zip(keys, values)}


def _plain(value):
    """A value as it compares across a table and a file."""
    if value is None or value != value or value == "":
        return None
    if hasattr(value, "date"):
        return value.date()
    return float(value) if not isinstance(value, (str, dt.date)) else value


def _where(draft: Draft, row: Row, received: dt.date, today: dt.date) -> dict:
    number = str(draft.about.get("number") or "")
    source = label("vi", "intake", "source_number", number=number) if number else label("vi", "intake", "source_file", file=draft.file)
    return {
        "reported_on": draft.about.get("reported_on") or received,
        "recorded_at": today,
        "source": source,
        "source_cell": _cell(draft, row, "value"),
    }


def _cell(draft: Draft, row: Row, column: str) -> str:
    """File, the start of its hash, sheet and cell: where in the inbox a row comes from."""
    ref = row.refs.get(column) or row.ref
    return label("vi", "intake", "source_cell", file=draft.file, hash=draft.sha256[:12], sheet=row.sheet, ref=ref)


def _observation(draft: Draft, row: Row, where: dict) -> dict:
    told = ("value", "numerator", "denominator", "stated_band", "status", "qualifier", "note")
    return {"indicator": row.id, "area": row.area, "period": draft.period, **{name: row.values.get(name) for name in told}, **where}


def _explanation(draft: Draft, row: Row, known: dict[tuple, tuple]) -> dict | None:
    """What is said of an indicator, when it is something and not what was said last."""
    said = {name: row.values.get(name) for name in _EXPLAINED}
    compared = tuple(_plain(value) for value in said.values())
    key = (row.id, row.area, draft.period)
    if not any(value is not None for value in compared) or known.get(key) == compared:
        return None
    return {"indicator": row.id, "area": row.area, "period": draft.period, **said}


def _report(row: Row, known: dict[tuple, tuple]) -> dict | None:
    """A report of work, when it says something and not what was said last."""
    said = {name: row.values.get(name) for name in _WORK}
    compared = tuple(_plain(value) for value in said.values())
    if compared[0] is None or known.get((row.id,)) == compared:
        return None
    return said


def _submission(draft: Draft, codes: set[str], bad: set[tuple[str, int]], received: dt.date) -> dict:
    by_area = draft.sender in codes
    left = "; ".join(f"{sheet}: {', '.join(str(row) for s, row in sorted(bad) if s == sheet)}" for sheet in sorted({s for s, _ in bad}))
    people = [str(draft.about[name]) for name in ("person", "phone") if draft.about.get(name)]
    notes = [label("vi", "intake", "left_out", rows=left)] if left else []
    notes += [label("vi", "intake", "filled_by", people=", ".join(people))] if people else []
    return {
        "period": draft.period,
        "owner": "" if by_area else draft.sender,
        "area": draft.sender if by_area else "",
        "received_on": received,
        "number": draft.about.get("number") or "",
        "state": "accepted",
        "file": draft.file,
        "sha256": draft.sha256,
        "note": "; ".join(notes),
    }
