"""The actual at a period: from reported quarters to the year to date, as each indicator's kind demands.

Where the observations of each row's quarters stand is looked up once; the rest is arithmetic on whole columns, so that
rows of several periods cost little more than those of one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dxlib.numbers import tidy
from dxlib.period import Period

_KEY = ["indicator", "area"]
_SUMMED = ("value", "numerator", "denominator")
_TEXT = ("stated_band", "status", "qualifier", "source", "source_cell")
_KEPT = ("stated_band", "status", "qualifier", "value_before", "reported_on", "source", "source_cell")
_DUE = {"quarter": (1, 2, 3, 4), "half_year": (2, 4), "year": (4,)}
# Why a row without a usable value has none, by its status; other statuses: value_missing.
_WHY = {"M": "no_cases", "L": "not_published_yet", "V": "under_check"}
_IN_DOUBT = ("O", "L", "V")


def actuals(rows: pd.DataFrame, current: pd.DataFrame, period: Period | Sequence[Period]) -> pd.DataFrame:
    """The year-to-date value of each indicator and area at a period, or the reason why there is none.

    Parameters
    ----------
    rows
        One row per `indicator` and `area` (and period), with `kind`, `measure`, `frequency`, `valid_from`.
    current
        Observations in force (Dataset.current).
    period
        The quarter that closes the year to date, or one for each row.

    Returns
    -------
    A frame with the index of `rows`: `value` (the indicator's unit), `added` (what the quarter alone brought; missing for a rate),
    `numerator` and `denominator` (cases) where the value is exactly their quotient times `scale_of` its measure, `stated_band`, `status`, `qualifier`,
    `value_before` (what the value was before a revision), `reported_on`, `source`, `source_cell`, `reason`.

    stock, milestone, rank, qualitative and year_to_date stand as reported; period_count is summed over the year's
    quarters; rate is 100 times the sum of numerators over the sum of denominators (without the 100 where the measure
    is not percent).
    """
    seen = _Seen(rows, current, period)
    now, quarter = seen.now, seen.quarter
    status, kind = now["status"], rows["kind"].to_numpy(object)
    scale = scale_of(rows["measure"])
    single = _reported(now, scale)
    under_now = now["denominator"]

    # Every quarter due so far must be there for a sum; a quarter without cases counts as reported.
    due, year = _due(rows, seen.year, seen.quarter), seen.to_date()
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
    alone = (kind == "rate") & ~rate & (quarter > 1)
    value = np.where(alone | no_cases, np.nan, np.where(rate, shares, value))

    reported = status != ""
    due_now = (due & _bit(quarter)) > 0
    blank = np.select([status == code for code in _WHY], list(_WHY.values()), default="value_missing")
    missing = np.isnan(value) & (now["stated_band"] == "")
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
            "added": _added(kind, seen, value, single, scale),
            "numerator": np.where(derived, np.where(rate, over, now["numerator"]), np.nan),
            "denominator": np.where(derived, np.where(rate, under, under_now), np.nan),
            **{name: pd.Series(now[name], rows.index, dtype=now[name].dtype) for name in _KEPT},
            "reason": why,
        },
        index=rows.index,
    )


def scale_of(measure: pd.Series) -> np.ndarray:
    """What a quotient of cases is multiplied with to give a value in its measure: 100 for percent, else 1."""
    return np.where((measure == "percent").to_numpy(), 100.0, 1.0)


def placed(frame: pd.DataFrame, labels: Sequence[pd.Index]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows whose indicator and area are among the labels, and the place of each among them."""
    at = [index.get_indexer(frame[name]) for index, name in zip(labels, _KEY)]
    known = np.flatnonzero((at[0] >= 0) & (at[1] >= 0))
    return known, at[0][known], at[1][known]


class _Seen:
    """The observations that belong to each row: its own quarter's, the quarter's before, its year's so far."""

    def __init__(self, rows: pd.DataFrame, current: pd.DataFrame, period: Period | Sequence[Period]):
        periods = [period] if isinstance(period, Period) else period
        self.year, self.quarter = (
            np.broadcast_to(np.array([getattr(one, part) for one in periods], dtype="int64"), len(rows))
            for part in ("year", "quarter")
        )
        years = sorted({one.year for one in periods})
        last = {year: Period(year - 1, 4) for year in years}
        names = pd.Index(sorted({str(last[year].shift(n)) for year in years for n in range(5)}))
        self._frame = current[current["period"].isin(names)]
        labels = [pd.Index(rows[name].unique()) for name in _KEY]
        known, *at = placed(self._frame, labels)
        table = np.full((*map(len, labels), len(names)), -1)
        table[*at, names.get_indexer(self._frame["period"])[known]] = known
        first = names.get_indexer([str(last[year]) for year in years])[np.searchsorted(years, self.year)]
        of = [index.get_indexer(rows[name]) for index, name in zip(labels, _KEY)]
        # Of every row, where quarter n of its year stands (0: the last of the year before); -1: nowhere.
        self._place = [table[of[0], of[1], first + n] for n in range(5)]
        self.now = self._at(self.quarter, (*_KEPT, *_SUMMED))
        self.before = self._at(self.quarter - 1, ("status", *_SUMMED))

    def _at(self, quarter: np.ndarray, names: Sequence[str]) -> dict[str, np.ndarray]:
        """Columns at a quarter of each row's year; texts are "" where there is no observation."""
        place = np.choose(quarter, self._place)
        found = {name: pd.api.extensions.take(self._frame[name].array, place, allow_fill=True) for name in names}
        for name in names:
            found[name] = np.asarray(found[name], dtype=object if name in _TEXT else None)
            if name in _TEXT:
                found[name][pd.isna(found[name])] = ""
        return found

    def to_date(self) -> dict[str, np.ndarray]:
        """Of the quarters so far: sums of value, numerator and denominator, and which quarters are there, as bits.

        `have`: quarters that say anything; `have_parts`: those that give numerator and denominator.
        """
        frame = self._frame
        counts = ~frame["status"].isin(_IN_DOUBT).to_numpy()
        silent, parts = (frame["status"] == "M").to_numpy(), frame["denominator"].notna().to_numpy()
        said = {"have": counts & (frame["value"].notna().to_numpy() | parts | silent), "have_parts": counts & (parts | silent)}
        given = {name: np.where(counts, frame[name].to_numpy("float64"), np.nan) for name in _SUMMED}
        # One more at the end, where -1 leads: an observation that says nothing.
        said = {name: np.append(flags, False) for name, flags in said.items()}
        given = {name: np.append(values, np.nan) for name, values in given.items()}

        places = [np.where(self.quarter >= n, self._place[n], -1) for n in range(1, 5)]
        found = {}
        for name, values in given.items():
            quarters = np.array([values[place] for place in places])
            none = np.isnan(quarters).all(axis=0)
            total, size = np.nansum(quarters, axis=0), np.nansum(np.abs(quarters), axis=0)
            found[name] = np.where(none, np.nan, tidy(total, size))
        for name, flags in said.items():
            found[name] = sum(np.where(flags[place], _bit(n), 0) for n, place in enumerate(places, 1))
        return found


def _due(rows: pd.DataFrame, year: np.ndarray, quarter: np.ndarray) -> np.ndarray:
    """Which quarters are due so far, as bits: by frequency, from the indicator's first day on."""
    due = np.zeros(len(rows), dtype="int64")
    often, first = rows["frequency"].to_numpy(object), rows["valid_from"].to_numpy("datetime64[ns]")
    january = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]")
    for n in range(1, 5):
        named = [frequency for frequency, quarters in _DUE.items() if n in quarters]
        begun = ~(first >= (january + 3 * n).astype("datetime64[ns]"))
        due |= np.where(np.isin(often, named) & begun & (quarter >= n), _bit(n), 0)
    return due


def is_due(rows: pd.DataFrame, period: Period) -> np.ndarray:
    """Whether each row (`frequency`, `valid_from`) is assessed at a period."""
    year, quarter = (np.full(len(rows), part) for part in (period.year, period.quarter))
    return (_due(rows, year, quarter) & _bit(period.quarter)) > 0


def _bit(quarter):
    return 1 << (quarter - 1)


def _reported(found: dict[str, np.ndarray], scale: np.ndarray) -> np.ndarray:
    """What a quarter's rows say by themselves: the quotient of their parts, else their value; nothing while in doubt."""
    value, over, under = (found[name] for name in _SUMMED)
    with np.errstate(all="ignore"):
        said = np.where(np.isnan(under), value, scale * over / np.where(under == 0, np.nan, under))
    return np.where(np.isin(found["status"], _IN_DOUBT), np.nan, said)


def _added(kind: np.ndarray, seen: _Seen, value: np.ndarray, single: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """What the quarter alone brought: a count of the period as reported, the step of a running or a standing value."""
    earlier = _reported(seen.before, scale)
    step = np.where(seen.now["status"] == "B", np.nan, tidy(value - earlier, value, earlier))
    step = np.where((kind == "year_to_date") & (seen.quarter == 1), value, step)
    step = np.where(np.isin(kind, ["stock", "year_to_date"]), step, np.nan)
    return np.where(kind == "period_count", single, step)
