"""Areas: roll-ups by kind, parts against their whole, shared ranks, and series carried across mergers.

Frames in, frames out. Ranks, ladders and words are never added up; a share is added up from its cases only; what was
divided between several areas is never apportioned, since there are no weights.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib.actuals import scale_of
from dxlib.frames import each
from dxlib.numbers import tidy
from dxlib.period import Period

_NEVER = ("milestone", "rank", "qualitative")
_PARTS = ["numerator", "denominator"]


def rollup(parts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Wholes from their parts, as each kind demands.

    Parameters: `parts`, one row per indicator and area: `kind`, `measure`, `value`, `numerator`, `denominator`, and the
    columns `by` that name the whole (such as indicator, parent, period). Returns one row per whole, indexed by `by`:
    `value` (of the parts that have one), `numerator`, `denominator`, `parts`, `missing` (parts without a figure),
    `reason` (never_summed, no_numerator, not_reported; "" where there is a value).

    A share (rate, or measure percent) is 100 times the sum of numerators over the sum of denominators; any other stock,
    year_to_date or period_count is the sum of values.
    """
    share = (parts["kind"] == "rate") | (parts["measure"] == "percent")
    counted = parts["value"].where(~share & ~parts["kind"].isin(_NEVER))
    cases = parts[_PARTS].where(share & parts["denominator"].notna())
    frame = pd.DataFrame(
        {
            **{name: parts[name] for name in by},
            "value": counted,
            "value_size": counted.abs(),
            "numerator": cases["numerator"],
            "numerator_size": cases["numerator"].abs(),
            "denominator": cases["denominator"],
            "scale": scale_of(parts["measure"]),
            "share": share,
            "never": parts["kind"].isin(_NEVER),
            "there": parts["value"].notna(),
            "usable": counted.notna() | cases["denominator"].notna(),
        }
    )
    groups = frame.groupby(by, sort=False, observed=True)
    sums = groups[["value", "value_size", "numerator", "numerator_size", "denominator"]].sum(min_count=1)
    about = groups[["scale", "share", "never"]].first()
    counts = groups[["there", "usable"]].sum()
    size = groups.size()
    numerator = pd.Series(tidy(sums["numerator"], sums["numerator_size"]), sums.index)
    denominator = pd.Series(tidy(sums["denominator"]), sums.index)
    ratio = about["scale"] * numerator / denominator.where(denominator > 0)
    value = pd.Series(tidy(sums["value"], sums["value_size"]), sums.index).where(~about["share"].astype(bool), ratio)
    whole_cases = counts["usable"] == counts["there"]  # a share without its cases spoils the sum
    value = value.where(~about["share"].astype(bool) | whole_cases)
    reason = np.select(
        [
            about["never"].astype(bool),
            counts["there"] == 0,
            about["share"].astype(bool) & ~whole_cases,
            denominator == 0,
        ],
        ["never_summed", "not_reported", "no_numerator", "no_cases"],
        default="",
    )
    return pd.DataFrame(
        {
            "value": value.where(reason == ""),
            "numerator": numerator,
            "denominator": denominator,
            "parts": size,
            "missing": size - counts["there"].astype(int),
            "reason": reason,
        }
    )


def against_whole(rolled: pd.DataFrame, whole: pd.DataFrame, decimals: pd.Series) -> pd.DataFrame:
    """The sum of parts beside the figure that the whole itself reports.

    Parameters: `rolled` (of `rollup`) and `whole` (`value`) on the same index, `decimals` shown of each. Returns
    `parts_value`, `whole_value`, `difference` (whole less parts), `missing`, `state` (agrees; rounding: they differ by
    less than half a unit of the last decimal; differs; incomplete: a part is missing; not_comparable) and `reason`.
    """
    value = whole["value"].reindex(rolled.index)
    difference = pd.Series(tidy(value - rolled["value"], value, rolled["value"]), rolled.index)
    half = 0.5 * 10.0 ** -decimals.reindex(rolled.index)
    state = np.select(
        [rolled["value"].isna() | value.isna(), rolled["missing"] > 0, difference == 0, difference.abs() <= half],
        ["not_comparable", "incomplete", "agrees", "rounding"],
        default="differs",
    )
    reason = rolled["reason"].where(
        rolled["reason"] != "", pd.Series(np.where(value.isna(), "not_reported", ""), rolled.index)
    )
    return pd.DataFrame(
        {
            "parts_value": rolled["value"],
            "whole_value": value,
            "difference": difference,
            "missing": rolled["missing"],
            "state": state,
            "reason": reason.where(state == "not_comparable", ""),
        }
    )


def ranked(values: pd.Series, direction: pd.Series, groups: pd.Series) -> pd.Series:
    """Places within each group, best first; equal values share a place and the next is skipped (15, 15, 17).

    >>> ranked(pd.Series([9.0, 9, 8]), pd.Series(["higher"] * 3), pd.Series(["x"] * 3)).tolist()
    [1.0, 1.0, 3.0]
    """
    signed = values.where(direction != "lower", -values)
    return signed.groupby(groups, sort=False).rank(method="min", ascending=False)


def carry(current: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, changes: pd.DataFrame, period: Period):
    """Observations by the areas that are valid at a period, series carried across mergers.

    A code stands for an area only on the days of its validity: an observation under a code that then meant another area
    does not count for the one that has the code now. Where every area that went into a new one went in whole, their
    figures are rolled up for the periods before; where one was divided, the new area has no earlier figures.

    Parameters: `current` (Dataset.current), `indicators`, `areas`, `changes` (area_changes), `period`. Returns the
    observations (columns of `current`), and the codes whose earlier periods cannot be compared (`area_changed`).
    """
    day = pd.Timestamp(period.last_day)
    valid_from, valid_to = areas["valid_from"].fillna(pd.Timestamp.min), areas["valid_to"].fillna(pd.Timestamp.max)
    units = areas.assign(valid_from=valid_from, valid_to=valid_to, unit=np.arange(len(areas)))
    now = units[(units["valid_from"] <= day) & (units["valid_to"] >= day)]
    ends = {name: pd.Timestamp(Period.parse(name).last_day) for name in current["period"].unique()}
    seen = current.assign(day=current["period"].map(ends), row=np.arange(len(current)))
    placed = seen.merge(units[["area", "valid_from", "valid_to", "unit"]], on="area")
    placed = placed[(placed["day"] >= placed["valid_from"]) & (placed["day"] <= placed["valid_to"])]
    into, divided = _successors(units, changes, day)
    placed["now"] = placed["unit"].map(into)
    standing = placed["unit"].isin(now["unit"])

    moved = placed[~standing & placed["now"].notna()]
    broken = set(now.loc[now["unit"].isin(divided), "area"])
    kept = placed[standing]
    if len(moved):
        about = indicators.set_index("indicator")
        parts = moved.assign(
            value=moved["reported"],
            kind=moved["indicator"].map(about["kind"]),
            measure=moved["indicator"].map(about["measure"]),
        )
        rolled = rollup(parts, ["indicator", "now", "period"]).reset_index()
        went = units[units["unit"].isin(into)].assign(now=lambda rows: rows["unit"].map(into))
        went = went.merge(pd.DataFrame({"period": list(ends), "day": list(ends.values())}), how="cross")
        went = went[(went["day"] >= went["valid_from"]) & (went["day"] <= went["valid_to"])]
        due = pd.MultiIndex.from_frame(rolled[["now", "period"]]).map(went.groupby(["now", "period"]).size())
        whole = (rolled["parts"] == due) & (rolled["missing"] == 0) & (rolled["reason"] == "")
        rolled = rolled[whole & ~rolled["now"].isin(divided)]
        last = moved.drop_duplicates(["indicator", "now", "period"], keep="last")
        made = rolled.merge(last.drop(columns=["value", *_PARTS]), on=["indicator", "now", "period"])
        made["area"] = made["now"].map(units.set_index("unit")["area"])
        shared = made["denominator"].notna()
        made["value"] = made["value"].mask(shared)
        made["reported"] = rolled["value"].to_numpy()
        made["value_before"] = np.nan
        kept = pd.concat([kept, made[kept.columns]], ignore_index=True)
    return kept[current.columns].reset_index(drop=True), sorted(broken)


def _successors(units: pd.DataFrame, changes: pd.DataFrame, day: pd.Timestamp) -> tuple[dict, set]:
    """Which unit valid on a day each earlier unit went into, whole; and the units that took in part of a divided one."""
    starts = {(row.area, row.valid_from): row.unit for row in each(units)}
    ends = {(row.area, row.valid_to): row.unit for row in each(units)}
    step, divided = {}, set()
    for row in each(changes[changes["changed_on"] <= day].sort_values("changed_on")):
        old = ends.get((row.area_from, row.changed_on - pd.Timedelta(days=1)))
        new = starts.get((row.area_to, row.changed_on))
        if old is None or new is None:
            continue
        if row.share == "whole":
            step[old] = new
        else:
            divided.add(new)
    into = {}
    for old in step:
        new = step[old]
        while new in step:
            new = step[new]
        into[old] = new
    for new in list(divided):  # what came of a divided unit later is no more whole than it
        while new in step:
            new = step[new]
            divided.add(new)
    return into, divided
