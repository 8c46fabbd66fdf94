"""What to know about a review's figures, and who has sent them."""

from __future__ import annotations

import numpy as np
import pandas as pd


def quality(review) -> pd.DataFrame:
    """What to know about the figures: one row per finding.

    Columns: `note` (estimated, provisional, broken, revised, missing, target_changed), `indicator`, `period`,
    `value`, `before` (what it was), `reason`, `reported_on`, `source`. `revised`: a figure of any period changed since the
    meeting before (its known-as-of day; the last period's last day where there is no such meeting).
    """
    frame = review.progress[["indicator", "value", "reason", "reported_on", "source", "status", "band", "revised"]]
    notes = [
        frame[frame["status"] == status].assign(note=note, period=str(review.period))
        for status, note in (("E", "estimated"), ("P", "provisional"), ("B", "broken"))
    ]
    notes.append(frame[frame["band"] == "not_assessed"].assign(note="missing", period=str(review.period)))
    notes.append(
        frame[frame["revised"]].assign(note="target_changed", period=str(review.period), reason="target_changed")
    )
    now = review.data.current
    before = review.data.meeting(str(review.period.previous))
    since = pd.Timestamp(review.period.previous.last_day) if before is None else before["known_as_of"]
    now = now[(now["recorded_at"] > since) & (now["area"] == review.area) & now["value_before"].notna()]
    revised = now[now["indicator"].isin(frame["indicator"])].assign(
        note="revised", value=now["reported"], before=now["value_before"], reason=""
    )
    columns = ["note", "indicator", "period", "value", "before", "reason", "reported_on", "source"]
    found = [part.reindex(columns=columns) for part in [*notes, revised] if len(part)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def submissions(review) -> pd.DataFrame:
    """Who owes a report for this period: `owner` or `area`, `due_on`, `received_on`, `number`, `state`
    (on_time, late, missing) and `days_late`."""
    key = ["period", "owner", "area"]
    due = review.data["expected"]
    due = due[due["period"] == str(review.period)]
    came = review.data["submissions"]
    came = came[came["state"] != "returned"].sort_values("received_on", kind="stable").drop_duplicates(key)
    frame = due.merge(came[[*key, "received_on", "number"]], on=key, how="left")
    days = (frame["received_on"] - frame["due_on"]).dt.days
    frame["days_late"] = days.where(days > 0)
    frame["state"] = np.select([frame["received_on"].isna(), days > 0], ["missing", "late"], default="on_time")
    return frame
