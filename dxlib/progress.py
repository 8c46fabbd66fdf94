"""Every target of an area at a period: its actual, score, pace, flags. Frames in, one frame out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
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
    return progress_of_each(data, [period], areas, band_set, tag)[period]


def progress_of_each(
    data: Dataset, periods: Sequence[Period], areas: list[str], band_set: str = "", tag: str | None = None
) -> dict[Period, pd.DataFrame]:
    """`progress` of each period, all scored in one pass: a second period costs little more than the first."""
    rows = _rows(data, periods, areas, tag)
    at = rows.pop("at").to_numpy()
    now, ended = ([part[n] for n in at] for part in (periods, [period.last_year_end for period in periods]))
    frame = pd.concat([rows, actuals(rows, data.current, now)], axis=1)
    frame["last_year_end"] = actuals(rows, data.current, ended)["value"]
    frame["broken"] = broken(data, frame, ended, now)
    given = frame.assign(numerator=frame["numerator"] * scale_of(frame["measure"]))
    quarter = np.array([period.quarter for period in periods])[at]
    scored = scoring.score(given, data.settings.bands(band_set)).rename(columns={"reason": "score_reason"})
    frame = pd.concat([frame, scored, pacing.pace(given, quarter, data.settings.pace)], axis=1)
    frame["reason"] = frame.pop("score_reason").astype("object")
    edge = data.settings.far_over
    frame["far_over"] = (edge is not None) & (frame["percent"] >= (edge or 0)) & (frame["operator"] != "between")
    falls = frame["kind"].isin(["stock", "rate", "rank"]) | (frame["operator"] == "at_most")
    frame["must_hold"] = (frame["verdict"] == "met") & falls & (quarter < 4)
    ends = np.searchsorted(at, range(len(periods) + 1))  # rows stand by period
    parts = [frame.iloc[start:end].reset_index(drop=True) for start, end in zip(ends, ends[1:])]
    return dict(zip(periods, parts))


def _rows(data: Dataset, periods: Sequence[Period], areas: list[str], tag: str | None) -> pd.DataFrame:
    """Indicator x area x period (`at`: its place among the periods), with the indicator's columns and the plan in force."""
    key = ["indicator", "area"]
    indicators = data["indicators"]
    if tag:
        indicators = indicators[tagged(indicators, tag)]
    years = pd.DataFrame({"at": range(len(periods)), "year": [float(period.year) for period in periods]})
    plan = pd.concat([data.targets(int(year)) for year in years["year"].unique()]).rename(columns={"value": "target"})
    seen = data["observations"]
    quarters = [(name, n) for n, period in enumerate(periods) for name in period.to_date]
    seen = seen.loc[seen["area"].isin(areas), [*key, "period"]]
    seen = seen.merge(pd.DataFrame(quarters, columns=["period", "at"]), on="period")
    planned = plan.loc[plan["area"].isin(areas), [*key, "year"]].merge(years, on="year")
    pairs = pd.concat([planned[[*key, "at"]], seen[[*key, "at"]]]).drop_duplicates().merge(years, on="at")
    indicators = indicators.rename(columns={"source": "definition_source"})
    rows = indicators.assign(order=range(len(indicators))).merge(pairs, on="indicator")
    rows = rows.merge(plan[[*key, "year", *PLAN, "revised", "document", "decided_on"]], on=[*key, "year"], how="left")
    rows["revised"] = rows["revised"].fillna(False).astype(bool)
    rows["document"] = rows["document"].fillna("")
    rows = rows.sort_values(["at", "order", "area"], ignore_index=True).drop(columns=["order", "year"])
    owners = data["owners"]
    if (owners["successor"] != "").any() and len(rows):
        for name in ("owner", "co_owner"):
            parts = [answerable(ids, owners, periods[n]) for n, ids in rows.groupby("at")[name]]
            rows[name] = pd.concat(parts)
    return rows


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


def broken(data: Dataset, rows: pd.DataFrame, after, upto) -> pd.Series:
    """Whether each series has a break after one period, up to another (a Period, or one for each row)."""
    key = ["indicator", "area"]
    breaks = data.current
    breaks = breaks.loc[breaks["status"] == "B", [*key, "period"]].rename(columns={"period": "break"})
    if breaks.empty:
        return pd.Series(False, rows.index)
    after, upto = (str(end) if isinstance(end, Period) else [str(one) for one in end] for end in (after, upto))
    found = rows[key].assign(after=after, upto=upto, row=range(len(rows))).merge(breaks, on=key)
    found = found[(found["break"] > found["after"]) & (found["break"] <= found["upto"])]
    return pd.Series(np.isin(np.arange(len(rows)), found["row"]), rows.index, dtype=bool)
