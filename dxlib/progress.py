"""Every target of an area at a period: its actual, score, pace, flags. Frames in, one frame out."""

from __future__ import annotations

import pandas as pd

from dxlib import pacing, scoring
from dxlib.actuals import actuals, scale_of
from dxlib.dataset import Dataset
from dxlib.period import Period

PLAN = ["operator", "target", "upper", "baseline", "plan_q1", "plan_q2", "plan_q3", "plan_q4"]


def progress(
    data: Dataset, period: Period, areas: list[str], band_set: str = "", tag: str | None = None
) -> pd.DataFrame:
    """One row per target: indicator x area with a plan for the year, or with a value in the year so far.

    Parameters: `data` as known at the review's date; `period`; codes of `areas`; `band_set` of the package's
    settings; `tag`: only indicators that carry it. Returns the columns of indicators, the plan in force (PLAN,
    `revised`, `document`), and those of `actuals`, `scoring.score` and `pacing.pace`, with `last_year_end`,
    `broken`, `far_over` and `must_hold` (bool).
    """
    rows = _rows(data, period, areas, tag)
    frame = pd.concat([rows, actuals(rows, data.current, period)], axis=1)
    ended = actuals(rows, data.current, period.last_year_end)
    frame["last_year_end"] = ended["value"]
    frame["broken"] = broken(data, frame, period.last_year_end, period)
    given = frame.assign(numerator=frame["numerator"] * scale_of(frame["measure"]))
    frame = frame.join(scoring.score(given, data.settings.bands(band_set)).rename(columns={"reason": "score_reason"}))
    frame = frame.join(pacing.pace(given, period.quarter, data.settings.pace))
    frame["reason"] = frame.pop("score_reason").astype("object")
    edge = data.settings.far_over
    frame["far_over"] = (edge is not None) & (frame["percent"] >= (edge or 0)) & (frame["operator"] != "between")
    falls = frame["kind"].isin(["stock", "rate", "rank"]) | (frame["operator"] == "at_most")
    frame["must_hold"] = (frame["verdict"] == "met") & falls & (period.quarter < 4)
    return frame


def _rows(data: Dataset, period: Period, areas: list[str], tag: str | None) -> pd.DataFrame:
    """Indicator x area, with the indicator's columns and the plan in force."""
    key = ["indicator", "area"]
    indicators = data["indicators"]
    if tag:
        indicators = indicators[tagged(indicators, tag)]
    plan = data.targets(period.year).rename(columns={"value": "target"})
    seen = data["observations"]
    seen = seen[seen["period"].isin(period.to_date)]
    pairs = pd.concat([plan[key], seen[key]]).drop_duplicates()
    pairs = pairs[pairs["area"].isin(areas)]
    indicators = indicators.rename(columns={"source": "definition_source"})
    rows = indicators.assign(order=range(len(indicators))).merge(pairs, on="indicator")
    for name in ("owner", "co_owner"):
        rows[name] = answerable(rows[name], data["owners"], period)
    rows = rows.merge(plan[[*key, *PLAN, "revised", "document", "decided_on"]], on=key, how="left")
    rows["revised"] = rows["revised"].fillna(False).astype(bool)
    rows["document"] = rows["document"].fillna("")
    return rows.sort_values(["order", "area"], ignore_index=True).drop(columns="order")


def answerable(ids: pd.Series, owners: pd.DataFrame, period: Period) -> pd.Series:
    """Owners (one, or several separated by ;) with those that had ended by the period replaced by their successors."""
    ended = owners[(owners["successor"] != "") & (owners["valid_to"] < pd.Timestamp(period.last_day))]
    after = dict(zip(ended["owner"], ended["successor"]))
    if not after:
        return ids

    def last(owner: str) -> str:
        met = set()
        while owner in after and owner not in met:
            met.add(owner)
            owner = after[owner]
        return owner

    return ids.map(lambda cell: ";".join(dict.fromkeys(last(owner) for owner in cell.split(";"))))


def tagged(frame: pd.DataFrame, tag: str) -> pd.Series:
    """Which rows carry a tag."""
    return frame["tags"].map(lambda tags: tag in tags.split(";")).astype(bool)


def broken(data: Dataset, rows: pd.DataFrame, after: Period, upto: Period) -> pd.Series:
    """Whether each series has a break after one period, up to another."""
    breaks = data.current
    breaks = breaks[(breaks["status"] == "B") & (breaks["period"] > str(after)) & (breaks["period"] <= str(upto))]
    key = ["indicator", "area"]
    return pd.Series(
        pd.MultiIndex.from_frame(rows[key]).isin(pd.MultiIndex.from_frame(breaks[key])), index=rows.index, dtype=bool
    )
