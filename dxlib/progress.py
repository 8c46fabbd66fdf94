"""Every target of an area at a period: its actual, score, pace, flags. Frames in, one frame out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from dxlib import pacing, scoring
from dxlib.actuals import actuals, placed, scale_of
from dxlib.dataset import Dataset
from dxlib.period import Period

Scope = tuple[Period, tuple[str, ...]]  # a period, and the areas of which it is asked
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
    (frame,) = progress_of_each(data, [(period, tuple(areas))], band_set, tag).values()
    return frame


def progress_of_each(
    data: Dataset, scopes: Sequence[Scope], band_set: str = "", tag: str | None = None
) -> dict[Scope, pd.DataFrame]:
    """`progress` of each scope, all scored in one pass: a second one costs little more than the first."""
    periods = [period for period, _ in scopes]
    at, rows = _rows(data, scopes, tag)
    now, ended = ([part[n] for n in at] for part in (periods, [period.last_year_end for period in periods]))
    both = actuals(rows.take(np.tile(np.arange(len(rows)), 2)), data.current, [*now, *ended])
    told, end = both.iloc[: len(rows)], both["value"].to_numpy()[len(rows) :]
    rows = pd.concat([rows, told.assign(last_year_end=end, broken=broken(data, rows, ended, now))], axis=1)
    given = rows.assign(numerator=rows["numerator"] * scale_of(rows["measure"]))
    quarter = np.array([period.quarter for period in periods])[at]
    scored = scoring.score(given, data.settings.bands(band_set))
    scored["reason"] = scored["reason"].astype("object")
    frame = pd.concat([rows.drop(columns="reason"), scored, pacing.pace(given, quarter, data.settings.pace)], axis=1)
    kind, operator, edge = frame["kind"].to_numpy(object), frame["operator"].to_numpy(object), data.settings.far_over
    far_over = (edge is not None) & (frame["percent"] >= (edge or 0)) & (operator != "between")
    falls = np.isin(kind, ["stock", "rate", "rank"]) | (operator == "at_most")
    frame = frame.assign(far_over=far_over, must_hold=(frame["verdict"] == "met") & falls & (quarter < 4))
    ends = np.searchsorted(at, range(len(scopes) + 1))  # rows stand by scope
    frame.index = np.arange(len(frame)) - ends[at]  # from 0 in each
    return {scope: frame.iloc[start:end] for scope, start, end in zip(scopes, ends, ends[1:])}


def bands(data: Dataset, period: Period, area: str, band_set: str = "", tag: str | None = None) -> pd.Series:
    """The band of each indicator of an area, as `progress` gives it, without the rest."""
    _, rows = _rows(data, [(period, (area,))], tag)
    told = actuals(rows, data.current, period)
    given = rows.join(told.assign(numerator=told["numerator"] * scale_of(rows["measure"])))
    return scoring.score(given, data.settings.bands(band_set))["band"].astype("object").set_axis(rows["indicator"])


def _rows(data: Dataset, scopes: Sequence[Scope], tag: str | None) -> tuple[np.ndarray, pd.DataFrame]:
    """Scope (its place among the scopes) x indicator x area, with the indicator's columns and the plan in force."""
    indicators = data["indicators"].rename(columns={"source": "definition_source"})
    if tag:
        indicators = indicators[tagged(indicators, tag)]
    labels = pd.Index(indicators["indicator"]), pd.Index(sorted({area for _, areas in scopes for area in areas}))
    plan = pd.concat([data.targets(year) for year in sorted({period.year for period, _ in scopes})], ignore_index=True)
    planned, *planned_at = placed(plan, labels)
    seen, *seen_at = placed(data["observations"], labels)
    year, quarter = plan["year"].to_numpy()[planned], data["observations"]["period"].iloc[seen]
    # Of every scope, indicator and area: the row of its plan (-1: none), and whether anything is planned or reported.
    row = np.full((len(scopes), *map(len, labels)), -1)
    there = np.zeros(row.shape, dtype=bool)
    for n, (period, _) in enumerate(scopes):
        due, told = year == period.year, quarter.isin(period.to_date).to_numpy()
        row[n, *(part[due] for part in planned_at)] = planned[due]
        there[n, *(part[told] for part in seen_at)] = True
    there = (there | (row >= 0)) & np.array([labels[1].isin(areas) for _, areas in scopes])[:, np.newaxis]
    at, indicator, area = np.nonzero(there)
    rows = indicators.take(indicator).reset_index(drop=True)
    plan = plan.rename(columns={"value": "target"})[[*PLAN, "revised", "document", "decided_on"]]
    plan = plan.reindex(row[there]).set_axis(rows.index)
    plan = plan.assign(revised=plan["revised"].eq(True), document=plan["document"].fillna(""))
    rows = pd.concat([rows.assign(area=labels[1][area]), plan], axis=1)
    owners = data["owners"]
    if (owners["successor"] != "").any():
        for name in ("owner", "co_owner"):
            then = [answerable(indicators[name], owners, period).to_numpy(object) for period, _ in scopes]
            rows[name] = np.array(then)[at, indicator]
    return at, rows


def answerable(ids: pd.Series, owners: pd.DataFrame, period: Period) -> pd.Series:
    """Owners (one, or several separated by ;) with those that had ended by the period replaced by their successors."""
    columns = (owners[name].tolist() for name in ("owner", "successor", "valid_to"))
    day = pd.Timestamp(period.last_day)
    after = {owner: successor for owner, successor, end in zip(*columns) if successor and end < day}
    if not after:
        return ids

    def last(owner: str) -> str:
        met = set()
        while owner in after and owner not in met:
            met.add(owner)
            owner = after[owner]
        return owner

    return ids.map(lambda cell: ";".join(dict.fromkeys(last(owner) for owner in cell.split(";"))))


def tally(groups: pd.Series, cells: pd.Series, names: Iterable[str]) -> pd.DataFrame:
    """How many cells of each group are each of the names: a row a group, a column a name."""
    cells = cells.to_numpy(object)
    return pd.DataFrame({name: cells == name for name in names}, index=groups.index).groupby(groups).sum()


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
