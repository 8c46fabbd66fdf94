"""The second stage for drafts: their rows as one frame for dxlib.checks, its findings back at the senders' cells."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from dxlib import checks
from dxlib.dataset import Dataset
from dxlib.intake import owed
from dxlib.intake.drafting import Draft, Row
from dxlib.intake.sheets import Finding
from dxlib.period import Period
from dxlib.progress import answerable
from dxlib.tasks import readable

_NUMBERS = ("value", "numerator", "denominator", "plan", "full_year_estimate")
_TEXTS = ("stated_band", "status", "qualifier")
_KEY = ["indicator", "area"]
_MOST_NAMED = 5


def checked(data: Dataset, drafts: dict[int, Draft], bad: dict[int, set], today: dt.date) -> dict[int, list[Finding]]:
    """What the content rules find in the drafts of one intake, by the number of each; rows that are bad already are
    left aside."""
    told: dict[int, list[Finding]] = {n: [] for n in drafts}
    good = [
        (n, row)
        for n, draft in drafts.items()
        for row in draft.rows
        if draft.period and (row.sheet, row.row) not in bad[n]
    ]
    observed = [(n, row) for n, row in good if row.table == "indicators" and "status" in row.values]
    frame = _frame(observed, drafts)
    for one in checks.check(data, frame, pd.Timestamp(today)).itertuples():
        n, row = observed[one.label]
        fields = tuple((name, _file(drafts, frame, value) if name == "other" else value) for name, value in one.fields)
        ref = row.refs.get(one.column) or row.ref
        told[n].append(Finding(one.rule, one.level, row.sheet, ref, row.name, one.found, fields))
    for n, row in good:
        told[n] += _of_work(data, drafts[n], row, today) if row.table != "indicators" else _committed(row)
    for n, findings in _missing(data, drafts).items():
        told[n] += findings
    return told


def _file(drafts: dict[int, Draft], frame: pd.DataFrame, number: str) -> str:
    return drafts[int(number)].file


def _frame(rows: list[tuple[int, Row]], drafts: dict[int, Draft]) -> pd.DataFrame:
    """Rows of observations as dxlib.checks wants them, labelled by their place in the list."""
    columns: dict[str, object] = {
        "indicator": [row.id for _, row in rows],
        "area": [row.area for _, row in rows],
        "period": [drafts[n].period for n, _ in rows],
        "sender": [drafts[n].sender for n, _ in rows],
        "form": [drafts[n].form for n, _ in rows],
    }
    for name in _NUMBERS:
        values = [row.values.get(name) for _, row in rows]
        columns[name] = np.array([np.nan if value is None else float(value) for value in values], dtype="float64")
    for name in (*_TEXTS, *(name for name in checks.EXPLAINED if name not in _NUMBERS)):
        columns[name] = [row.values.get(name) or "" for _, row in rows]
    columns["file"] = [n for n, _ in rows]
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
    texts = [name for name, values in columns.items() if isinstance(values, list) and name not in ("form", "file")]
    return frame.astype({**dict.fromkeys(texts, "str"), "form": bool, "file": "int64"})


def _of_work(data: Dataset, draft: Draft, row: Row, today: dt.date) -> list[Finding]:
    """Rules of a task's or a decision's report."""
    found, done = [], row.values.get("done_on")

    def tell(rule: str, level: str, column: str, text: str, **fields):
        found.append(Finding(rule, level, row.sheet, row.refs.get(column) or row.ref, row.name, text, tuple(fields.items())))

    if done and done > today:
        tell("done_in_future", "error", "done_on", done.isoformat())
    if row.values.get("state") == "done" and not done:
        tell("done_without_day", "warning", "done_on", "")
    items = data[row.table].set_index({"tasks": "task", "decisions": "decision"}[row.table])
    owner = answerable(items.loc[[row.id], "owner"], data["owners"], Period.parse(draft.period)).iloc[0]
    if owner and draft.sender and owner != draft.sender:
        names = data["owners"].set_index("owner")["short_vi"]
        tell("not_owner", "warning", "name", row.id, owner=names.get(owner, owner))
    return found


def _committed(row: Row) -> list[Finding]:
    text = str(row.values.get("committed") or "")
    if not text or readable(text):
        return []
    return [Finding("committed_unread", "warning", row.sheet, row.refs.get("committed", row.ref), row.name, text)]


def _missing(data: Dataset, drafts: dict[int, Draft]) -> dict[int, list[Finding]]:
    """Indicators that a sender owes and their file does not name."""
    told = {}
    for period in {draft.period for draft in drafts.values() if draft.period}:
        owing = owed.indicators(data, Period.parse(period))
        own = owing["area"] == data.settings.area
        by_sender = dict(list(owing[own].groupby("owner"))) | dict(list(owing[~own].groupby("area")))
        for n, draft in drafts.items():
            if draft.period != period or draft.sender not in by_sender:
                continue
            named = {(row.id, row.area) for row in draft.rows if row.table == "indicators"}
            frame = by_sender[draft.sender]
            pairs = zip(frame["indicator"], frame["area"], frame["name_vi"])
            lacking = [name for indicator, area, name in pairs if (indicator, area) not in named]
            if lacking:
                shown = "; ".join(lacking[:_MOST_NAMED]) + ("; ..." if len(lacking) > _MOST_NAMED else "")
                told[n] = [Finding("owed_missing", "warning", found=shown, fields=(("count", str(len(lacking))),))]
    return told


def owner_of_all(data: Dataset, draft: Draft) -> str:
    """Whose a file must be: the one agency that answers for all its figures of the package's own area, or the one area
    that all its rows are about; "" where it is not one."""
    rows = [row for row in draft.rows if row.table == "indicators"]
    areas = {row.area for row in rows}
    if not rows or len(areas) != 1:
        return ""
    if areas != {data.settings.area}:
        return areas.pop()
    about = data["indicators"].set_index("indicator")["owner"]
    owners = set(answerable(about.loc[[row.id for row in rows]], data["owners"], Period.parse(draft.period)))
    return owners.pop() if len(owners) == 1 else ""
