"""A review beside earlier periods: what moved, from which band to which, and the trend since last year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib import pacing
from dxlib.progress import broken, tally

VERSUS = ("previous", "last_year", "year_start")
_SCORED = ["value", "percent", "band", "stated_band"]


def movement(review, rows: pd.DataFrame) -> pd.DataFrame:
    """`movement` of this review's own rows of progress, all comparisons in one pass."""
    then = [review.then(versus) for versus in VERSUS]
    of_each = lambda values: np.repeat(values, len(rows))  # noqa: E731
    known = [review.at(period).set_index("indicator") for period in then]
    before = pd.concat([scored[_SCORED].reindex(rows["indicator"]) for scored in known], ignore_index=True)
    before["stated_band"] = before["stated_band"].fillna("")  # an absent row is not reported
    now = pd.concat([rows[["indicator", "area", "kind", "direction", "reason", *_SCORED]]] * len(VERSUS), ignore_index=True)
    now["broken"] = broken(review.data, now, of_each(then), review.period)
    within = of_each([versus == "previous" and review.period.quarter > 1 for versus in VERSUS])
    moved = pacing.movement(now, before, review.band_set, within)
    # A running count starts again from zero.
    again = of_each([at.year < review.period.year and versus != "last_year" for versus, at in zip(VERSUS, then)])
    again &= now["kind"].isin(["year_to_date", "period_count"]).to_numpy()
    why = moved["reason"].to_numpy(object)
    lost = now["area"].isin(review.area_changed).to_numpy() & (why == "no_earlier")
    moved["change"], moved["worse"] = moved["change"].mask(again), moved["worse"] & ~again
    moved["reason"] = np.select([again & (why == ""), lost], ["from_zero", "area_changed"], default=why)
    shown = now[["indicator", "area", "value", "percent", "band"]]
    shown = shown.assign(versus=of_each(VERSUS), period=of_each([str(period) for period in then]))
    return pd.concat([shown, moved], axis=1)


def moves(review) -> pd.DataFrame:
    """Targets by band in the quarter before (rows) and now (columns), within one year's plan; empty in a first
    quarter. Every band in force is named; targets without a band on either side are not counted."""
    frame = review.movement[(review.movement["versus"] == "previous") & review.movement["moved"].notna()]
    ids = [band.id for band in review.band_set]
    table = tally(frame["from_band"], frame["band"], ids)
    return table.reindex(index=ids, fill_value=0) if len(frame) else table


def trend(review) -> pd.DataFrame:
    """Percent and band of this review's targets in each quarter since last year's first, each against its own
    year's plan: `indicator`, `period`, `value`, `percent`, `band`, `reason` (why there is no percent)."""
    columns = ["indicator", "value", "percent", "band", "reason"]
    parts = [review.at(quarter)[columns] for quarter in review.quarters]
    periods = np.repeat([str(quarter) for quarter in review.quarters], [len(part) for part in parts])
    frame = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    frame.insert(1, "period", periods)
    return frame[frame["indicator"].isin(review.progress["indicator"])].reset_index(drop=True)
