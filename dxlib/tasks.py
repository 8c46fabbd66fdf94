"""Status of tasks and decisions, computed from their deadline, their reports and a date."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from dxlib.period import Period, UnknownPeriod

STATUSES = (
    "done_on_time", "done_late", "done", "on_time", "due_soon", "overdue",
    "not_started", "not_started_overdue", "no_deadline", "stopped",
)  # fmt: skip
GROUPS = {
    "done": ("done_on_time", "done_late", "done"),
    "in_progress": ("on_time", "due_soon"),
    "overdue": ("overdue", "not_started_overdue"),
    "not_started": ("not_started",),
    "no_deadline": ("no_deadline",),
    "stopped": ("stopped",),
}
LACKING = ("product", "deadline", "criterion", "owner")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_MONTH = re.compile(r"(?:tháng\s*)?(0?[1-9]|1[0-2])/(\d{4})", re.IGNORECASE)
_YEARS = re.compile(r"(?:(\d{4})\s*-\s*)?(\d{4})")
_BEFORE = re.compile(
    r"^((trước|đến|chậm nhất)( ngày)?|ngày|năm|trong năm)\s+(?=\d)", re.IGNORECASE
)  # "trước 30/6/2024"
_STANDING = re.compile(
    r"(nhiệm vụ )?thường xuyên|hằng (năm|quý|tháng)|hàng (năm|quý|tháng)|.* và những năm tiếp theo", re.I
)


def deadline(text: str) -> dt.date | None:
    """The last day of a deadline as people write it; None for a standing task or a blank.

    A month, quarter or year ends on its last day; of two years the later counts.

    >>> deadline("Quý II/2024"), deadline("6/2024"), deadline("2024 - 2025"), deadline("Thường xuyên")
    (datetime.date(2024, 6, 30), datetime.date(2024, 6, 30), datetime.date(2025, 12, 31), None)
    """
    text = _BEFORE.sub("", text.strip().replace("–", "-"))
    if not text or _STANDING.fullmatch(text):
        return None
    try:
        if found := _DAY.fullmatch(text):
            return dt.date(int(found[3]), int(found[2]), int(found[1]))
        if found := _MONTH.fullmatch(text):
            year, month = int(found[2]), int(found[1])
            return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        if found := _YEARS.fullmatch(text):
            return dt.date(int(found[2]), 12, 31)
        return Period.parse(text).last_day
    except (ValueError, UnknownPeriod):
        return None


def readable(text: str) -> bool:
    """Whether a deadline says something: a day, a span, a standing task, or nothing at all."""
    return deadline(text) is not None or not text.strip() or bool(_STANDING.fullmatch(text.strip()))


def status(items: pd.DataFrame, reports: pd.DataFrame, key: str, as_of: dt.date, soon: int) -> pd.DataFrame:
    """Where each task (or decision) stands on a day.

    Parameters: `items` (key, `deadline` as written, `owner`; tasks also `product`, `criterion`), `reports` known by
    then (key, `recorded_at`, `state`, `done_on`, `result`, `cause`), `soon` in days. Returns `items` with the last
    report's columns, `due_on` (date), `status` (STATUSES), `days_overdue` and `lacking` (what the assignment does not
    state, separated by ;; a deadline that cannot be read is not stated).
    """
    last = reports.sort_values("recorded_at", kind="stable").drop_duplicates(key, keep="last")
    frame = items.merge(last, on=key, how="left").set_index(items.index)
    frame["state"] = frame["state"].fillna("not_started")
    written = {text: deadline(text) for text in frame["deadline"].unique()}
    due = pd.to_datetime(frame["deadline"].map(written).astype("object")).astype("datetime64[ns]")
    frame["due_on"] = due
    today, done, state = pd.Timestamp(as_of), frame["done_on"], frame["state"]
    past = due < today
    frame["status"] = np.select(
        [
            state == "stopped",
            (state == "done") & (done.isna() | due.isna()),
            (state == "done") & (done <= due),
            state == "done",
            due.isna(),
            (state == "not_started") & past,
            state == "not_started",
            past,
            due <= today + pd.Timedelta(days=soon),
        ],
        [
            "stopped",
            "done",
            "done_on_time",
            "done_late",
            "no_deadline",
            "not_started_overdue",
            "not_started",
            "overdue",
            "due_soon",
        ],
        default="on_time",
    )
    late = frame["status"].isin(GROUPS["overdue"])
    frame["days_overdue"] = (today - due).dt.days.where(late)
    stated = {name: frame[name].tolist() for name in LACKING if name in items}
    unread = {text for text, day in written.items() if day is None and not _STANDING.fullmatch(text.strip())}
    stated["deadline"] = ["" if text in unread else text for text in frame["deadline"].tolist()]
    frame["lacking"] = [
        ";".join(name for name, cell in zip(stated, cells) if cell == "") for cells in zip(*stated.values())
    ]
    return frame


def counts(frame: pd.DataFrame) -> pd.Series:
    """How many stand in each status, every status named: they sum to all."""
    return frame["status"].value_counts().reindex(list(STATUSES), fill_value=0)
