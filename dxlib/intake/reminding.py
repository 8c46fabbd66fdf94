"""Who has sent and who has not, in words, and the reminder to each that has not."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from dxlib.dataset import Dataset
from dxlib.intake import owed
from dxlib.messages import label
from dxlib.period import Period, format_date

DAYS = 2  # working days that a reminder gives
OWING = ("missing", "returned", "due")


def table(frame: pd.DataFrame, language: str) -> tuple[list[str], list[list[str]]]:
    """`owed.standing` as headings and rows of text."""
    heads = [label(language, "standing", f"column_{name}") for name in ("sender", "due", "received", "number", "state")]
    rows = [
        [
            getattr(row, f"name_{language}"),
            format_date(row.due_on, language),
            "-" if pd.isna(row.received_on) else format_date(row.received_on, language),
            "-" if pd.isna(row.number) or not row.number else row.number,
            _state(row, language),
        ]
        for row in frame.itertuples()
    ]
    return heads, rows


def _state(row, language: str) -> str:
    days = 0 if pd.isna(row.days_late) else int(row.days_late)
    if row.state in ("late", "missing"):
        return label(language, "standing", row.state, days=days)
    return label(language, "standing", row.state)


def summary(frame: pd.DataFrame, period: Period, as_of: dt.date, language: str) -> str:
    """How many have sent, how many are late or missing, in one sentence."""
    count = frame["state"].value_counts()
    sent = int(count.get("sent", 0) + count.get("late", 0))
    return label(
        language, "standing", "summary", period=period.label(language, "heading_to_date"), date=format_date(as_of, language),
        sent=sent, total=len(frame), late=int(count.get("late", 0)), returned=int(count.get("returned", 0)),
        missing=int(count.get("missing", 0) + count.get("due", 0)),
    )  # fmt: skip


def reminders(data: Dataset, frame: pd.DataFrame, period: Period, as_of: dt.date, language: str) -> list[str]:
    """The reminder (S14) to each that has not sent, in the package's order; to be sent before the day it is due, or, when
    that has passed, some working days from now."""
    settings, meeting = data.settings.intake, data.meeting(str(period))
    contact = settings.get("contact", {}).get(language) or ("" if meeting is None else meeting[f"secretariat_{language}"])
    hour = settings.get("reminder_hour") or label(language, "standing", "hour")
    later = _working_days(as_of, settings.get("reminder_days", DAYS))
    lines = []
    for row in frame[frame["state"].isin(OWING)].itertuples():
        before = row.due_on.date() if row.due_on.date() > as_of else later
        lines.append(
            label(
                language, "standing", "reminder", unit=getattr(row, f"name_{language}"), date=format_date(as_of, language),
                period=period.label(language, "to_date"), hour=hour, before=format_date(before, language), contact=contact,
            )  # fmt: skip
        )
    return lines


def _working_days(day: dt.date, count: int) -> dt.date:
    """So many days on, Saturdays and Sundays not counted."""
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < 5
    return day


def missing(data: Dataset, period: Period, as_of: dt.date, language: str) -> list[str]:
    """Names of those who have not sent."""
    frame = owed.standing(data, period, as_of)
    return list(frame.loc[frame["state"].isin(OWING), f"name_{language}"])
