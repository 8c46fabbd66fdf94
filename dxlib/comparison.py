"""A review beside earlier periods: what moved, from which band to which, and the trend since last year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib import pacing
from dxlib.progress import broken

VERSUS = ("previous", "last_year", "year_start")


def movement(review, rows: pd.DataFrame) -> pd.DataFrame:
    """`movement` of the given rows of progress."""
    parts = []
    for versus in VERSUS:
        then = review.then(versus)
        now = rows.assign(broken=broken(review.data, rows, then, review.period))
        within = versus == "previous" and review.period.quarter > 1
        moved = pacing.movement(now, review.earlier(rows, versus), review.band_set, within)
        counted = rows["kind"].isin(["year_to_date", "period_count"])
        if then.year < review.period.year and versus != "last_year":  # a running count starts again from zero
            moved.loc[counted, ["change", "worse"]] = [np.nan, False]
            moved.loc[counted & (moved["reason"] == ""), "reason"] = "from_zero"
        lost = rows["area"].isin(review.area_changed) & (moved["reason"] == "no_earlier")
        moved["reason"] = moved["reason"].mask(lost, "area_changed")
        parts.append(
            rows[["indicator", "area", "value", "percent", "band"]].assign(versus=versus, period=str(then)).join(moved)
        )
    return pd.concat(parts, ignore_index=True)


def moves(review) -> pd.DataFrame:
    """Targets by band in the quarter before (rows) and now (columns), within one year's plan; empty in a first
    quarter. Every band in force is named; targets without a band on either side are not counted."""
    frame = review.movement[(review.movement["versus"] == "previous") & review.movement["moved"].notna()]
    ids = [band.id for band in review.band_set]
    table = pd.crosstab(frame["from_band"], frame["band"].astype("object"))
    return table.reindex(index=ids, columns=ids, fill_value=0) if len(frame) else table


def trend(review) -> pd.DataFrame:
    """Percent and band of this review's targets in each quarter since last year's first, each against its own
    year's plan: `indicator`, `period`, `value`, `percent`, `band`, `reason` (why there is no percent)."""
    parts = [review.at(quarter).assign(period=str(quarter)) for quarter in review.quarters]
    frame = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    frame = frame[frame["indicator"].isin(review.progress["indicator"])]
    return frame[["indicator", "period", "value", "percent", "band", "reason"]].reset_index(drop=True)
