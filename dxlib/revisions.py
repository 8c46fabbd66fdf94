"""What changed between two days of knowledge: figures revised or made final, plans, and the bands they moved."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from dxlib.progress import bands


def revisions(review, since: dt.date) -> pd.DataFrame:
    """What changed in what was known, from the end of one day to this review's date.

    One row per change in this area: `what` (revised: another value; final: provisional or estimated became final
    with the same value; target: the year's plan), `indicator`, `period`, `before`, `value`, `status_before`,
    `status`, `band_before` and `band` (of this review's period, scored with what was known then and now), `moved`
    (bool: the two differ). A figure revised and made final at once is `revised`.
    """
    then = review.data.known(since)
    key = ["indicator", "period"]
    columns = [*key, "reported", "status"]
    was, is_ = (data.current.loc[data.current["area"] == review.area, columns] for data in (then, review.data))
    both = was.merge(is_, on=key, suffixes=("_before", ""))
    revised = both["reported_before"].notna() & (both["reported_before"] != both["reported"])
    final = both["status_before"].isin(["P", "E"]) & (both["status"] == "A")
    seen = both[revised | final].assign(what=np.where(revised[revised | final], "revised", "final"))
    seen = seen.rename(columns={"reported_before": "before", "reported": "value"})
    plans = [data.targets(review.period.year, review.area)[["indicator", "value"]] for data in (then, review.data)]
    plan = plans[0].merge(plans[1], on="indicator", suffixes=("_before", ""))
    plan = plan[plan["value_before"] != plan["value"]].rename(columns={"value_before": "before"})
    plan = plan[plan["before"].notna() | plan["value"].notna()].assign(what="target", period=str(review.period.year))
    frame = pd.concat([seen, plan], ignore_index=True)
    band_set = "" if review.meeting is None else review.meeting["bands"]
    before = bands(then, review.period, review.area, band_set, review.tag)
    before = before[before != "not_assessed"]  # else nothing was known of it then
    now = review.progress.set_index("indicator")["band"].astype("object")
    frame["band_before"], frame["band"] = (frame["indicator"].map(band) for band in (before, now))
    frame["moved"] = frame["band_before"].notna() & (frame["band_before"] != frame["band"])
    order = ["what", *key, "before", "value", "status_before", "status", "band_before", "band", "moved"]
    return frame[frame["indicator"].isin(review.progress["indicator"])].reindex(columns=order).reset_index(drop=True)
