"""The actual at a period: from reported quarters to the year to date, as each indicator's kind demands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dxlib.numbers import tidy
from dxlib.period import Period

_KEY = ["indicator", "area"]
_TEXT = ["stated_band", "status", "qualifier", "source", "source_cell"]
_SUMMED = ["value", "numerator", "denominator"]
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
    now = _at(rows, current, period)
    year = _year(rows, current, period)
    status, kind = now["status"].to_numpy(object), rows["kind"].to_numpy(object)
    scale = scale_of(rows["measure"])
    single = _reported(now, scale)
    under_now = now["denominator"].to_numpy()

    # Every quarter due so far must be there for a sum; a quarter without cases counts as reported.
    due = _due(rows, period)
    whole, whole_parts = ((due & ~year[have]) == 0 for have in ("have", "have_parts"))
    over, under, total = year["numerator"], year["denominator"], year["value"]
    rate = (kind == "rate") & whole_parts & ~np.isnan(under)
    count = kind == "period_count"
    no_case = status == "M"
    none_now = no_case & ~(count & (~np.isnan(total) | ~whole))  # else the quarters before count
    no_cases = (rate & (under == 0)) | (under_now == 0) & (kind != "rate") | none_now & ~rate
    with np.errstate(all="ignore"):
        shares = scale * over / np.where(under == 0, np.nan, under)
    value = np.where(count, np.where(whole & (~np.isnan(single) | no_case), total, np.nan), single)
    alone = (kind == "rate") & ~rate & (period.quarter > 1)
    value = np.where(alone | no_cases, np.nan, np.where(rate, shares, value))

    reported = status != ""
    due_now = (due & _bit(period.quarter)) > 0
    blank = now["status"].map(_WHY).fillna("value_missing")
    missing = np.isnan(value) & (now["stated_band"] == "").to_numpy()
    silent = np.isnan(single) & ~rate & ~(count & no_case)
    why = np.select(
        [~missing, ~reported & ~due_now, ~reported, no_cases, silent, count | ~whole, alone],
        ["", "not_due", "not_reported", "no_cases", blank, "earlier_missing", "no_numerator"],
        default="value_missing",
    )
    derived = ~np.isnan(value) & (rate | (under_now > 0) & ~count)
    return pd.DataFrame(
        {
            "value": value,
            "added": _added(rows, current, period, value, now, scale),
            "numerator": np.where(derived, np.where(rate, over, now["numerator"]), np.nan),
            "denominator": np.where(derived, np.where(rate, under, under_now), np.nan),
            **{
                name: now[name]
                for name in (
                    "stated_band",
                    "status",
                    "qualifier",
                    "value_before",
                    "reported_on",
                    "source",
                    "source_cell",
                )
            },
            "reason": why,
        },
        index=rows.index,
    )


def scale_of(measure: pd.Series) -> np.ndarray:
    """What a quotient of cases is multiplied with to give a value in its measure: 100 for percent, else 1."""
    return np.where((measure == "percent").to_numpy(), 100.0, 1.0)


def _at(rows: pd.DataFrame, current: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The observation of a quarter for each of the rows, on their index; texts are "" where there is none."""
    found = current[current["period"] == str(period)]
    found = rows[_KEY].merge(found, on=_KEY, how="left").set_index(rows.index)
    return found.assign(**{name: found[name].fillna("").astype(object) for name in _TEXT})


def _year(rows: pd.DataFrame, current: pd.DataFrame, period: Period) -> dict[str, np.ndarray]:
    """Of the quarters so far: sums of value, numerator and denominator, and which quarters are there, as bits.

    `have`: quarters that say anything; `have_parts`: those that give numerator and denominator.
    """
    year = current[current["period"].isin(period.to_date) & ~current["status"].isin(["O", "L", "V"])]
    bit = _bit(year["period"].str[-1].astype(int).to_numpy())
    silent, parts = (year["status"] == "M").to_numpy(), year["denominator"].notna().to_numpy()
    said = year["value"].notna().to_numpy() | parts | silent
    sums = year[[*_KEY, *_SUMMED]].assign(
        **{f"{name}_size": year[name].abs() for name in _SUMMED},
        have=np.where(said, bit, 0),
        have_parts=np.where(parts | silent, bit, 0),
    )
    sums = sums.groupby(_KEY, sort=False, observed=True).sum(min_count=1).reset_index()
    sums = rows[_KEY].merge(sums, on=_KEY, how="left")
    found = {name: tidy(sums[name], sums[f"{name}_size"]) for name in _SUMMED}
    return found | {name: sums[name].fillna(0).to_numpy("int64") for name in ("have", "have_parts")}


def _due(rows: pd.DataFrame, period: Period) -> np.ndarray:
    """Which quarters are due so far, as bits: by frequency, from the indicator's first day on."""
    due = np.zeros(len(rows), dtype="int64")
    often, first = rows["frequency"].to_numpy(object), rows["valid_from"].to_numpy("datetime64[ns]")
    for n in range(1, period.quarter + 1):
        named = [frequency for frequency, quarters in _DUE.items() if n in quarters]
        begun = ~(first > np.datetime64(Period(period.year, n).last_day))
        due |= np.where(np.isin(often, named) & begun, _bit(n), 0)
    return due


def is_due(rows: pd.DataFrame, period: Period) -> np.ndarray:
    """Whether each row (`frequency`, `valid_from`) is assessed at a period."""
    return (_due(rows, period) & _bit(period.quarter)) > 0


def _bit(quarter):
    return 1 << (quarter - 1)


def _reported(found: pd.DataFrame, scale: np.ndarray) -> np.ndarray:
    """What a quarter's rows say by themselves: the quotient of their parts, else their value; nothing while in doubt."""
    value, over, under = (found[name].to_numpy("float64") for name in _SUMMED)
    with np.errstate(all="ignore"):
        said = np.where(np.isnan(under), value, scale * over / np.where(under == 0, np.nan, under))
    return np.where(found["status"].isin(["O", "L", "V"]), np.nan, said)


def _added(rows, current: pd.DataFrame, period: Period, value: np.ndarray, now: pd.DataFrame, scale) -> np.ndarray:
    """What the quarter alone brought: a count of the period as reported, the step of a running or a standing value."""
    kind = rows["kind"].to_numpy(object)
    earlier = _reported(_at(rows, current, period.previous), scale)
    step = np.where(now["status"] == "B", np.nan, tidy(value - earlier, value, earlier))
    if period.quarter == 1:
        step = np.where(kind == "year_to_date", value, step)
    step = np.where(np.isin(kind, ["stock", "year_to_date"]), step, np.nan)
    return np.where(kind == "period_count", _reported(now, scale), step)
