"""The actual at a period: from reported quarters to the year to date, as each indicator's kind demands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib.numbers import tidy
from dxlib.period import Period

_DUE = {"quarter": (1, 2, 3, 4), "half_year": (2, 4), "year": (4,)}
# Why a row without a usable value has none, by its status; other statuses: value_missing.
_WHY = {"M": "no_cases", "L": "not_published_yet", "V": "under_check"}


def actuals(rows: pd.DataFrame, current: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The year-to-date value of each indicator and area at a period, or the reason why there is none.

    Parameters
    ----------
    rows
        One row per `indicator` and `area`, with `kind`, `measure`, `frequency`, `valid_from`.
    current
        Observations in force (Dataset.current).
    period
        The quarter that closes the year to date.

    Returns
    -------
    A frame with the index of `rows`: `value` (the indicator's unit), `added` (what the quarter alone brought; missing for a rate),
    `numerator` and `denominator` (cases) where the value is exactly their quotient times `scale_of` its measure, `stated_band`, `status`, `qualifier`,
    `value_before` (what the value was before a revision), `reported_on`, `source`, `source_cell`, `reason`.

    stock, milestone, rank, qualitative and year_to_date stand as reported; period_count is summed over the year's
    quarters; rate is 100 times the sum of numerators over the sum of denominators (without the 100 where the measure
    is not percent).
    """
    key = ["indicator", "area"]
    year = current[current["period"].isin(period.to_date)]
    now = year[year["period"] == str(period)]
    out = rows[key].merge(now, on=key, how="left").set_index(rows.index)
    text = ["stated_band", "status", "qualifier", "source", "source_cell"]
    out[text] = out[text].fillna("").astype(object)
    kind = rows["kind"]
    usable = year[~year["status"].isin(["O", "L", "V"])]
    sums = _sums(rows, usable, key)

    # Every quarter due so far must be there for a sum; a quarter without cases counts as reported.
    quarters = usable.assign(quarter=usable["period"].str[-1].astype(int))
    counted = quarters["value"].notna() | quarters["denominator"].notna() | (quarters["status"] == "M")
    with_parts = quarters["denominator"].notna() | (quarters["status"] == "M")
    whole, whole_parts = (_all_due(rows, quarters[mask], period, key) for mask in (counted, with_parts))

    scale = scale_of(rows["measure"])
    single = _reported(out, scale)
    rate = (kind == "rate") & whole_parts & sums["denominator"].notna()
    count = kind == "period_count"
    none_now = (out["status"] == "M") & ~(count & (sums["value"].notna() | ~whole))  # else the quarters before count
    no_cases = (rate & (sums["denominator"] == 0)) | (out["denominator"] == 0) & (kind != "rate") | none_now & ~rate
    value = single.copy()
    value = value.where(~count, sums["value"].where(whole & (single.notna() | (out["status"] == "M"))))
    value = value.where(~rate, scale * sums["numerator"] / sums["denominator"].replace(0, np.nan))
    alone = (kind == "rate") & ~rate & (period.quarter > 1)
    value = value.where(~alone).where(~no_cases)

    reported = out["status"] != ""
    due = rows["frequency"].map(lambda name: period.quarter in _DUE[name]).astype(bool)
    blank = out["status"].map(_WHY).fillna("value_missing")
    missing = value.isna() & (out["stated_band"] == "")
    silent = single.isna() & ~rate & ~(count & (out["status"] == "M"))
    why = np.select(
        [~missing, ~reported & ~due, ~reported, no_cases, silent, count | ~whole, alone],
        ["", "not_due", "not_reported", "no_cases", blank, "earlier_missing", "no_numerator"],
        default="value_missing",
    )
    derived = value.notna() & (rate | (out["denominator"] > 0) & ~count)
    over = sums["numerator"].where(rate, out["numerator"])
    under = sums["denominator"].where(rate, out["denominator"])
    return pd.DataFrame(
        {
            "value": value,
            "added": _added(rows, current, period, value, scale),
            "numerator": pd.Series(over, rows.index).where(derived),
            "denominator": under.where(derived),
            "stated_band": out["stated_band"],
            "status": out["status"],
            "qualifier": out["qualifier"],
            "value_before": out["value_before"],
            "reported_on": out["reported_on"],
            "source": out["source"],
            "source_cell": out["source_cell"],
            "reason": why,
        },
        index=rows.index,
    )


def scale_of(measure: pd.Series) -> pd.Series:
    """What a quotient of cases is multiplied with to give a value in its measure: 100 for percent, else 1."""
    return (measure == "percent").map({True: 100.0, False: 1.0})


def _sums(rows: pd.DataFrame, usable: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """The year's sums of value, numerator and denominator, on the index of `rows`."""
    names = ["value", "numerator", "denominator"]
    sizes = usable.assign(**{f"{name}_size": usable[name].abs() for name in names})
    sums = sizes.groupby(key, sort=False)[[*names, *(f"{name}_size" for name in names)]].sum(min_count=1)
    sums = rows[key].merge(sums.reset_index(), on=key, how="left").set_index(rows.index)
    return pd.DataFrame({name: tidy(sums[name], sums[f"{name}_size"]) for name in names}, index=rows.index)


def _all_due(rows: pd.DataFrame, quarters: pd.DataFrame, period: Period, key: list[str]) -> pd.Series:
    """Whether every quarter due so far, from the indicator's first day on, is among `quarters`."""
    have = pd.MultiIndex.from_frame(quarters[[*key, "quarter"]])
    whole = pd.Series(True, rows.index)
    for n in range(1, period.quarter + 1):
        last_day = pd.Timestamp(Period(period.year, n).last_day)
        due = rows["frequency"].map(lambda name: n in _DUE[name]).astype(bool) & ~(rows["valid_from"] > last_day)
        whole &= ~due | pd.MultiIndex.from_frame(rows[key].assign(quarter=n)).isin(have)
    return whole


def _reported(found: pd.DataFrame, scale: np.ndarray) -> pd.Series:
    """What a quarter's rows say by themselves: the quotient of their parts, else their value; nothing while in doubt."""
    quotient = scale * found["numerator"] / found["denominator"].replace(0, np.nan)
    return found["value"].where(found["denominator"].isna(), quotient).where(~found["status"].isin(["O", "L", "V"]))


def _added(rows: pd.DataFrame, current: pd.DataFrame, period: Period, value: pd.Series, scale: np.ndarray) -> pd.Series:
    """What the quarter alone brought: a count of the period as reported, the step of a running or a standing value."""
    key = ["indicator", "area"]
    at = lambda when: rows[key].merge(current[current["period"] == str(when)], on=key, how="left").set_index(rows.index)  # noqa: E731
    now = at(period)
    alone, earlier = _reported(now, scale), _reported(at(period.previous), scale)
    step = pd.Series(tidy(value - earlier, value, earlier), rows.index).where(now["status"] != "B")
    if period.quarter == 1:
        step = step.where(rows["kind"] != "year_to_date", value)
    step = step.where(rows["kind"].isin(["stock", "year_to_date"]))
    return step.where(rows["kind"] != "period_count", alone)
